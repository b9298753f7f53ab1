// Project boards as GraphQL nodes, and the mutations that fill a board.
import type { GraphQLSchema } from 'graphql';
import { senderOf } from '../world/actor.ts';
import { stamp } from '../world/clock.ts';
import { issueArea } from '../issues/records.ts';
import { nodeId, readNodeId } from '../present/accounts.ts';
import { mayUse, placesOf, projectArea, projectsOf, type Project, type ProjectItem } from './projects-records.ts';
import { pullArea } from '../pulls/records.ts';
import type { Ctx } from '../http/context.ts';
import { connect, type Arguments } from './connection.ts';
import { fail, unknownNode } from './fail.ts';
import { addFields, type Row } from './fields.ts';
import { issueNode, mayReadIssues } from './issue-nodes.ts';
import { accountNode, pullNode } from './nodes.ts';

/** Gives accounts their boards, and what stands on those its places. */
export function addPlanning(schema: GraphQLSchema): void {
  const id = (_: Ctx, { databaseId }: Row): number => databaseId as number;
  for (const owner of ['Organization', 'User'])
    addFields(schema, owner, id, {
      projectsV2: (ctx, account, args: Arguments) =>
        connect(projectsOf(ctx.state, ctx.actor, account), args, (project) => projectNode(ctx, project)),
      projectV2: (ctx, account, { number }: { number: number }) => {
        const found = projectsOf(ctx.state, ctx.actor, account).find((project) => project.number === number);
        if (!found) throw fail('NOT_FOUND', `Could not resolve to a ProjectV2 with the number ${number}.`);
        return projectNode(ctx, found);
      },
    });
  for (const kind of ['Issue', 'PullRequest'] as const)
    addFields(schema, kind, id, {
      projectItems: (ctx, content, args: Arguments) =>
        connect(placesOf(ctx.state, ctx.actor, { kind, id: content }), args, (item) => itemNode(ctx, item)),
    });
}

function projectNode(ctx: Ctx, project: Project): Row {
  const owner = ctx.state.account(project.owner);
  const page = owner.type === 'Organization' ? `orgs/${owner.login}` : `users/${owner.login}`;
  return {
    __typename: 'ProjectV2',
    id: nodeId('ProjectV2', project.id),
    number: project.number,
    title: project.title,
    url: `${ctx.url}/${page}/projects/${project.number}`,
    closed: false,
    public: false,
    creator: () => accountNode(ctx, ctx.state.account(project.creator)),
    createdAt: project.createdAt,
    updatedAt: project.updatedAt,
    items: (args: Arguments) => {
      const items = Object.values(projectArea(ctx.state).items).filter((item) => item.project === project.id);
      return connect(items, args, (item) => itemNode(ctx, item));
    },
  };
}

function itemNode(ctx: Ctx, item: ProjectItem): Row {
  return {
    __typename: 'ProjectV2Item',
    id: nodeId('ProjectV2Item', item.id),
    type: item.content.kind === 'Issue' ? 'ISSUE' : 'PULL_REQUEST',
    isArchived: false,
    // Boards have no fields here.
    fieldValueByName: null,
    creator: () => accountNode(ctx, ctx.state.account(item.creator)),
    createdAt: item.createdAt,
    project: () => projectNode(ctx, projectArea(ctx.state).projects[item.project]!),
    content: () => {
      const { content } = item;
      const issue = content.kind === 'Issue' ? issueArea(ctx.state).issues[content.id] : undefined;
      const pull = content.kind === 'PullRequest' ? pullArea(ctx.state).pulls[content.id] : undefined;
      const repository = ctx.state.repository((issue ?? pull)?.repository ?? 0);
      if (!repository) return null;
      return issue ? issueNode(ctx, repository, issue) : pullNode(ctx, repository, pull!);
    },
  };
}

function ofKind(kind: string, nodeId: string): number {
  const found = readNodeId(nodeId);
  return found.kind === kind ? Number(found.id) : Number.NaN;
}

export type ProjectInput = {
  create: { ownerId: string; title: string };
  add: { projectId: string; contentId: string };
  remove: { projectId: string; itemId: string };
};

export function createProject(ctx: Ctx, input: ProjectInput['create']): Row {
  const { ownerId, title } = input;
  const id = [ofKind('Organization', ownerId), ofKind('User', ownerId)].find(
    (candidate) => ctx.state.store.accounts[candidate],
  );
  const creator = senderOf(ctx.actor);
  if (id === undefined || !creator) throw unknownNode(ownerId);
  if (!mayUse(ctx.state, ctx.actor, id, 'write'))
    throw fail('FORBIDDEN', `${creator.login} does not have the correct permissions to execute \`CreateProjectV2\``);
  const area = projectArea(ctx.state);
  const now = stamp(ctx.clock.now());
  const numbers = Object.values(area.projects).flatMap(({ owner, number }) => (owner === id ? [number] : []));
  const project: Project = {
    id: ctx.state.nextId(),
    owner: id,
    number: Math.max(0, ...numbers) + 1,
    title,
    creator: creator.id,
    createdAt: now,
    updatedAt: now,
  };
  area.projects[project.id] = project;
  return { projectV2: projectNode(ctx, project) };
}

/** Adding what is there already answers with the item that it has. */
export function addProjectItem(ctx: Ctx, input: ProjectInput['add']): Row {
  const project = usable(ctx, input.projectId);
  const content = readContent(ctx, input.contentId);
  const area = projectArea(ctx.state);
  const known = placesOf(ctx.state, ctx.actor, content).find((item) => item.project === project.id);
  if (known) return { item: itemNode(ctx, known) };
  const now = stamp(ctx.clock.now());
  const item = {
    id: ctx.state.nextId(),
    project: project.id,
    content,
    creator: senderOf(ctx.actor)!.id,
    createdAt: now,
  };
  area.items[item.id] = item;
  project.updatedAt = now;
  return { item: itemNode(ctx, item) };
}

export function deleteProjectItem(ctx: Ctx, input: ProjectInput['remove']): Row {
  const project = usable(ctx, input.projectId);
  const area = projectArea(ctx.state);
  const item = area.items[ofKind('ProjectV2Item', input.itemId)];
  if (item?.project !== project.id) throw unknownNode(input.itemId);
  delete area.items[item.id];
  project.updatedAt = stamp(ctx.clock.now());
  return { deletedItemId: input.itemId };
}

function usable(ctx: Ctx, id: string): Project {
  const project = projectArea(ctx.state).projects[ofKind('ProjectV2', id)];
  if (!project || !mayUse(ctx.state, ctx.actor, project.owner, 'read')) throw unknownNode(id);
  if (!mayUse(ctx.state, ctx.actor, project.owner, 'write'))
    throw fail('FORBIDDEN', 'Resource not accessible by integration');
  return project;
}

function readContent(ctx: Ctx, id: string): ProjectItem['content'] {
  const issue = issueArea(ctx.state).issues[ofKind('Issue', id)];
  const pull = pullArea(ctx.state).pulls[ofKind('PullRequest', id)];
  const repository = ctx.state.repository((issue ?? pull)?.repository ?? 0);
  if (!repository) throw unknownNode(id);
  mayReadIssues(ctx, repository);
  return issue ? { kind: 'Issue', id: issue.id } : { kind: 'PullRequest', id: pull!.id };
}

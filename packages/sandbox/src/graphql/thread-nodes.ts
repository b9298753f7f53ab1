// What issues and pull requests have in common, as GraphQL nodes: people, labels, comments, reactions, a milestone.
import type { GraphQLSchema } from 'graphql';
import { senderOf } from '../world/actor.ts';
import type { Repository } from '../world/records.ts';
import { commentsOf, issueArea, type Comment, type Milestone, type Reaction, type Thread } from '../issues/records.ts';
import { associationOf } from '../pulls/present.ts';
import { pullArea, type Label } from '../pulls/records.ts';
import { nodeId } from '../present/accounts.ts';
import type { Ctx } from '../http/context.ts';
import { connect, type Arguments } from './connection.ts';
import { addFields, type Row } from './fields.ts';
import { accountNode } from './nodes.ts';

type Standing = { repository: Repository; thread: Thread };

const reactions: Record<Reaction['content'], string> = {
  '+1': 'THUMBS_UP',
  '-1': 'THUMBS_DOWN',
  laugh: 'LAUGH',
  hooray: 'HOORAY',
  confused: 'CONFUSED',
  heart: 'HEART',
  rocket: 'ROCKET',
  eyes: 'EYES',
};

export function addThreads(schema: GraphQLSchema): void {
  addFields(schema, 'Issue', issueOf, threadFields);
  addFields(schema, 'PullRequest', pullOf, threadFields);
}

function issueOf({ state }: Ctx, { databaseId }: Row): Standing {
  const issue = issueArea(state).issues[databaseId as number]!;
  return { repository: state.repository(issue.repository)!, thread: { kind: 'issue', issue } };
}

export function pullOf({ state }: Ctx, { databaseId }: Row): Standing & { thread: { kind: 'pull' } } {
  const issue = pullArea(state).pulls[databaseId as number]!;
  return { repository: state.repository(issue.repository)!, thread: { kind: 'pull', issue } };
}

const threadFields = {
  activeLockReason: (_: Ctx, { thread }: Standing) =>
    thread.kind === 'issue' ? (thread.issue.lockReason?.toUpperCase().replaceAll(/[ -]/g, '_') ?? null) : null,
  assignees: (ctx: Ctx, { thread }: Standing, args: Arguments) =>
    connect(thread.issue.assignees, args, (id) => accountNode(ctx, ctx.state.account(id))),
  authorAssociation: (ctx: Ctx, { repository, thread }: Standing) => associationOf(ctx, repository, thread.issue.user),
  comments: (ctx: Ctx, { repository, thread }: Standing, args: Arguments) =>
    connect(commentsOf(ctx.state, repository, thread.issue.number), args, (comment) =>
      commentNode(ctx, repository, comment),
    ),
  fullDatabaseId: (_: Ctx, { thread }: Standing) => String(thread.issue.id),
  labels: (ctx: Ctx, { repository, thread }: Standing, args: Arguments) =>
    connect(thread.issue.labels, args, (label) => labelNode(ctx, repository, label)),
  locked: (_: Ctx, { thread }: Standing) => thread.issue.locked,
  milestone: (ctx: Ctx, { repository, thread }: Standing) => {
    const id = thread.kind === 'issue' ? thread.issue.milestone : null;
    const milestone = id === null ? undefined : issueArea(ctx.state).milestones[id];
    return milestone ? milestoneNode(ctx, repository, milestone) : null;
  },
  reactionGroups: (ctx: Ctx, { thread }: Standing) => reactionGroups(ctx, `issue:${thread.issue.id}`),
  viewerDidAuthor: (ctx: Ctx, { thread }: Standing) => senderOf(ctx.actor)?.id === thread.issue.user,
};

export function commentNode(ctx: Ctx, repository: Repository, comment: Comment): Row {
  const isPull = Object.values(pullArea(ctx.state).pulls).some(
    (pull) => pull.repository === repository.id && pull.number === comment.number,
  );
  const page = `${ctx.url}/${ctx.state.fullName(repository)}/${isPull ? 'pull' : 'issues'}/${comment.number}`;
  return {
    __typename: 'IssueComment',
    id: nodeId('IssueComment', comment.id),
    databaseId: comment.id,
    fullDatabaseId: String(comment.id),
    author: () => accountNode(ctx, ctx.state.account(comment.user)),
    authorAssociation: associationOf(ctx, repository, comment.user),
    body: comment.body,
    createdAt: comment.createdAt,
    updatedAt: comment.updatedAt,
    includesCreatedEdit: comment.updatedAt !== comment.createdAt,
    isMinimized: false,
    minimizedReason: null,
    reactionGroups: () => reactionGroups(ctx, `comment:${comment.id}`),
    url: `${page}#issuecomment-${comment.id}`,
    viewerDidAuthor: senderOf(ctx.actor)?.id === comment.user,
  };
}

/** GitHub lists all eight, those without a reaction too. */
export function reactionGroups(ctx: Ctx, on: string): Row[] {
  const given = Object.values(issueArea(ctx.state).reactions).filter((reaction) => reaction.on === on);
  return Object.entries(reactions).map(([name, content]) => ({
    content,
    users: (args: Arguments) =>
      connect(
        given.filter((reaction) => reaction.content === name),
        args,
        (reaction) => accountNode(ctx, ctx.state.account(reaction.user)),
      ),
  }));
}

export function labelNode(ctx: Ctx, repository: Repository, label: Label): Row {
  return {
    __typename: 'Label',
    id: nodeId('Label', label.id),
    name: label.name,
    color: label.color,
    description: label.description,
    isDefault: label.default,
    url: `${ctx.url}/${ctx.state.fullName(repository)}/labels/${encodeURIComponent(label.name)}`,
    createdAt: repository.createdAt,
    updatedAt: repository.createdAt,
  };
}

export function milestoneNode(ctx: Ctx, repository: Repository, milestone: Milestone): Row {
  return {
    __typename: 'Milestone',
    id: nodeId('Milestone', milestone.id),
    number: milestone.number,
    title: milestone.title,
    description: milestone.description,
    dueOn: milestone.dueOn,
    state: milestone.state.toUpperCase(),
    url: `${ctx.url}/${ctx.state.fullName(repository)}/milestone/${milestone.number}`,
  };
}

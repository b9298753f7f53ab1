// From the ids that mutations are given to what REST calls the same: paths, logins, names, numbers.
import { canRead } from '../world/access.ts';
import type { Repository } from '../world/records.ts';
import { issueArea } from '../issues/records.ts';
import { readNodeId } from '../present/accounts.ts';
import { pullArea, type Pull } from '../pulls/records.ts';
import type { Ctx } from '../http/context.ts';
import { unknownNode } from './fail.ts';

/** Mutations read their input field by field; the schema has checked it. */
export type Input = Record<string, any>;
export type Mutation = (ctx: Ctx, input: Input) => Promise<Record<string, unknown>>;

function within(id: string, ...kinds: string[]): number {
  const found = readNodeId(id);
  if (!kinds.includes(found.kind)) throw unknownNode(id);
  return Number(found.id);
}

function readable(ctx: Ctx, repository: number | undefined, id: string): Repository {
  const found = repository === undefined ? undefined : ctx.state.repository(repository);
  if (!found || !canRead(ctx.state, ctx.actor, found)) throw unknownNode(id);
  return found;
}

export function repositoryOfId(ctx: Ctx, id: string): Repository {
  return readable(ctx, within(id, 'Repository'), id);
}

export const pathOf = (ctx: Ctx, repository: Repository): string => `/repos/${ctx.state.fullName(repository)}`;

/** `/repos/OWNER/NAME/issues/N`: pull requests have one as well. */
export function threadPath(ctx: Ctx, id: string): string {
  const key = within(id, 'Issue', 'PullRequest');
  const record = readNodeId(id).kind === 'Issue' ? issueArea(ctx.state).issues[key] : pullArea(ctx.state).pulls[key];
  const repository = readable(ctx, record?.repository, id);
  return `${pathOf(ctx, repository)}/issues/${record!.number}`;
}

export function pullOfId(ctx: Ctx, id: string): { pull: Pull; repository: Repository; path: string } {
  const pull = pullArea(ctx.state).pulls[within(id, 'PullRequest')];
  const repository = readable(ctx, pull?.repository, id);
  return { pull: pull!, repository, path: `${pathOf(ctx, repository)}/pulls/${pull!.number}` };
}

export function commentPath(ctx: Ctx, id: string): string {
  const comment = issueArea(ctx.state).comments[within(id, 'IssueComment')];
  return `${pathOf(ctx, readable(ctx, comment?.repository, id))}/issues/comments/${comment!.id}`;
}

export function loginOf(ctx: Ctx, id: string): string {
  const account = ctx.state.store.accounts[within(id, 'User', 'Bot', 'Organization')];
  if (!account) throw unknownNode(id);
  return account.login;
}

export function labelOf(ctx: Ctx, id: string): string {
  const wanted = within(id, 'Label');
  const label = Object.values(issueArea(ctx.state).labels)
    .flat()
    .find((candidate) => candidate.id === wanted);
  if (!label) throw unknownNode(id);
  return label.name;
}

export function milestoneOf(ctx: Ctx, id: string): number {
  const milestone = issueArea(ctx.state).milestones[within(id, 'Milestone')];
  if (!milestone) throw unknownNode(id);
  return milestone.number;
}

export function teamOf(ctx: Ctx, id: string): string {
  const team = ctx.state.store.teams[within(id, 'Team')];
  if (!team) throw unknownNode(id);
  return team.slug;
}

/** What is given; what was left out stays left out. */
export const each = <T>(ctx: Ctx, ids: string[] | null | undefined, of: (ctx: Ctx, id: string) => T): T[] | undefined =>
  ids?.map((id) => of(ctx, id));

// Issues as GraphQL nodes, and the lists of them.
import type { GraphQLSchema } from 'graphql';
import { canReadIssues } from '../issues/access.ts';
import { issueArea, type Issue } from '../issues/records.ts';
import { nodeId } from '../present/accounts.ts';
import type { Repository } from '../world/records.ts';
import type { Ctx } from '../http/context.ts';
import { connect, type Arguments } from './connection.ts';
import { fail } from './fail.ts';
import { addFields, type Row } from './fields.ts';
import { accountNode, repositoryNode } from './nodes.ts';

type IssueArguments = Arguments & {
  states?: string[] | null;
  labels?: string[] | null;
  filterBy?: Filters | null;
  orderBy?: { field: keyof typeof orders; direction: 'ASC' | 'DESC' } | null;
};

const orders = {
  CREATED_AT: (issue: Issue) => Date.parse(issue.createdAt),
  UPDATED_AT: (issue: Issue) => Date.parse(issue.updatedAt),
  COMMENTS: () => 0,
};

/** Gives repositories their issues; here, because those lead back to repositories. */
export function addIssues(schema: GraphQLSchema): void {
  addFields(schema, 'Repository', ({ state }, { databaseId }) => state.repository(databaseId as number)!, {
    issues: (ctx, repository, args: IssueArguments) => issuesOf(ctx, repository, args),
  });
}

type Filters = {
  assignee?: string | null;
  createdBy?: string | null;
  labels?: string[] | null;
  mentioned?: string | null;
  milestone?: string | null;
  milestoneNumber?: string | null;
  since?: string | null;
  states?: string[] | null;
};

/** `*` asks for any, null for none. */
function isOne(wanted: string | null | undefined, names: readonly string[]): boolean {
  if (wanted === undefined) return true;
  if (wanted === '*') return names.length > 0;
  return wanted === null ? names.length === 0 : names.includes(wanted.toLowerCase());
}

function passes({ state }: Ctx, issue: Issue, filters: Filters): boolean {
  const login = (id: number): string => state.account(id).login.toLowerCase();
  const milestone = issue.milestone === null ? undefined : issueArea(state).milestones[issue.milestone];
  const names = issue.labels.map((label) => label.name.toLowerCase());
  return (
    isOne(filters.assignee, issue.assignees.map(login)) &&
    isOne(filters.createdBy ?? undefined, [login(issue.user)]) &&
    isOne(filters.milestone, milestone ? [String(milestone.id)] : []) &&
    isOne(filters.milestoneNumber, milestone ? [String(milestone.number)] : []) &&
    (filters.labels ?? []).every((label) => names.includes(label.toLowerCase())) &&
    (filters.states ?? [issue.state.toUpperCase()]).includes(issue.state.toUpperCase()) &&
    (!filters.mentioned || (issue.body ?? '').includes(`@${filters.mentioned}`)) &&
    (!filters.since || issue.updatedAt >= filters.since)
  );
}

function issuesOf(ctx: Ctx, repository: Repository, given: IssueArguments): Row {
  const { states, labels, filterBy, orderBy, ...args } = given;
  mayReadIssues(ctx, repository);
  const { field, direction } = orderBy ?? { field: 'CREATED_AT', direction: 'ASC' };
  const key = orders[field];
  const sign = direction === 'ASC' ? 1 : -1;
  const found = Object.values(issueArea(ctx.state).issues)
    .filter((issue) => issue.repository === repository.id)
    .filter((issue) => !states || states.includes(issue.state.toUpperCase()))
    .filter((issue) => !labels || issue.labels.some(({ name }) => labels.includes(name)))
    .filter((issue) => passes(ctx, issue, filterBy ?? {}))
    .toSorted((a, b) => sign * (key(a) - key(b) || a.number - b.number));
  return connect(repository.settings['has_issues'] === false ? [] : found, args, (issue) =>
    issueNode(ctx, repository, issue),
  );
}

export function mayReadIssues(ctx: Ctx, repository: Repository): void {
  if (!canReadIssues(ctx, repository)) throw fail('FORBIDDEN', 'Resource not accessible by integration');
}

export function issueNode(ctx: Ctx, repository: Repository, issue: Issue): Row {
  return {
    __typename: 'Issue',
    id: nodeId('Issue', issue.id),
    databaseId: issue.id,
    number: issue.number,
    title: issue.title,
    body: issue.body ?? '',
    url: `${ctx.url}/${ctx.state.fullName(repository)}/issues/${issue.number}`,
    state: issue.state.toUpperCase(),
    stateReason: issue.stateReason?.toUpperCase() ?? null,
    closed: issue.state === 'closed',
    author: () => accountNode(ctx, ctx.state.account(issue.user)),
    createdAt: issue.createdAt,
    updatedAt: issue.updatedAt,
    closedAt: issue.closedAt,
    repository: () => repositoryNode(ctx, repository),
  };
}

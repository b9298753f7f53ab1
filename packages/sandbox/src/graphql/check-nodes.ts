// Check runs and commit statuses as GraphQL nodes, and their sum over a commit.
import type { GraphQLSchema } from 'graphql';
import { actionsOf } from '../actions/records.ts';
import {
  checksOf,
  latestRuns,
  suiteOf,
  suiteState,
  type CheckRun,
  type CheckSuite,
  type CommitStatus,
} from '../checks/records.ts';
import { nodeId } from '../present/accounts.ts';
import { pullArea } from '../pulls/records.ts';
import type { Repository } from '../world/records.ts';
import type { Ctx } from '../http/context.ts';
import { connect, type Arguments } from './connection.ts';
import { addFields, type Row } from './fields.ts';
import { objectNode } from './git-nodes.ts';

type Context = { run: CheckRun } | { status: CommitStatus };

export function addChecks(schema: GraphQLSchema): void {
  const of = (_: Ctx, { backTo, oid }: Row) => ({ repository: backTo as Repository, oid: oid as string });
  addFields(schema, 'Commit', of, {
    checkSuites: (ctx, { repository, oid }, args: Arguments) =>
      connect(suitesOf(ctx, repository, oid), args, (suite) => suiteNode(ctx, repository, suite)),
    statusCheckRollup: (ctx, { repository, oid }) => rollupNode(ctx, repository, oid),
  });
}

const suitesOf = (ctx: Ctx, repository: Repository, sha: string): CheckSuite[] =>
  Object.values(checksOf(ctx.state).suites).filter(
    (suite) => suite.repository === repository.id && suite.headSha === sha,
  );

/** The newest of each name. */
function contextsOf(ctx: Ctx, repository: Repository, sha: string): Context[] {
  const runs = suitesOf(ctx, repository, sha).flatMap((suite) => latestRuns(ctx.state, suite));
  const statuses = new Map<string, CommitStatus>();
  for (const status of Object.values(checksOf(ctx.state).statuses))
    if (status.repository === repository.id && status.sha === sha) statuses.set(status.context, status);
  return [...runs.map((run) => ({ run })), ...[...statuses.values()].map((status) => ({ status }))];
}

/** CheckRunState, or StatusState. */
const stateOf = (context: Context): string =>
  ('status' in context ? context.status.state : (context.run.conclusion ?? context.run.status)).toUpperCase();

const good = ['SUCCESS', 'NEUTRAL', 'SKIPPED'];
const waiting = ['PENDING', 'QUEUED', 'IN_PROGRESS', 'WAITING', 'REQUESTED', 'EXPECTED'];

/** Null where nothing was reported. */
export function rollupState(ctx: Ctx, repository: Repository, sha: string): string | null {
  const states = contextsOf(ctx, repository, sha).map(stateOf);
  if (states.length === 0) return null;
  if (states.includes('ERROR')) return 'ERROR';
  if (states.some((state) => !good.includes(state) && !waiting.includes(state))) return 'FAILURE';
  return states.every((state) => good.includes(state)) ? 'SUCCESS' : 'PENDING';
}

export function rollupNode(ctx: Ctx, repository: Repository, sha: string): Row | null {
  const state = rollupState(ctx, repository, sha);
  if (state === null) return null;
  const all = contextsOf(ctx, repository, sha);
  const runs = all.filter((context) => 'run' in context);
  const statuses = all.filter((context) => 'status' in context);
  return {
    __typename: 'StatusCheckRollup',
    id: nodeId('StatusCheckRollup', `${repository.id}:${sha}`),
    state,
    commit: () => objectNode(ctx, repository, sha),
    contexts: (args: Arguments) => ({
      ...connect(all, args, (context) =>
        'run' in context ? runNode(ctx, repository, context.run) : statusNode(ctx, repository, context.status),
      ),
      checkRunCount: runs.length,
      checkRunCountsByState: countByState(runs),
      statusContextCount: statuses.length,
      statusContextCountsByState: countByState(statuses),
    }),
  };
}

function countByState(contexts: readonly Context[]): { state: string; count: number }[] {
  const counts = new Map<string, number>();
  for (const context of contexts) counts.set(stateOf(context), (counts.get(stateOf(context)) ?? 0) + 1);
  return [...counts].map(([state, count]) => ({ state, count }));
}

type Of = { pullRequestId?: string | null; pullRequestNumber?: number | null };

/** Whether the base branch of the pull request asks for it. */
function isRequired(ctx: Ctx, repository: Repository, name: string, { pullRequestId, pullRequestNumber }: Of): boolean {
  const pull = Object.values(pullArea(ctx.state).pulls).find(
    (candidate) =>
      candidate.repository === repository.id &&
      (nodeId('PullRequest', candidate.id) === pullRequestId || candidate.number === pullRequestNumber),
  );
  const checks = repository.protection[pull?.base.ref ?? '']?.['required_status_checks'];
  return ((checks as { contexts?: string[] } | null | undefined)?.contexts ?? []).includes(name);
}

function statusNode(ctx: Ctx, repository: Repository, status: CommitStatus): Row {
  return {
    __typename: 'StatusContext',
    id: nodeId('StatusContext', status.id),
    context: status.context,
    state: status.state.toUpperCase(),
    targetUrl: status.targetUrl,
    createdAt: status.createdAt,
    description: status.description,
    isRequired: (of: Of) => isRequired(ctx, repository, status.context, of),
  };
}

function runNode(ctx: Ctx, repository: Repository, run: CheckRun): Row {
  const url = `${ctx.url}/${ctx.state.fullName(repository)}/runs/${run.id}`;
  return {
    __typename: 'CheckRun',
    id: nodeId('CheckRun', run.id),
    databaseId: run.id,
    name: run.name,
    status: run.status.toUpperCase(),
    conclusion: run.conclusion?.toUpperCase() ?? null,
    startedAt: run.startedAt,
    completedAt: run.completedAt,
    detailsUrl: run.detailsUrl ?? url,
    title: run.output.title,
    summary: run.output.summary,
    text: run.output.text,
    url,
    externalId: run.externalId,
    checkSuite: () => suiteNode(ctx, repository, suiteOf(ctx.state, run)),
    isRequired: (of: Of) => isRequired(ctx, repository, run.name, of),
  };
}

function suiteNode(ctx: Ctx, repository: Repository, suite: CheckSuite): Row {
  const { status, conclusion } = suiteState(latestRuns(ctx.state, suite), suite);
  const app = ctx.state.app(suite.app);
  return {
    __typename: 'CheckSuite',
    id: nodeId('CheckSuite', suite.id),
    databaseId: suite.id,
    status: status.toUpperCase(),
    conclusion: conclusion?.toUpperCase() ?? null,
    app: { id: nodeId('App', app.id), databaseId: app.id, name: app.name, slug: app.slug },
    commit: () => objectNode(ctx, repository, suite.headSha),
    workflowRun: workflowRunNode(ctx, repository, suite),
  };
}

function workflowRunNode(ctx: Ctx, repository: Repository, suite: CheckSuite): Row | null {
  const { runs, workflows } = actionsOf(ctx.state);
  const run = suite.workflowRun === null ? undefined : runs[suite.workflowRun];
  const workflow = run && workflows[run.workflow];
  if (!workflow) return null;
  return {
    id: nodeId('WorkflowRun', run.id),
    databaseId: run.id,
    event: run.event,
    runNumber: run.runNumber,
    url: `${ctx.url}/${ctx.state.fullName(repository)}/actions/runs/${run.id}`,
    createdAt: run.createdAt,
    workflow: {
      id: nodeId('Workflow', workflow.id),
      databaseId: workflow.id,
      name: workflow.name,
      state: workflow.state.toUpperCase(),
    },
  };
}

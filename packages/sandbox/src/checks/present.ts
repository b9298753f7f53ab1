// Check suites, check runs and the app behind them as the REST API and the webhooks show them.
import { presentHeadCommit } from '../present/commits.ts';
import { repositoryOf } from '../world/repository-of.ts';
import { latestRuns, suiteOf, suiteState, type CheckRun, type CheckSuite } from './records.ts';
import { nodeId } from '../present/accounts.ts';
import { presentApp } from '../present/apps.ts';
import { presentRepository, repositoryApi } from '../present/repository.ts';
import { presentPullMinimal } from '../pulls/present.ts';
import { pullsOf } from '../pulls/records.ts';
import type { World } from '../world/world.ts';

type WorldView = Pick<World, 'url' | 'state' | 'git' | 'clock'>;

export function presentCheckRun(world: WorldView, run: CheckRun): Record<string, unknown> {
  const repository = repositoryOf(world, run);
  const url = `${repositoryApi(world, repository)}/check-runs/${run.id}`;
  const page = `${world.url}/${world.state.fullName(repository)}/runs/${run.id}`;
  return {
    id: run.id,
    name: run.name,
    node_id: nodeId('CheckRun', run.id),
    head_sha: run.headSha,
    external_id: run.externalId ?? '',
    url,
    html_url: page,
    details_url: run.detailsUrl ?? page,
    status: run.status,
    conclusion: run.conclusion,
    started_at: run.startedAt,
    completed_at: run.completedAt,
    output: { ...run.output, annotations_count: run.annotations.length, annotations_url: `${url}/annotations` },
    check_suite: { id: run.suite },
    app: presentApp(world, world.state.app(run.app)),
    pull_requests: presentPullsOf(world, run),
  };
}

/** In a webhook the run shows its whole suite, and its buttons. */
export async function presentCheckRunEvent(world: WorldView, run: CheckRun): Promise<Record<string, unknown>> {
  const suite = await presentCheckSuite(world, suiteOf(world.state, run));
  const short = [
    'id',
    'node_id',
    'head_branch',
    'head_sha',
    'status',
    'conclusion',
    'url',
    'before',
    'after',
    'pull_requests',
    'app',
    'created_at',
    'updated_at',
  ];
  return {
    ...presentCheckRun(world, run),
    check_suite: Object.fromEntries(short.map((key) => [key, suite[key]])),
    actions: run.actions,
  };
}

export async function presentCheckSuite(world: WorldView, suite: CheckSuite): Promise<Record<string, unknown>> {
  const repository = repositoryOf(world, suite);
  const url = `${repositoryApi(world, repository)}/check-suites/${suite.id}`;
  const runs = latestRuns(world.state, suite);
  return {
    id: suite.id,
    node_id: nodeId('CheckSuite', suite.id),
    head_branch: suite.headBranch,
    head_sha: suite.headSha,
    ...suiteState(runs, suite),
    url,
    before: suite.before,
    after: suite.headSha,
    pull_requests: presentPullsOf(world, suite),
    app: presentApp(world, world.state.app(suite.app)),
    repository: presentRepository(world, repository),
    created_at: suite.createdAt,
    updated_at: suite.updatedAt,
    head_commit: await presentHeadCommit(world, repository, suite.headSha),
    latest_check_runs_count: runs.length,
    check_runs_url: `${url}/check-runs`,
    rerequestable: true,
    runs_rerequestable: true,
  };
}

/** The open pull requests whose head is this commit. */
function presentPullsOf(world: WorldView, of: { repository: number; headSha: string }): Record<string, unknown>[] {
  const repository = repositoryOf(world, of);
  return pullsOf(world.state, repository)
    .filter((pull) => pull.state === 'open' && pull.head.sha === of.headSha)
    .map((pull) => presentPullMinimal(world, repository, pull));
}

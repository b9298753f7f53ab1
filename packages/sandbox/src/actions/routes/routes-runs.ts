// Routes of workflows, runs and jobs: list, show, dispatch, cancel, run again.
import { forbidden, notFound, unprocessable } from '../../world/errors.ts';
import { created, json, noContent, ok, paginate, type Reply } from '../../http/reply.ts';
import type { Ctx } from '../../http/context.ts';
import type { Route } from '../../http/route.ts';
import { actionsRunning } from '../actions.ts';
import { dispatchRepository, dispatchWorkflow } from '../dispatch-workflow.ts';
import { findRecord, findWorkflow } from '../find-records.ts';
import { presentJob, presentRun, presentWorkflow } from '../present-run.ts';
import { actionsOf, jobsOf, type RunRecord } from '../records.ts';
import { rerun } from '../start-run.ts';

const base = '/repos/{owner}/{repo}/actions';

export const runRoutes: Route[] = [
  { method: 'GET', path: `${base}/workflows`, permission: 'actions:read', handler: listWorkflows },
  {
    method: 'GET',
    path: `${base}/workflows/{workflow_id}`,
    permission: 'actions:read',
    handler: (ctx) => ok(presentWorkflow(ctx, findWorkflow(ctx))),
  },
  {
    method: 'GET',
    path: `${base}/workflows/{workflow_id}/runs`,
    permission: 'actions:read',
    handler: (ctx) => listRuns(ctx, findWorkflow(ctx).id),
  },
  {
    method: 'PUT',
    path: `${base}/workflows/{workflow_id}/enable`,
    permission: 'actions:write',
    handler: (ctx) => setState(ctx, 'active'),
  },
  {
    method: 'PUT',
    path: `${base}/workflows/{workflow_id}/disable`,
    permission: 'actions:write',
    handler: (ctx) => setState(ctx, 'disabled_manually'),
  },
  {
    method: 'POST',
    path: `${base}/workflows/{workflow_id}/dispatches`,
    permission: 'actions:write',
    handler: dispatchWorkflow,
  },
  {
    method: 'POST',
    path: '/repos/{owner}/{repo}/dispatches',
    permission: 'contents:write',
    handler: dispatchRepository,
  },
  { method: 'GET', path: `${base}/runs`, permission: 'actions:read', handler: (ctx) => listRuns(ctx) },
  {
    method: 'GET',
    path: `${base}/runs/{run_id}`,
    permission: 'actions:read',
    handler: async (ctx) => ok(await presentRun(ctx, runOf(ctx))),
  },
  { method: 'DELETE', path: `${base}/runs/{run_id}`, permission: 'actions:write', handler: deleteRun },
  {
    method: 'GET',
    path: `${base}/runs/{run_id}/attempts/{attempt_number}`,
    permission: 'actions:read',
    handler: showAttempt,
  },
  {
    method: 'GET',
    path: `${base}/runs/{run_id}/attempts/{attempt_number}/jobs`,
    permission: 'actions:read',
    handler: (ctx) => listJobs(ctx, attemptOf(ctx)),
  },
  { method: 'GET', path: `${base}/runs/{run_id}/jobs`, permission: 'actions:read', handler: (ctx) => listJobs(ctx) },
  { method: 'POST', path: `${base}/runs/{run_id}/cancel`, permission: 'actions:write', handler: cancelRun },
  { method: 'POST', path: `${base}/runs/{run_id}/force-cancel`, permission: 'actions:write', handler: cancelRun },
  {
    method: 'POST',
    path: `${base}/runs/{run_id}/rerun`,
    permission: 'actions:write',
    handler: (ctx) => runAgain(ctx, runOf(ctx), {}),
  },
  {
    method: 'POST',
    path: `${base}/runs/{run_id}/rerun-failed-jobs`,
    permission: 'actions:write',
    handler: (ctx) => runAgain(ctx, runOf(ctx), { failedOnly: true }),
  },
  {
    method: 'GET',
    path: `${base}/jobs/{job_id}`,
    permission: 'actions:read',
    handler: (ctx) => ok(presentJob(ctx, findRecord(ctx, 'jobs', ctx.params['job_id']))),
  },
  { method: 'POST', path: `${base}/jobs/{job_id}/rerun`, permission: 'actions:write', handler: rerunJob },
];

function runOf(ctx: Ctx): RunRecord {
  return findRecord(ctx, 'runs', ctx.params['run_id']);
}

function attemptOf(ctx: Ctx): number {
  const number = Number(ctx.params['attempt_number']);
  if (!(number >= 1 && number <= runOf(ctx).attempt)) throw notFound();
  return number;
}

async function showAttempt(ctx: Ctx): Promise<Reply> {
  return ok(await presentRun(ctx, runOf(ctx), attemptOf(ctx)));
}

function listWorkflows(ctx: Ctx): Reply {
  const own = Object.values(actionsOf(ctx.state).workflows).filter(
    (workflow) => workflow.repository === ctx.repository.id,
  );
  return paginate(
    ctx,
    own,
    (workflow) => presentWorkflow(ctx, workflow),
    (workflows, total_count) => ({ total_count, workflows }),
  );
}

function setState(ctx: Ctx, state: 'active' | 'disabled_manually'): Reply {
  findWorkflow(ctx).state = state;
  return noContent();
}

async function listRuns(ctx: Ctx, workflow?: number): Promise<Reply> {
  const filter = (name: string): string | undefined => ctx.query.get(name) ?? undefined;
  const [status, event, branch, sha, suite, actor] = [
    'status',
    'event',
    'branch',
    'head_sha',
    'check_suite_id',
    'actor',
  ].map(filter);
  const found = Object.values(actionsOf(ctx.state).runs)
    .filter(
      (run) =>
        run.repository === ctx.repository.id &&
        (workflow === undefined || run.workflow === workflow) &&
        (status === undefined || run.status === status || run.conclusion === status) &&
        (event === undefined || run.event === event) &&
        (branch === undefined || run.headBranch === branch) &&
        (sha === undefined || run.headSha === sha) &&
        (suite === undefined || String(run.suite) === suite) &&
        (actor === undefined || ctx.state.account(run.actor).login === actor),
    )
    .toSorted((a, b) => b.id - a.id);
  const reply = paginate(
    ctx,
    found,
    (run) => run,
    (rows, total_count) => ({ total_count, rows }),
  );
  const { total_count, rows } = reply.body as { total_count: number; rows: RunRecord[] };
  return { ...reply, body: { total_count, workflow_runs: await Promise.all(rows.map((run) => presentRun(ctx, run))) } };
}

function listJobs(ctx: Ctx, attempt?: number): Reply {
  const run = runOf(ctx);
  const all = ctx.query.get('filter') === 'all' && attempt === undefined;
  const jobs = all
    ? Object.values(actionsOf(ctx.state).jobs).filter((job) => job.run === run.id)
    : jobsOf(ctx.state, run, attempt);
  return paginate(
    ctx,
    jobs,
    (job) => presentJob(ctx, job),
    (rows, total_count) => ({ total_count, jobs: rows }),
  );
}

function cancelRun(ctx: Ctx): Reply {
  const run = runOf(ctx);
  const live = actionsRunning(ctx).live.get(run.id);
  if (!live)
    return json(409, {
      message: 'Cannot cancel a workflow run that is completed.',
      documentation_url: 'https://docs.github.com/rest/actions/workflow-runs#cancel-a-workflow-run',
    });
  live.cancel();
  return json(202, {});
}

function deleteRun(ctx: Ctx): Reply {
  const run = runOf(ctx);
  if (run.status !== 'completed') throw forbidden('Could not delete the workflow run');
  delete actionsOf(ctx.state).runs[run.id];
  return noContent();
}

function runAgain(ctx: Ctx, run: RunRecord, repeat: { failedOnly?: boolean; job?: number }): Reply {
  if (run.status !== 'completed') throw forbidden('The workflow run is already running');
  if (repeat.failedOnly && jobsOf(ctx.state, run).every((job) => job.conclusion === 'success'))
    throw forbidden('The workflow run cannot be retried');
  rerun(actionsRunning(ctx), run, ctx.caller, repeat);
  return created({});
}

function rerunJob(ctx: Ctx): Reply {
  const job = findRecord(ctx, 'jobs', ctx.params['job_id']);
  const run = actionsOf(ctx.state).runs[job.run];
  if (!run || job.attempt !== run.attempt) throw unprocessable('Unable to re-run a job of an earlier attempt');
  return runAgain(ctx, run, { job: job.id });
}

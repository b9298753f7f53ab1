// Routes of check runs and check suites.
import { presentCheckRun, presentCheckSuite } from './present.ts';
import { readCheckInput, type CheckInput } from './input.ts';
import { checksOf, runsOfSuite, suiteOf, type CheckRun, type CheckSuite } from './records.ts';
import { addCheckRun, changedCheckRun, emitCheckRun, emitSuite, findSuite, makeSuite } from './write.ts';
import { stamp } from '../world/clock.ts';
import { forbidden, notFound, refused, unprocessable } from '../world/errors.ts';
import { created, ok, paginate, type Reply } from '../http/reply.ts';
import { ACTIONS_APP_ID } from '../world/job-token.ts';
import type { App } from '../world/records.ts';
import type { Ctx } from '../http/context.ts';
import type { Route } from '../http/route.ts';

const base = '/repos/{owner}/{repo}';

export const checkRoutes: Route[] = [
  { method: 'POST', path: `${base}/check-runs`, permission: 'checks:write', handler: create },
  {
    method: 'GET',
    path: `${base}/check-runs/{check_run_id}`,
    permission: 'checks:read',
    handler: (ctx) => ok(presentCheckRun(ctx, runOf(ctx))),
  },
  { method: 'PATCH', path: `${base}/check-runs/{check_run_id}`, permission: 'checks:write', handler: update },
  {
    method: 'GET',
    path: `${base}/check-runs/{check_run_id}/annotations`,
    permission: 'checks:read',
    handler: listAnnotations,
  },
  {
    method: 'POST',
    path: `${base}/check-runs/{check_run_id}/rerequest`,
    permission: 'checks:write',
    handler: rerequestRun,
  },
  { method: 'GET', path: `${base}/commits/{ref}/check-runs`, permission: 'checks:read', handler: listForRef },
  { method: 'GET', path: `${base}/commits/{ref}/check-suites`, permission: 'checks:read', handler: listSuites },
  { method: 'POST', path: `${base}/check-suites`, permission: 'checks:write', handler: createSuite },
  {
    method: 'PATCH',
    path: `${base}/check-suites/preferences`,
    permission: 'checks:write',
    handler: () => ok({ preferences: { auto_trigger_checks: [] } }),
  },
  {
    method: 'GET',
    path: `${base}/check-suites/{check_suite_id}`,
    permission: 'checks:read',
    handler: async (ctx) => ok(await presentCheckSuite(ctx, suiteOfPath(ctx))),
  },
  {
    method: 'GET',
    path: `${base}/check-suites/{check_suite_id}/check-runs`,
    permission: 'checks:read',
    handler: (ctx) => list(ctx, runsOfSuite(ctx.state, suiteOfPath(ctx))),
  },
  {
    method: 'POST',
    path: `${base}/check-suites/{check_suite_id}/rerequest`,
    permission: 'checks:write',
    handler: rerequestSuite,
  },
];

function runOf(ctx: Ctx): CheckRun {
  const run = checksOf(ctx.state).runs[Number(ctx.params['check_run_id'])];
  if (!run || run.repository !== ctx.repository.id) throw notFound();
  return run;
}

function suiteOfPath(ctx: Ctx): CheckSuite {
  const suite = checksOf(ctx.state).suites[Number(ctx.params['check_suite_id'])];
  if (!suite || suite.repository !== ctx.repository.id) throw notFound();
  return suite;
}

/** Only Apps write checks, GITHUB_TOKEN among them. */
function callingApp(ctx: Ctx): App {
  if (ctx.actor.kind !== 'installation') throw forbidden('You must authenticate via a GitHub App.');
  return ctx.actor.app;
}

async function commitOf(ctx: Ctx, sha: unknown): Promise<string> {
  if (typeof sha !== 'string') throw unprocessable('Invalid request.\n\n"head_sha" wasn\'t supplied.');
  const found = /^[0-9a-f]{40}$/.test(sha) && (await ctx.git.open(ctx.state.fullName(ctx.repository)).commit(sha));
  if (!found) throw refused('no-such-commit', { sha });
  return sha;
}

async function create(ctx: Ctx): Promise<Reply> {
  const app = callingApp(ctx);
  if (typeof ctx.body.name !== 'string' || ctx.body.name === '')
    throw unprocessable('Invalid request.\n\n"name" wasn\'t supplied.');
  const headSha = await commitOf(ctx, ctx.body.head_sha);
  const input = readCheckInput(ctx.body);
  const suite =
    findSuite(ctx, ctx.repository, app.id, headSha) ??
    makeSuite(ctx, ctx.repository, { app: app.id, headSha, headBranch: await branchOf(ctx, headSha) });
  const run: CheckRun = {
    id: ctx.state.nextId(),
    suite: suite.id,
    repository: ctx.repository.id,
    app: app.id,
    name: ctx.body.name,
    headSha,
    status: 'queued',
    conclusion: null,
    startedAt: stamp(ctx.clock.now()),
    completedAt: null,
    detailsUrl: null,
    externalId: null,
    output: { title: null, summary: null, text: null },
    annotations: [],
    actions: [],
    job: false,
  };
  apply(ctx, run, input);
  await addCheckRun(ctx, run, { sender: ctx.caller, actor: ctx.actor });
  return created(presentCheckRun(ctx, run));
}

async function update(ctx: Ctx): Promise<Reply> {
  const app = callingApp(ctx);
  const run = runOf(ctx);
  if (run.app !== app.id) throw refused('check-of-another-app', { app: app.id });
  if (run.job) throw forbidden('The check run of a workflow job can only be updated by GitHub Actions.');
  const wasCompleted = run.status === 'completed';
  apply(ctx, run, readCheckInput(ctx.body));
  await changedCheckRun(ctx, run, wasCompleted, { sender: ctx.caller, actor: ctx.actor });
  return ok(presentCheckRun(ctx, run));
}

function apply(ctx: Ctx, run: CheckRun, { changes, output, annotations }: CheckInput): void {
  Object.assign(run, changes);
  if (output) Object.assign(run.output, output);
  // Appended: whoever sends the same annotations twice has them twice, as on GitHub.
  run.annotations.push(...annotations);
  if (run.status === 'completed') run.completedAt ??= stamp(ctx.clock.now());
  else Object.assign(run, { conclusion: null, completedAt: null });
}

async function branchOf(ctx: Ctx, sha: string): Promise<string | null> {
  const heads = await ctx.git.open(ctx.state.fullName(ctx.repository)).refs('refs/heads/');
  const names = [...heads].filter(([, oid]) => oid === sha).map(([ref]) => ref.replace('refs/heads/', ''));
  return names.includes(ctx.repository.defaultBranch) ? ctx.repository.defaultBranch : (names[0] ?? null);
}

function listAnnotations(ctx: Ctx): Reply {
  const run = runOf(ctx);
  const page = `${ctx.url}/${ctx.state.fullName(ctx.repository)}/blob/${run.headSha}`;
  return paginate(ctx, run.annotations, (annotation) => ({ ...annotation, blob_href: `${page}/${annotation.path}` }));
}

async function shaOfRef(ctx: Ctx): Promise<string> {
  const ref = (ctx.params['ref'] ?? '').replace(/^(heads|tags)\//, '');
  const sha = await ctx.git.open(ctx.state.fullName(ctx.repository)).resolveCommit(ref);
  if (!sha) throw unprocessable(`No commit found for SHA: ${ref}`);
  return sha;
}

async function listForRef(ctx: Ctx): Promise<Reply> {
  const sha = await shaOfRef(ctx);
  const app = ctx.query.get('app_id');
  const runs = Object.values(checksOf(ctx.state).runs).filter(
    (run) => run.repository === ctx.repository.id && run.headSha === sha && (app === null || String(run.app) === app),
  );
  return list(ctx, runs);
}

/** `filter=latest` (the default) shows the newest run of each name in each suite. */
function list(ctx: Ctx, runs: CheckRun[]): Reply {
  const name = ctx.query.get('check_name');
  const status = ctx.query.get('status');
  let found = runs
    .filter((run) => (name === null || run.name === name) && (status === null || run.status === status))
    .toSorted((a, b) => b.id - a.id);
  if (ctx.query.get('filter') !== 'all') {
    const seen = new Set<string>();
    found = found.filter((run) => {
      const key = `${run.suite}/${run.name}`;
      return !seen.has(key) && seen.add(key);
    });
  }
  return paginate(
    ctx,
    found,
    (run) => presentCheckRun(ctx, run),
    (check_runs, total_count) => ({ total_count, check_runs }),
  );
}

async function listSuites(ctx: Ctx): Promise<Reply> {
  const sha = await shaOfRef(ctx);
  const app = ctx.query.get('app_id');
  const found = Object.values(checksOf(ctx.state).suites).filter(
    (suite) =>
      suite.repository === ctx.repository.id && suite.headSha === sha && (app === null || String(suite.app) === app),
  );
  const reply = paginate(
    ctx,
    found,
    (suite) => suite,
    (rows, total_count) => ({ total_count, rows }),
  );
  const { total_count, rows } = reply.body as { total_count: number; rows: CheckSuite[] };
  return {
    ...reply,
    body: { total_count, check_suites: await Promise.all(rows.map((suite) => presentCheckSuite(ctx, suite))) },
  };
}

async function createSuite(ctx: Ctx): Promise<Reply> {
  const app = callingApp(ctx);
  const headSha = await commitOf(ctx, ctx.body.head_sha);
  const existing = findSuite(ctx, ctx.repository, app.id, headSha);
  if (existing) return ok(await presentCheckSuite(ctx, existing));
  const suite = makeSuite(ctx, ctx.repository, { app: app.id, headSha, headBranch: await branchOf(ctx, headSha) });
  await emitSuite(ctx, suite, 'requested', { sender: ctx.caller, actor: ctx.actor });
  return created(await presentCheckSuite(ctx, suite));
}

/** The suite is queued again; the run itself changes only when its app says so. */
async function rerequestRun(ctx: Ctx): Promise<Reply> {
  const run = runOf(ctx);
  if (ctx.actor.kind === 'installation' && ctx.actor.app.id !== run.app && run.app !== ACTIONS_APP_ID)
    throw forbidden();
  suiteOf(ctx.state, run).rerequested = true;
  await emitCheckRun(ctx, run, 'rerequested', { sender: ctx.caller, actor: ctx.actor });
  return created({});
}

async function rerequestSuite(ctx: Ctx): Promise<Reply> {
  const suite = suiteOfPath(ctx);
  if (ctx.actor.kind === 'installation' && ctx.actor.app.id !== suite.app && suite.app !== ACTIONS_APP_ID)
    throw forbidden();
  suite.rerequested = true;
  await emitSuite(ctx, suite, 'rerequested', { sender: ctx.caller, actor: ctx.actor });
  return created({});
}

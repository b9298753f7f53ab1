// A release to a class with GitHub's limits enforced and the clock compressed: planned against actual duration, calls and
// points for each shipment. `node bench/release.ts [STUDENTS] [--full] [--only CARRIER]` prints Markdown; --full is a class of a thousand.
import { mkdtempSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Octokit } from '@octokit/rest';
import { pino } from 'pino';
import { openPorts } from '../src/compose.ts';
import { readConfig } from '../src/config.ts';
import { effortOf } from '../src/domain/plan/pace.ts';
import { reconcileJob } from '../src/flows/upkeep/reconcile.ts';
import { jobTable } from '../src/jobs.ts';
import { jobQueue } from '../src/postgres/job-queue.ts';
import { listen } from '../src/postgres/listen.ts';
import { openDatabase } from '../src/postgres/open-database.ts';
import {
  boundlessHour,
  buildWorld,
  type RateLimitSettings,
  startSandbox,
  type Sandbox,
  quietLog,
} from '@practicum/sandbox';
import { startWorker } from '../src/worker.ts';
import { endOnce } from './end-once.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { full: { type: 'boolean', default: false }, only: { type: 'string' } },
});
const students = values.full ? 1000 : Number(positionals[0] ?? 30);
const organisation = 'bench-course';
const due = Date.parse('2027-01-11T09:00:00Z');
/** Course seconds in a second, by carrier: a commit is one write, and the machine must keep up with as many. */
const speed = { commit: 2, pull_request: 8 };

/** Calls in all; `points` by GitHub's own weights, `notifying` as it counts content, `refused` by any limit. */
type Counts = { rest: number; graphql: number; points: number; notifying: number; refused: number };
type Row = { name: string; repositories: number; counts: Counts; planned?: number; actual?: number };

/** What the other rows are compared with. */
let contents: Row | undefined;
console.log(
  '| carrier | repositories | planned | actual | of planned | refused by limits | REST calls each | GraphQL calls each | points each | of contents | notifying each |',
);
console.log('|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|');
for (const carrier of ['commit', 'pull_request'] as const)
  if (values.only === undefined || values.only === carrier) await measure(carrier);

async function measure(carrier: keyof typeof speed): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'practicum-bench-'));
  const { pool, url, erase } = await openDatabase({ home: join(dir, 'app'), durable: false });
  let base = { course: due - 86_400_000, real: performance.now() };
  const now = (): Date => new Date(base.course + (performance.now() - base.real) * speed[carrier]);
  const listeners = new Set<(now: Date) => void>();
  const clock = {
    now,
    runs: false,
    onChange: (listener: (now: Date) => void) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  const sandbox = await startSandbox({ dir: join(dir, 'github'), clock, rateLimits: { time: 'course' } });
  const limits = sandbox.world.settings.rateLimits;
  const end = endOnce(async () => {
    await sandbox.close();
    await erase();
    rmSync(dir, { recursive: true, force: true });
  });
  try {
    const { environment, teacher } = await buildCourse(sandbox, dir, carrier);
    const queue = jobQueue(pool);
    const work = async (pace: number) => {
      const settings = { ...environment, DATABASE_URL: url, PRACTICUM_PACE: String(pace) };
      const ports = await openPorts(readConfig(settings, dir), pool, clock, pino({ level: 'silent' }), () => '');
      const onQueued = (listener: () => void) => listen(url, 'job', listener);
      return startWorker({ queue, clock, log: ports.log, jobs: jobTable(ports), onQueued });
    };
    const reached = async (count: number, state: string): Promise<void> => {
      for (;;) {
        const { rows } = await pool.query<{ n: string; ready: string }>(
          `select (select count(*) from shipment where state = $1) as n, (select count(*) from student_repository where state = 'ready') as ready`,
          [state],
        );
        if (Number(rows[0]!.n) >= count && Number(rows[0]!.ready) >= students) return;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    };
    // Getting ready is not what is measured: no limits, no pace, no hour to be economical with.
    Object.assign(limits, boundlessHour);
    const preparing = await work(100_000);
    await queue.enqueue([reconcileJob(clock.now())]);
    await reached(students, 'planned');
    while (!sandbox.idle().idle) await new Promise((resolve) => setTimeout(resolve, 50));
    await preparing.stop();
    await pool.query('delete from pace');
    Object.assign(limits, { primary: true, secondary: true, perHour: undefined });
    const releasing = await work(speed[carrier]);
    const counts = countCalls(sandbox);
    base = { course: due, real: performance.now() };
    for (const listener of listeners) listener(now());
    await reached(students, 'dispatched');
    const actual = (now().getTime() - due) / 1000;
    const shipped = counts.stop();
    await releasing.stop();
    if (!contents) print((contents = await measureContents(sandbox, teacher, Math.min(students, 10), limits)));
    const planned = effortOf([carrier], students).all(true);
    print({ name: carrier, repositories: students, counts: shipped, planned, actual });
  } finally {
    await end();
  }
}

/** What most classroom scripts do: one file at a time, each looked up for its sha, each a commit of its own. */
async function measureContents(
  sandbox: Sandbox,
  token: string,
  repositories: number,
  limits: RateLimitSettings,
): Promise<Row> {
  Object.assign(limits, { primary: false, secondary: false });
  const octokit = new Octokit({ baseUrl: `${sandbox.url}/api/v3`, auth: token, log: quietLog });
  const counts = countCalls(sandbox);
  for (let index = 0; index < repositories; index++) {
    for (const path of ['data/other.csv', 'data/MANIFEST.json']) {
      const where = { owner: organisation, repo: `bench-student-${index + 1}`, path };
      const known = await octokit.request('GET /repos/{owner}/{repo}/contents/{path}', where).then(
        ({ data }) => (data as { sha: string }).sha,
        () => undefined,
      );
      const file = { message: 'Add data', content: Buffer.from('a,b\n1,2\n').toString('base64') };
      await octokit.request('PUT /repos/{owner}/{repo}/contents/{path}', {
        ...where,
        ...file,
        ...(known ? { sha: known } : {}),
      });
    }
  }
  return { name: 'contents, a file at a time (no look for a former try)', repositories, counts: counts.stop() };
}

function print({ name, repositories, counts, planned, actual }: Row): void {
  const each = (value: number): string => (value / repositories).toFixed(1);
  const seconds = (value: number | undefined): string => (value === undefined ? '' : `${value.toFixed(0)} s`);
  const points = counts.points / repositories;
  console.log(
    `| ${[
      name,
      repositories,
      seconds(planned),
      seconds(actual),
      planned && actual ? (actual / planned).toFixed(3) : '',
      counts.refused,
      each(counts.rest),
      each(counts.graphql),
      points.toFixed(1),
      contents ? (points / (contents.counts.points / contents.repositories)).toFixed(2) : '',
      each(counts.notifying),
    ].join(' | ')} |`,
  );
}

/** By GitHub's own points: 1 for a reading call, 5 for a writing one. */
function countCalls(sandbox: Sandbox): { stop: () => Counts } {
  const counts: Counts = { rest: 0, graphql: 0, points: 0, notifying: 0, refused: 0 };
  const stop = sandbox.onExchange(({ method, path, status, requestBody, site }) => {
    if (site) return;
    const query = (requestBody as { query?: string } | undefined)?.query;
    const reads = query === undefined ? method === 'GET' : !query.trimStart().startsWith('mutation');
    counts[query === undefined ? 'rest' : 'graphql'] += 1;
    counts.points += reads ? 1 : 5;
    if (method === 'POST' && /\/(pulls|issues|comments|releases)$/.test(path)) counts.notifying += 1;
    if (status === 403 || status === 429) counts.refused += 1;
  });
  return {
    stop: () => {
      stop();
      return counts;
    },
  };
}

async function buildCourse(sandbox: Sandbox, dir: string, carrier: string) {
  const { url } = sandbox;
  const logins = Array.from({ length: students }, (_, index) => `student-${index + 1}`);
  const files: Record<string, string> = {
    'course.yml':
      'version: 1\ntitle: Bench\ntimezone: UTC\nroster: roster.csv\nrepositories: { name: "bench-{owner}", visibility: private, permission: push }\n',
    'roster.csv': `login,id,name,group\n${logins.map((login, index) => `${login},${index + 1},,`).join('\n')}\n`,
    'data/prices.csv': `Day,Price\n${Array.from({ length: 500 }, (_, row) => `${row},${row / 10}`).join('\n')}\n`,
    'challenge.yml': `version: 1\nname: bench\ntitle: Bench\nstarts: 2027-01-11T09:00:00Z\nends: 2027-02-11T09:00:00Z\ndataset: { source: data/prices.csv, target: Price }\nreleases: { first: "2027-01-11T09:00:00Z", every: 7d, count: 1, path: "data/{release}.csv", carrier: ${carrier} }\n`,
  };
  const manifest = await readFile(new URL('../app.yml', import.meta.url), 'utf8');
  const { owner, app } = await buildWorld(sandbox, {
    organisation,
    members: logins,
    repositories: [{ name: 'course', files }],
    app: { manifest },
  });
  const environment = {
    APP_ID: String(app!.appId),
    PRIVATE_KEY: app!.privateKey,
    WEBHOOK_SECRET: 'not-used-in-here',
    GITHUB_API_URL: `${url}/api/v3`,
    GITHUB_SERVER_URL: url,
    PRACTICUM_HOME: join(dir, 'app'),
    PATH: process.env['PATH'] ?? '',
  };
  return { environment, teacher: owner.token };
}

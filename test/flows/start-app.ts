// The app's worker and flows against the real sandbox over HTTP and a real database, with one small course.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { cp, mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pino } from 'pino';
import { Octokit } from '@octokit/rest';
import { afterAll } from 'vitest';
import { openPorts } from '../../src/compose.ts';
import { readConfig } from '../../src/config.ts';
import { reconcileJob } from '../../src/flows/upkeep/reconcile.ts';
import { reportParkedJob } from '../../src/flows/jobs/queue-jobs.ts';
import { jobTable } from '../../src/jobs.ts';
import type { StoredShipment } from '../../src/ports/records.ts';
import { jobQueue } from '../../src/postgres/job-queue.ts';
import { listen } from '../../src/postgres/listen.ts';
import {
  type BuiltWorld,
  buildWorld,
  type MovableClock,
  movableClock,
  quietLog,
  type Sandbox,
  startSandbox,
} from '@practicum/sandbox';
import { pushFolder } from '../../src/rehearsal/push-files.ts';
import { startWorker, type Worker } from '../../src/worker.ts';
import { cloneDatabase, type TestDatabase } from '../database.ts';

export const organisation = 'course-org';
export const due = new Date('2027-01-11T09:00:00Z');
const before = new Date('2027-01-10T09:00:00Z');

export type CourseOptions = {
  students?: string[];
  carrier?: string;
  releases?: number;
  rows?: string[];
  source?: string;
  path?: string;
  per?: string;
  start?: 'due' | 'early';
  /** More keys of `dataset`. */
  dataset?: string;
  /** Files of the course beside its own; those named in `executable` with that mode. */
  files?: Record<string, string | Buffer>;
  executable?: string[];
  environment?: Record<string, string>;
};

export const header = 'Date,Price';
export const tenRows = Array.from({ length: 10 }, (_, row) => `2027-01-${String(row + 1).padStart(2, '0')},${row}.5`);

/** The files of a course whose first release is due at `due`. */
export function courseFiles(options: CourseOptions = {}): Record<string, string | Buffer> {
  const { students = ['ada'], carrier = 'commit', releases = 1, rows = tenRows, source = 'data/prices.csv' } = options;
  return {
    'course.yml':
      'version: 1\ntitle: Test\ntimezone: UTC\nroster: roster.csv\nrepositories: { name: "{challenge}-{owner}", visibility: private, permission: push }\n',
    'roster.csv': `login,id,name,group\n${students.map((login, index) => `${login},${index + 1},${login},`).join('\n')}\n`,
    'challenges/prices/challenge.yml': [
      'version: 1',
      'name: prices',
      'title: Prices',
      'starts: 2027-01-11T09:00:00Z',
      'ends: 2027-03-29T23:59:00Z',
      `dataset: { source: "${source}", ${options.dataset ?? 'target: Price'} }`,
      `releases: { first: "2027-01-11T09:00:00Z", every: 7d, count: ${releases}, path: "${options.path ?? 'data/incoming/{release}.csv'}", carrier: ${carrier}, per: ${options.per ?? 'course'}, start: ${options.start ?? 'due'} }`,
      '',
    ].join('\n'),
    ...(source === 'data/prices.csv' ? { 'data/prices.csv': `${[header, ...rows].join('\n')}\n` } : {}),
    ...options.files,
  };
}

export type App = Awaited<ReturnType<typeof openApp>>;

/** A GitHub with the course's people and repository, a clock, and a database. */
type Place = { dir: string; database: TestDatabase; clock: MovableClock; sandbox: Sandbox; world: BuiltWorld };

/** Starts everything, provisions the students, and leaves the clock a day before the first release. */
export async function startApp(options: CourseOptions = {}): Promise<App> {
  const app = await openApp(await makePlace(options), options);
  await app.pushCourse(courseFiles(options));
  await app.queue.enqueue([reconcileJob(app.clock.now())]);
  await app.until('the course is in force', async () => (await app.shipments()).length > 0 && (await app.atRest()));
  return app;
}

/** As `startApp`, for many tests of a file: the course comes into force once, and each has a copy of all that was then there. */
export function prepareApp(options: CourseOptions = {}): () => Promise<App> {
  let prepared: Promise<App> | undefined;
  afterAll(async () => (await prepared)?.erase());
  const prepare = async (): Promise<App> => {
    const app = await startApp(options);
    await app.halt();
    return app;
  };
  return async () => openApp(await copyPlace(await (prepared ??= prepare())), options);
}

async function makePlace(options: CourseOptions): Promise<Place> {
  const dir = mkdtempSync(join(tmpdir(), 'practicum-flows-'));
  const database = await cloneDatabase();
  const clock = movableClock(before);
  const sandbox = await startSandbox({ dir: join(dir, 'github'), clock });
  const world = await buildWorld(sandbox, {
    organisation,
    members: options.students ?? ['ada'],
    repositories: [{ name: 'course' }],
    app: { manifest: readFileSync(join(import.meta.dirname, '../../app.yml'), 'utf8') },
  });
  return { dir, database, clock, sandbox, world };
}

async function copyPlace({ dir: from, database, sandbox: before, world, clock }: Place): Promise<Place> {
  const dir = mkdtempSync(join(tmpdir(), 'practicum-flows-'));
  await cp(from, dir, { recursive: true });
  const ownClock = movableClock(clock.now());
  const sandbox = await startSandbox({ dir: join(dir, 'github'), clock: ownClock });
  sandbox.state.store = structuredClone(before.state.store);
  return { dir, database: await cloneDatabase(database.name), clock: ownClock, sandbox, world };
}

async function openApp(place: Place, options: CourseOptions) {
  const { dir, database, clock, sandbox, world } = place;
  const { url } = sandbox;
  const { owner: teacher } = world;
  const tokens = Object.fromEntries(world.members.map(({ login, token }) => [login, token]));
  const api = (token: string) => new Octokit({ baseUrl: `${url}/api/v3`, auth: token, log: quietLog });
  const pushCourse = async (files: Record<string, string | Buffer>): Promise<void> => {
    const folder = mkdtempSync(join(tmpdir(), 'practicum-course-'));
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), text, { mode: options.executable?.includes(path) ? 0o755 : 0o644 });
    }
    await pushFolder(`${url}/${organisation}/course.git`, teacher, clock.now(), folder, 'The course');
    rmSync(folder, { recursive: true });
  };
  const environment = environmentOf(place, options);
  const appClock = { ...clock, runs: false };
  const ports = await openPorts(
    readConfig(environment, dir),
    database.pool,
    appClock,
    pino({ level: process.env['TEST_LOG'] ?? 'silent' }),
    () => '',
  );
  const queue = jobQueue(database.pool);
  const worker = await startWorker({
    queue,
    clock: appClock,
    log: ports.log,
    jobs: jobTable(ports),
    onQueued: (listener) => listen(database.url, 'job', listener),
    onParked: async ({ name }) => {
      if (name === 'dispatch-shipment') await queue.enqueue([reportParkedJob(organisation, clock.now())]);
    },
  });
  const until = waitingFor(database, worker);
  const shipments = (): Promise<StoredShipment[]> => ports.store.shipments(organisation);
  const atRest = async (): Promise<boolean> => {
    const open = await database.pool.query(`select key from job where state = 'open' and due_at <= $1`, [clock.now()]);
    return open.rows.length === 0;
  };
  const git = (repository: string, ...args: string[]) =>
    gitOut(join(dir, 'github/git', organisation, `${repository}.git`), args);
  /** Ends everything, and keeps what it left. */
  const halt = async (): Promise<void> => {
    await worker.stop();
    await sandbox.close();
    await database.pool.end();
  };
  const erase = async (): Promise<void> => {
    await database.drop();
    rmSync(dir, { recursive: true, force: true });
  };
  return {
    ...place,
    environment,
    ports,
    queue,
    shipments,
    until,
    atRest,
    pushCourse,
    git,
    teacher,
    as: (login: string) => api(tokens[login] ?? teacher.token),
    /** Moves time to the first release. */
    release: () => clock.set(due),
    /** Ids of the commits on any branch that carry the shipment's trailer. */
    carrying: (repository: string, trailer: string) =>
      git(repository, 'log', '--all', '--format=%H', `--grep=^${trailer}$`).split('\n').filter(Boolean),
    halt,
    erase,
    stop: async () => {
      await halt();
      await erase();
    },
  };
}

function environmentOf({ sandbox, database, dir, world }: Place, options: CourseOptions) {
  const { appId, privateKey } = world.app!;
  return {
    APP_ID: String(appId),
    PRIVATE_KEY: privateKey,
    WEBHOOK_SECRET: 'not-used-in-here',
    GITHUB_API_URL: `${sandbox.url}/api/v3`,
    GITHUB_SERVER_URL: sandbox.url,
    DATABASE_URL: database.url,
    PRACTICUM_HOME: join(dir, 'app'),
    PRACTICUM_PACE: '1000',
    PATH: process.env['PATH'] ?? '',
    ...options.environment,
  };
}

/** Waits for `holds`, hurrying every back-off along, as the passing of time would. */
function waitingFor({ pool }: TestDatabase, worker: Worker) {
  return async (what: string, holds: () => Promise<boolean> | boolean, hurry = true): Promise<void> => {
    const end = performance.now() + 150_000;
    while (!(await holds())) {
      if (performance.now() > end) {
        const { rows } = await pool.query('select key, state, last_error from job');
        throw new Error(`not in time: ${what}; ${JSON.stringify(rows)}`);
      }
      if (hurry) {
        const { rowCount } = await pool.query(
          `update job set not_before = clock_timestamp() where leased_by is null and state = 'open' and not_before > clock_timestamp()`,
        );
        if (rowCount) worker.wake();
      }
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  };
}

function gitOut(directory: string, args: string[]): string {
  return execFileSync('git', ['--git-dir', directory, ...args], { encoding: 'utf8', maxBuffer: 1 << 28 });
}

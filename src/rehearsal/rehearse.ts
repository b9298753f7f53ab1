// A whole course on this machine: sandbox, database, app, teacher and students, from a course folder to a gradebook.
import { mkdir, readFile } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { inForce } from '../flows/course/in-force.ts';
import { verifyStored } from '../flows/ledger/verify-stored.ts';
import type { Verification } from '../domain/ledger/verify.ts';
import { readGradebook } from '../flows/grade/read-gradebook.ts';
import type { Gradebook } from '../domain/grade/gradebook.ts';
import { freePort } from '../free-port.ts';
import { openDatabase, type OpenedDatabase } from '../postgres/open-database.ts';
import type { Pool } from '../postgres/pool.ts';
import { openStore } from '../postgres/store.ts';
import type { StoredShipment } from '../ports/records.ts';
import { type MovableClock, boundlessHour, startSandbox, type Sandbox } from '@practicum/sandbox';
import { type Casting, releasesOf, studentsOf, tasksOf } from './cast.ts';
import { startAppProcess, type AppProcess } from './app-process.ts';
import { startGuard, type Guard } from './guard.ts';
import { keptClock } from './kept-clock.ts';
import { play, type Release } from './play.ts';
import { untilQuiet } from './quiet.ts';
import { checkRunsIn, type SeenCheckRun } from './seen-check-runs.ts';
import type { Student } from './student.ts';
import type { StudentTask } from './student-task.ts';
import { studentServices } from './student-service.ts';
import { openWorld, type World } from './world.ts';
import { Failure } from '../domain/text/failure.ts';

export type RehearsalSettings = Casting & {
  dir: string;
  organisation: string;
  studentFolder: string;
  bundleAction: (folder: string) => Promise<void>;
  manifestFile: string;
  port?: number;
  databaseUrl?: string;
  /** Nothing of the database is kept when the rehearsal is closed. */
  temporary?: boolean;
  /** Ends the rehearsal early. */
  signal?: AbortSignal;
  /** A line of progress at a moment of the course; `done` is the share of the course that is over. */
  tell: (at: Date, line: string, done: number) => void;
  /** Hears of the sandbox before anything happens in it. */
  onSandbox?: (sandbox: Sandbox) => void;
  /** Hears of the app's process when it answers. */
  onApp?: (app: AppProcess) => void;
  /** Where the app finds GitHub, if something stands between the two. */
  throughTo?: (sandbox: Sandbox) => Promise<string>;
  /** Resolves when nothing more happens at the present course time. Default: when sandbox and app are both at rest. */
  quiet?: (sandbox: Sandbox, pool: Pool, signal: AbortSignal) => Promise<void>;
};

export type Rehearsal = {
  organisation: string;
  sandbox: Sandbox;
  checkRuns: SeenCheckRun[];
  dashboardUrl: string;
  appPid: () => number | undefined;
  gradebook: Gradebook;
  /** Of the ledger, when all was over. */
  ledger: Verification;
  shipments: StoredShipment[];
  releases: Release[];
  students: Student[];
  close: () => Promise<void>;
};

const day = 86_400_000;
const never = new AbortController().signal;
const likeGitHub = { rateLimits: boundlessHour, settings: { webhooksSideBySide: true } };

/** Plays the course to its end and leaves everything running until `close`. */
export async function rehearse(settings: RehearsalSettings): Promise<Rehearsal> {
  const { dir, challenges, organisation, signal = never } = settings;
  await mkdir(dir, { recursive: true });
  const { begins, ends } = termOf(challenges);
  const closing: (() => Promise<void>)[] = [];
  const close = (): Promise<void> => closeAll(closing);
  try {
    const guard = startGuard();
    closing.push(() => guard.close());
    if (settings.temporary) guard.remove(dir);
    const clock = await keptClock(join(dir, 'clock.json'), begins);
    const tell = teller(settings, clock, ends);
    tell('the sandbox GitHub, a database and the app start');
    const sandbox = await startSandbox({ dir, clock, persist: settings.temporary !== true, ...likeGitHub });
    settings.onSandbox?.(sandbox);
    closing.push(() => sandbox.close());
    const [port, tasks] = [settings.port ?? (await freePort()), await tasksOf(settings)];
    const [{ pool, url: databaseUrl }, world] = await both(
      openKeptDatabase(settings, guard, closing),
      openWorld(sandbox, planWorld(settings, port, tasks), join(dir, 'world.json')),
    );
    signal.throwIfAborted();
    const github = (await settings.throughTo?.(sandbox)) ?? sandbox.url;
    const app = await startApp(settings, { sandbox, github }, world, port, databaseUrl);
    closing.push(() => app.stop());
    settings.onApp?.(app);
    const students = studentsOf(settings, world, tasks);
    const services = studentServices(guard);
    closing.push(() => services.stop());
    const releases = releasesOf(challenges);
    await play({
      signal,
      sandbox,
      clock,
      world,
      students,
      releases,
      ends,
      courseFolder: settings.courseFolder,
      services,
      quiet: () => (settings.quiet ?? untilQuiet)(sandbox, pool, signal),
      tell,
    });
    tell('the course is over: grades and ledger are read');
    return {
      organisation,
      sandbox,
      checkRuns: checkRunsIn(sandbox),
      dashboardUrl: `http://127.0.0.1:${port}/`,
      appPid: app.pid,
      releases,
      students,
      close,
      ...(await results(pool, organisation, clock)),
    };
  } catch (error) {
    await close();
    // Whoever interrupts us in a terminal interrupts the bundler, too, which then says why it failed.
    throw signal.aborted ? signal.reason : error;
  }
}

/** At the same time; where one fails, the other has ended, too, before that is thrown. */
async function both<A, B>(first: Promise<A>, second: Promise<B>): Promise<[A, B]> {
  await Promise.allSettled([first, second]);
  return Promise.all([first, second]);
}

async function closeAll(closing: readonly (() => Promise<void>)[]): Promise<void> {
  const failed: unknown[] = [];
  // What does not end must not keep the others: a server that listens would keep the process for ever.
  for (const end of closing.toReversed()) await end().catch((error: unknown) => failed.push(error));
  if (failed.length > 0) throw failed[0];
}

/** From two days before the first challenge starts to a day after the last has ended. */
function termOf(challenges: Casting['challenges']): { begins: Date; ends: Date } {
  const starts = Math.min(...challenges.map((challenge) => challenge.starts.getTime()));
  const ends = Math.max(...challenges.map((challenge) => challenge.ends.getTime()));
  return { begins: new Date(starts - 2 * day), ends: new Date(ends + day) };
}

function teller({ tell }: RehearsalSettings, clock: MovableClock, ends: Date): (line: string) => void {
  const first = clock.now().getTime();
  return (line) => {
    const now = clock.now();
    tell(now, line, Math.min(1, (now.getTime() - first) / (ends.getTime() - first)));
  };
}

/** With the embedded server, a killed rehearsal leaves nothing that the next one could not go on with. */
async function openKeptDatabase(
  { databaseUrl, dir, temporary }: RehearsalSettings,
  guard: Guard,
  closing: (() => Promise<void>)[],
): Promise<OpenedDatabase> {
  // Processes may be killed; a machine that loses its power begins again.
  const database = await openDatabase({ databaseUrl, home: join(dir, 'app'), durable: false });
  const { server } = database;
  if (temporary && server) guard.end(server.pid, 'SIGQUIT', server.folder);
  closing.push(temporary ? database.erase : database.stop);
  return database;
}

async function results(
  pool: Pool,
  organisation: string,
  clock: MovableClock,
): Promise<Pick<Rehearsal, 'gradebook' | 'ledger' | 'shipments'>> {
  const store = openStore(pool);
  const found = await inForce(store, organisation);
  if (!found) throw new Failure('course-not-in-force', 'the course never came into force');
  const { course, challenges, owners } = found;
  return {
    gradebook: await readGradebook(store, { organisation, course, challenges, owners, now: clock.now() }),
    ledger: await verifyStored(store, organisation),
    shipments: await store.shipments(organisation),
  };
}

function planWorld(
  settings: RehearsalSettings,
  port: number,
  tasks: readonly StudentTask[],
): Parameters<typeof openWorld>[1] {
  const { organisation, course, owners, studentFolder, bundleAction, manifestFile } = settings;
  return {
    organisation,
    staff: course.staff ?? 'teaching-staff',
    template: course.repositories.template ?? 'student-template',
    students: owners.flatMap(({ members }) => members.map(({ login, name }) => ({ login, name: name ?? login }))),
    studentFolder,
    tasks,
    bundleAction,
    readManifest: () => readFile(manifestFile, 'utf8'),
    webhook: { url: `http://127.0.0.1:${port}/api/github/webhooks`, secret: randomBytes(24).toString('hex') },
  };
}

async function startApp(
  { dir }: RehearsalSettings,
  { sandbox, github }: { sandbox: Sandbox; github: string },
  world: World,
  port: number,
  databaseUrl: string,
): Promise<AppProcess> {
  const base = `http://127.0.0.1:${port}`;
  const { app } = world;
  const running = await startAppProcess(
    {
      APP_ID: String(app.appId),
      PRIVATE_KEY: app.privateKey,
      WEBHOOK_SECRET: app.webhookSecret,
      GITHUB_API_URL: `${github}/api/v3`,
      GITHUB_SERVER_URL: github,
      OIDC_ISSUERS: `${sandbox.url}/_services/token`,
      DATABASE_URL: databaseUrl,
      PORT: String(port),
      PRACTICUM_URL: base,
      PRACTICUM_HOME: join(dir, 'app'),
      PRACTICUM_CLOCK_URL: `${sandbox.url}/_sandbox/clock/stream`,
      PRACTICUM_DASHBOARD_TOKEN: 'open',
      PRACTICUM_PACE: '1000',
      PRACTICUM_ALLOW_LOOPBACK: '1',
    },
    join(dir, 'app.log'),
    `${base}/readyz`,
  );
  // Once it hears of it.
  ensureInstalled(sandbox, world);
  return running;
}

function ensureInstalled({ admin, state }: Sandbox, { app, organisation }: World): void {
  const installed = Object.values(state.store.installations).some((installation) => installation.app === app.appId);
  if (!installed) admin.installApp({ appId: app.appId, account: organisation });
}

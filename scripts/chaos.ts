// Kills the app and breaks its calls while a class receives its releases, then proves from the repositories that nothing is
// lost, doubled or altered. The same seed draws the same faults; when they strike depends on the machine.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Octokit } from '@octokit/core';
import { parse } from 'yaml';
import { readFile } from 'node:fs/promises';
import { freePort } from '../src/free-port.ts';
import { openDatabase } from '../src/postgres/open-database.ts';
import { openStore } from '../src/postgres/store.ts';
import { steerShipment } from '../src/flows/steer-shipments.ts';
import { movableClock } from '../src/sandbox/clock.ts';
import { startAppProcess } from '../src/sandbox/rehearsal/app-process.ts';
import { pushFolder } from '../src/sandbox/rehearsal/push-files.ts';
import { boundlessHour } from '../src/sandbox/rate-limits.ts';
import { startSandbox } from '../src/sandbox/server.ts';
import { drawFault, seeded } from './chaos/draw-faults.ts';
import { dueOf, expectedSlices, starts, writeCourse } from './chaos/make-course.ts';
import { prove } from './chaos/prove.ts';

const number = (text: string): number => {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0) throw new Error(`${text} is not a whole number`);
  return value;
};
const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '50' },
    faults: { type: 'string', default: '500' },
    seed: { type: 'string', default: '1' },
    students: { type: 'string', default: '200' },
    releases: { type: 'string', default: '5' },
    minutes: { type: 'string', default: '60' },
    keep: { type: 'boolean', default: false },
    verbose: { type: 'boolean', default: false },
  },
});
const kills = number(values.kills);
const faults = number(values.faults);
const releases = number(values.releases);
const seed = number(values.seed);
const students = Array.from({ length: number(values.students) }, (_, index) => `student-${index + 1}`);
const deadline = performance.now() + number(values.minutes) * 60_000;
const organisation = 'chaos-course';
const began = performance.now();
/** An interrupted run ends what it started, too. */
let stopped = false;
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => (stopped = true));

const dir = await mkdtemp(join(tmpdir(), 'practicum-chaos-'));
const closing: (() => Promise<unknown>)[] = [
  () => (values.keep ? Promise.resolve() : rm(dir, { recursive: true, force: true })),
];
try {
  process.exitCode = (await play()) ? 0 : 1;
} catch (error) {
  process.stderr.write(`chaos: ${(error as Error).message}\n`);
  process.exitCode = 1;
} finally {
  for (const close of closing.toReversed()) await close().catch(() => undefined);
}

async function play(): Promise<boolean> {
  const clock = movableClock(new Date(starts.getTime() - 86_400_000));
  const sandbox = await startSandbox({ dir: join(dir, 'github'), clock, rateLimits: boundlessHour });
  closing.push(() => sandbox.close());
  const { admin, url } = sandbox;
  const teacher = { login: 'teacher', name: 'Teacher', token: admin.createUser({ login: 'teacher' }).token };
  admin.createOrganization({ login: organisation, owner: 'teacher' });
  const tokens = students.map((login) => admin.createUser({ login }).token);
  for (const login of students) admin.addMember({ org: organisation, login });
  await new Octokit({ baseUrl: `${url}/api/v3`, auth: teacher.token }).request('POST /orgs/{org}/repos', {
    org: organisation,
    name: 'course',
    private: true,
  });
  await writeCourse(join(dir, 'course'), students, releases);
  await pushFolder(`${url}/${organisation}/course.git`, teacher, clock.now(), join(dir, 'course'), 'The course');

  const port = await freePort();
  const manifest = parse(await readFile(join(import.meta.dirname, '../app.yml'), 'utf8')) as {
    default_permissions: Record<string, 'read' | 'write'>;
    default_events: string[];
  };
  const webhook = { url: `http://127.0.0.1:${port}/api/github/webhooks`, secret: `chaos-${seed}-secret` };
  const { appId, privateKey } = admin.createApp({
    slug: 'practicum',
    name: 'Practicum',
    owner: organisation,
    permissions: manifest.default_permissions,
    events: manifest.default_events,
    webhook,
  });
  const database = await openDatabase({
    databaseUrl: process.env['DATABASE_URL'],
    home: join(dir, 'app'),
    durable: false,
  });
  closing.push(database.erase);
  const { pool, url: databaseUrl } = database;
  const store = openStore(pool);
  const app = await startAppProcess(
    {
      APP_ID: String(appId),
      PRIVATE_KEY: privateKey,
      WEBHOOK_SECRET: webhook.secret,
      GITHUB_API_URL: `${url}/api/v3`,
      GITHUB_SERVER_URL: url,
      DATABASE_URL: databaseUrl,
      PORT: String(port),
      PRACTICUM_HOME: join(dir, 'app'),
      PRACTICUM_CLOCK_URL: `${url}/_sandbox/clock/stream`,
      PRACTICUM_DASHBOARD_TOKEN: 'open',
      PRACTICUM_PACE: '1000',
    },
    join(dir, 'app.log'),
    `http://127.0.0.1:${port}/readyz`,
  );
  closing.push(() => app.stop());
  admin.installApp({ appId, account: organisation });

  const total = students.length * releases * 2;
  const draw = seeded(seed);
  // Moments are shares of all the work, so that harm comes for as long as there is something to harm.
  const killAt = Array.from({ length: kills }, () => draw() * 0.97).toSorted((a, b) => a - b);
  const faultAt = Array.from({ length: faults }, () => draw() * 0.95).toSorted((a, b) => a - b);
  const struck = new Map<string, number>();
  const armed: { id: number; name: string }[] = [];
  let killed = 0;
  let lastPid: number | undefined;
  let resent = 0;
  let pushes = 0;
  let armedSoFar = 0;

  /** Counts what has struck and takes it away, so that the list stays short. */
  const harvest = (): void => {
    const done = new Set(sandbox.faults.list().flatMap(({ id, struck: times }) => (times > 0 ? [id] : [])));
    for (const { id, name } of armed.splice(0)) {
      if (done.has(id)) {
        struck.set(name, (struck.get(name) ?? 0) + 1);
        sandbox.faults.remove(id);
      } else armed.push({ id, name });
    }
  };
  const count = async (): Promise<number> => {
    const { rows } = await pool.query<{ n: string }>(`select count(*) as n from shipment where state = 'dispatched'`);
    return Number(rows[0]!.n);
  };
  /** One look at how far things are, and the harm that is due by then. */
  const step = async (): Promise<number> => {
    if (stopped) throw new Error('interrupted');
    if (performance.now() > deadline) throw new Error(`not done after ${values.minutes} minutes: ${await openWork()}`);
    const arrived = await count();
    harvest();
    while (armedSoFar < faults && faultAt[armedSoFar]! <= arrived / total) {
      const { name, rule } = drawFault(draw);
      armed.push({ id: sandbox.faults.add(rule), name });
      armedSoFar += 1;
    }
    const pid = app.pid();
    if (killed < kills && killAt[killed]! <= arrived / total && pid !== undefined && pid !== lastPid) {
      await new Promise((resolve) => setTimeout(resolve, draw() * 1500));
      try {
        process.kill(pid, 'SIGKILL');
        killed += 1;
        lastPid = pid;
        if (values.verbose) process.stderr.write(`killed ${killed} at ${arrived} of ${total}\n`);
      } catch {
        // It was just restarting.
      }
    }
    // The teacher, who sees the issue and sends again what was given up.
    for (const { key } of await store.parkedJobs()) {
      const [name, org = '', id = ''] = key.split('/');
      if (name === 'dispatch-shipment') await steerShipment(store, org, id, 'resend', clock.now());
      else await store.retryParked(key);
      resent += 1;
    }
    return arrived;
  };
  const openWork = async (): Promise<string> => {
    const { rows } = await pool.query<{ key: string; last_error: string | null }>(
      'select key, last_error from job where due_at <= $1 order by seq limit 3',
      [clock.now()],
    );
    return rows.map(({ key, last_error }) => `${key} ${last_error ?? ''}`).join('; ');
  };
  /** A student who works while data comes in. */
  const pushWork = async (student: number, release: number): Promise<void> => {
    const octokit = new Octokit({ baseUrl: `${url}/api/v3`, auth: tokens[student]! });
    await octokit
      .request('PUT /repos/{owner}/{repo}/contents/{path}', {
        owner: organisation,
        repo: `work-${students[student]}`,
        path: `notes-${release}.md`,
        message: 'My notes',
        content: Buffer.from(`release ${release}\n`).toString('base64'),
      })
      .then(() => (pushes += 1))
      // A fault may strike a student as well.
      .catch(() => undefined);
  };
  const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 50));

  const planned = async (): Promise<boolean> => {
    const { rows } = await pool.query<{ n: string }>('select count(*) as n from shipment');
    const ready = (await store.studentRepositories(organisation)).filter(({ state }) => state === 'ready').length;
    return Number(rows[0]!.n) === total && ready === students.length;
  };
  while (!(await planned())) {
    await step();
    await pause();
  }
  for (let release = 0; release < releases; release++) {
    clock.set(dueOf(release));
    const working = students.flatMap((_, index) => (draw() < 0.3 ? [index] : []));
    const pushing = (async () => {
      for (const student of working) await pushWork(student, release);
    })();
    while ((await step()) < (release + 1) * students.length * 2) await pause();
    await pushing;
    if (values.verbose)
      process.stderr.write(`release ${release + 1} at ${Math.round((performance.now() - began) / 1000)} s\n`);
  }
  // What is left to do after the last dispatch: pull requests that fell behind are laid anew.
  harvest();
  sandbox.faults.clear();
  armed.length = 0;
  const open = async (): Promise<number> =>
    (await pool.query(`select from job where state = 'open' and due_at <= $1`, [clock.now()])).rows.length;
  // On a fast machine the work is done before the last kill that was due, and a kill waits until the app is up again.
  while (killed < kills || !sandbox.idle().idle || (await open()) > 0) {
    await step();
    await pause();
  }
  const { rows } = await pool.query<{ n: string }>('select sum(attempts) as n from shipment');
  const proof = prove(join(dir, 'github/git'), organisation, students, expectedSlices(releases));
  const lines: [string, string | number][] = [
    ['repositories', students.length],
    ['shipments expected', proof.expected],
    ['found in the repositories', proof.found],
    ['lost', proof.lost.length],
    ['doubled', proof.doubled.length],
    ['altered', proof.altered.length],
    ['kills', `${killed} of ${kills}`],
    ['faults that struck', `${[...struck.values()].reduce((sum, one) => sum + one, 0)} of ${faults}`],
    ...[...struck]
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, times]): [string, number] => [`  ${name}`, times]),
    ['attempts recorded', Number(rows[0]!.n)],
    ['given up, then resent', resent],
    ['pushes by students in between', pushes],
    ['seed', seed],
    ['seconds', Math.round((performance.now() - began) / 1000)],
  ];
  for (const [name, value] of lines) process.stdout.write(`${name.padEnd(32)}${String(value).padStart(12)}\n`);
  const wrong = [...proof.lost, ...proof.doubled, ...proof.altered];
  for (const one of wrong.slice(0, 20)) process.stderr.write(`FAILED: ${one}\n`);
  const harmed = killed === kills;
  if (!harmed) process.stderr.write(`FAILED: only ${killed} of ${kills} kills happened\n`);
  return wrong.length === 0 && harmed && proof.found === proof.expected;
}

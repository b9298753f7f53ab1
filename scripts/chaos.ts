// Kills the app and breaks its calls while a class receives its releases, then proves from the repositories that nothing is
// lost, doubled or altered. The same seed draws the same faults; when they strike depends on the machine.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { classifyFailure } from '../src/domain/jobs/classify-failure.ts';
import { verifyStored } from '../src/flows/ledger/verify-stored.ts';
import { steerShipment } from '../src/flows/shipment/steer-shipments.ts';
import { seeded } from './chaos/draw-faults.ts';
import { planHarm, type Harm } from './chaos/harm.ts';
import { clockJumpMs, planTroubles, type Troubles } from './chaos/troubles.ts';
import { dueOf, expectedSlices, organisation } from './chaos/make-course.ts';
import { prove } from './chaos/prove.ts';
import { startWorld, type World } from './chaos/start-world.ts';

const options = {
  kills: { type: 'string', default: '50' },
  faults: { type: 'string', default: '500' },
  troubles: { type: 'string', default: '50' },
  seed: { type: 'string', default: '1' },
  students: { type: 'string', default: '200' },
  releases: { type: 'string', default: '5' },
  processes: { type: 'string', default: '2' },
  minutes: { type: 'string', default: '60' },
  keep: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;
const usage = `npm run chaos -- [--kills 50] [--faults 500] [--troubles 50] [--seed 1] [--students 200] [--releases 5] [--processes 2] [--minutes 60] [--keep]

Each student receives each release twice, by a commit and by a pull request, while the app is killed and GitHub's sandbox
breaks calls and webhooks, and while the database, GitHub, the disk or the clock is away for seconds at a time, tokens are revoked, or a process stands still for longer than its lease
(troubles). --processes: so many of the app on one database. --minutes: gives up after so many. --keep: leaves the repositories and the app's log.
Exit code: 1 when something was lost, doubled or altered, or given up for what was away, a webhook was acknowledged and not stored, or the harm was not done.
`;
const given = readOptions();
/** An interrupted run ends what it started, too. */
let stopped = false;
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => (stopped = true));

const began = performance.now();
const seconds = (): number => Math.round((performance.now() - began) / 1000);
const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 50));

const dir = await mkdtemp(join(tmpdir(), 'practicum-chaos-'));
const closing: (() => Promise<unknown>)[] = [];
try {
  process.exitCode = (await play()) ? 0 : 1;
} catch (error) {
  process.stderr.write(`chaos: ${(error as Error).message}\n`);
  process.exitCode = 1;
} finally {
  for (const close of closing.toReversed()) await close().catch(() => undefined);
  if (given.keep) process.stderr.write(`kept: ${dir}\n`);
  else await rm(dir, { recursive: true, force: true });
}

function readOptions() {
  const { values } = parseArgs({ options });
  if (values.help) {
    process.stdout.write(usage);
    process.exit();
  }
  const number = (
    key: 'kills' | 'faults' | 'troubles' | 'seed' | 'students' | 'releases' | 'processes' | 'minutes',
  ): number => {
    const value = Number(values[key]);
    if (Number.isInteger(value) && value >= 0) return value;
    process.stderr.write(`chaos: --${key} ${values[key]} is not a whole number\n`);
    process.exit(2);
  };
  return {
    kills: number('kills'),
    faults: number('faults'),
    troubles: number('troubles'),
    seed: number('seed'),
    students: Array.from({ length: number('students') }, (_, index) => `student-${index + 1}`),
    releases: number('releases'),
    processes: Math.max(1, number('processes')),
    minutes: number('minutes'),
    keep: values.keep,
  };
}

async function play(): Promise<boolean> {
  const { kills, faults, students, releases, seed, processes } = given;
  const world = await startWorld({ dir, students, releases, seed, processes }, closing);
  const { clock, sandbox, database } = world;
  const draw = seeded(seed);
  const harm = planHarm(world, { kills, faults, draw });
  const total = students.length * releases * 2;
  const troubles = planTroubles(world, { count: given.troubles, draw });
  const look = lookAt(world, { harm, troubles }, total);
  const ready = async (): Promise<boolean> => {
    const { rows } = await database.pool.query<{ planned: string; ready: string }>(
      `select (select count(*) from shipment) as planned, (select count(*) from student_repository where state = 'ready') as ready`,
    );
    return Number(rows[0]!.planned) === total && Number(rows[0]!.ready) === students.length;
  };
  while (!(await ready())) {
    await look.now();
    await pause();
  }
  let pushes = 0;
  for (let release = 0; release < releases; release++) {
    clock.set(dueOf(release));
    const working = students.flatMap((_, index) => (draw() < 0.3 ? [index] : []));
    const pushing = (async () => {
      for (const student of working) if (await world.pushWork(student, release)) pushes += 1;
    })();
    while ((await look.now()) < (release + 1) * students.length * 2) await pause();
    await pushing;
  }
  // What is left to do after the last dispatch: pull requests that fell behind are rebuilt. On a fast machine the work
  // is done before the last kill that was due.
  harm.disarm();
  await troubles.over();
  // Webhooks of those ten minutes hold up their lanes until then.
  clock.advance(clockJumpMs);
  const open = async (): Promise<number> =>
    (await database.pool.query(`select from job where state = 'open' and due_at <= $1`, [clock.now()])).rows.length;
  while (harm.killed() < kills || !sandbox.idle().idle || (await open()) > 0) {
    await look.now();
    await pause();
  }
  return report(world, { harm, troubles }, { resent: look.resent(), wronged: look.wronged(), pushes });
}

type Harms = { harm: Harm; troubles: Troubles };
/** `wronged`: what was given up although the fault was that of a machine. */
type Look = { now: () => Promise<number>; resent: () => number; wronged: () => readonly string[] };

/** One look at how far things are, the harm that is due by then, and what a teacher does about what was given up. */
function lookAt(
  { database: { pool }, store, clock, acknowledged }: World,
  { harm, troubles }: Harms,
  total: number,
): Look {
  const deadline = performance.now() + given.minutes * 60_000;
  let resent = 0;
  const wronged: string[] = [];
  let told = 0;
  const tell = (arrived: number): void => {
    if (seconds() - told < 10) return;
    told = seconds();
    const struck = [...harm.struck().values()].reduce((sum, value) => sum + value, 0);
    process.stderr.write(
      `${told} s: ${arrived} of ${total} arrived, ${harm.killed()} kills, ${struck} faults struck\n`,
    );
  };
  const openWork = async (): Promise<string> => {
    const { rows } = await pool.query<{ key: string; last_error: string | null }>(
      'select key, last_error from job where due_at <= $1 order by seq limit 3',
      [clock.now()],
    );
    return rows.map(({ key, last_error }) => `${key} ${last_error ?? ''}`).join('; ');
  };
  const resend = async (): Promise<void> => {
    for (const { key, lastError } of await store.parkedJobs()) {
      const whose = classifyFailure(lastError);
      if (whose !== 'own') wronged.push(`${key}, given up for the ${whose}: ${lastError}`);
      const [name, org = '', id = ''] = key.split('/');
      if (name === 'dispatch-shipment') await steerShipment(store, org, id, 'resend', clock.now());
      else await store.retryParked(key);
      resent += 1;
    }
  };
  return {
    resent: () => resent,
    wronged: () => wronged,
    async now() {
      if (stopped) throw new Error('interrupted');
      if (performance.now() > deadline) throw new Error(`not done after ${given.minutes} minutes: ${await openWork()}`);
      const { rows } = await pool.query<{ n: string }>(`select count(*) as n from shipment where state = 'dispatched'`);
      const arrived = Number(rows[0]!.n);
      await harm.strike(arrived / total);
      troubles.strike(arrived / total);
      acknowledged.look();
      await resend();
      tell(arrived);
      return arrived;
    },
  };
}

async function report(
  { git, database, store, acknowledged }: World,
  { harm, troubles }: Harms,
  { resent, wronged, pushes }: { resent: number; wronged: readonly string[]; pushes: number },
): Promise<boolean> {
  const { students, releases, kills, faults, seed, processes } = given;
  const { rows } = await database.pool.query<{ n: string }>('select sum(attempts) as n from shipment');
  process.stderr.write(`${seconds()} s: all is at rest, reading ${students.length} repositories\n`);
  const proof = prove(git, organisation, students, expectedSlices(releases));
  const webhooks = await acknowledged.lost();
  const ledger = await verifyStored(store, organisation);
  const struck = [...harm.struck()].toSorted(([a], [b]) => (a < b ? -1 : 1));
  const lines: [string, string | number][] = [
    ['repositories', students.length],
    ['shipments expected', proof.expected],
    ['found in the repositories', proof.found],
    ['lost', proof.lost.length],
    ['doubled', proof.doubled.length],
    ['altered', proof.altered.length],
    ['kills', `${harm.killed()} of ${kills}`],
    ['faults that struck', `${struck.reduce((sum, [, times]) => sum + times, 0)} of ${faults}`],
    ...struck.map(([name, times]): [string, number] => [`  ${name}`, times]),
    ...[...troubles.came()].map(([name, times]): [string, number] => [name, times]),
    ['webhooks acknowledged', webhooks.acknowledged],
    ['acknowledged and not stored', webhooks.lost.length],
    ['ledger', ledger.ok ? 'sound' : 'ALTERED'],
    ['attempts recorded', Number(rows[0]!.n)],
    ['given up, then resent', resent],
    ['  of these for what was away', wronged.length],
    ['processes', processes],
    ['pushes by students in between', pushes],
    ['seed', seed],
    ['seconds', seconds()],
  ];
  for (const [name, value] of lines) process.stdout.write(`${name.padEnd(40)}${String(value).padStart(12)}\n`);
  const wrong = [
    ...wronged,
    ...webhooks.lost.map((guid) => `webhook ${guid}`),
    ...proof.lost,
    ...proof.doubled,
    ...proof.altered,
  ];
  if (!ledger.ok) wrong.push(`the ledger: ${ledger.first.message}`);
  for (const one of wrong.slice(0, 20)) process.stderr.write(`FAILED: ${one}\n`);
  return wrong.length === 0 && proof.found === proof.expected;
}

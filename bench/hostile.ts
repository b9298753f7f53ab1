// An hour of a class with and without a hostile half: how long honest answers wait, what they earn, and the event loop's delay.
// `node bench/hostile.ts [STUDENTS]` prints Markdown; so many honest ones, and as many hostile ones beside them.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { boundlessHour, buildWorld, movableClock, startSandbox } from '@practicum/sandbox';
import { inForce } from '../src/flows/course/in-force.ts';
import { readGradebook } from '../src/flows/grade/read-gradebook.ts';
import { freePort } from '../src/free-port.ts';
import { openDatabase } from '../src/postgres/open-database.ts';
import { openStore } from '../src/postgres/store.ts';
import { startAppProcess } from '../src/rehearsal/app-process.ts';
import { untilQuiet } from '../src/rehearsal/quiet.ts';
import { endOnce } from './end-once.ts';
import { hostileCourse, organisation, playHour, serveHonest, starts } from './hostile-hour.ts';

const students = Number(process.argv[2] ?? 30);
type Result = { waits: number[]; points: Map<string, number>; p99: number; longest: number; parked: number };

const without = await measure(0);
const beside = await measure(students);
const mean = ({ waits }: Result): number => waits.reduce((sum, wait) => sum + wait, 0) / waits.length;
const at = ({ waits }: Result, share: number): number =>
  waits.toSorted((a, b) => a - b)[Math.min(waits.length - 1, Math.floor(waits.length * share))]!;
const lost = [...without.points].filter(([login, points]) => (beside.points.get(login) ?? 0) < points);

console.log(
  `| ${students} honest students | answers | wait, mean | p50 | p99 | points, mean | event loop p99 | longest | parked jobs |\n|---|---:|---:|---:|---:|---:|---:|---:|---:|`,
);
for (const [name, result] of [
  ['alone', without],
  [`beside ${students} hostile ones`, beside],
] as const) {
  const points = [...result.points.values()].reduce((sum, point) => sum + point, 0) / result.points.size;
  const cells = [mean(result), at(result, 0.5), at(result, 0.99)].map((ms) => `${ms.toFixed(0)} ms`);
  console.log(
    `| ${[name, result.waits.length, ...cells, points.toFixed(1), `${result.p99.toFixed(0)} ms`, `${result.longest.toFixed(0)} ms`, result.parked].join(' | ')} |`,
  );
}
console.log(
  `\nWait beside them / alone: ${(mean(beside) / mean(without)).toFixed(2)} (mean), ${(at(beside, 0.5) / at(without, 0.5)).toFixed(2)} (median). Honest students who lost points: ${lost.length}.`,
);

async function measure(hostile: number): Promise<Result> {
  const dir = mkdtempSync(join(tmpdir(), 'practicum-bench-'));
  const clock = movableClock(new Date(starts.getTime() - 3_600_000));
  // One repository's webhooks would otherwise wait for all others' in the sandbox, which is not what is measured.
  const settings = { webhooksSideBySide: true };
  const sandbox = await startSandbox({ dir: join(dir, 'github'), clock, rateLimits: boundlessHour, settings });
  const database = await openDatabase({ home: join(dir, 'app'), durable: false });
  const services = await serveHonest();
  const closing: (() => unknown)[] = [
    () => rmSync(dir, { recursive: true, force: true }),
    () => database.erase(),
    () => sandbox.close(),
    () => services.close(),
  ];
  const end = endOnce(async () => {
    for (const close of closing.splice(0).toReversed()) await close();
  });
  try {
    const logins = (kind: string, count: number): string[] =>
      Array.from({ length: count }, (_, index) => `${kind}-${index + 1}`);
    const [honest, bad] = [logins('ada', students), logins('mal', hostile)];
    const port = await freePort();
    const first = { 'README.md': 'A project\n' };
    const world = await buildWorld(sandbox, {
      organisation,
      members: [...honest, ...bad],
      repositories: [
        { name: 'course', files: hostileCourse([...honest, ...bad]) },
        { name: 'student-template', template: true, files: first },
      ],
      app: {
        manifest: readFileSync(new URL('../app.yml', import.meta.url), 'utf8'),
        webhook: { url: `http://127.0.0.1:${port}/api/github/webhooks`, secret: 'bench-hostile-secret-of-the-hook' },
        installed: false,
      },
    });
    const people = world.members;
    const appUrl = `http://127.0.0.1:${port}`;
    const app = await startAppProcess(
      {
        APP_ID: String(world.app!.appId),
        PRIVATE_KEY: world.app!.privateKey,
        WEBHOOK_SECRET: world.app!.webhookSecret!,
        GITHUB_API_URL: `${sandbox.url}/api/v3`,
        GITHUB_SERVER_URL: sandbox.url,
        DATABASE_URL: database.url,
        PORT: String(port),
        PRACTICUM_HOME: join(dir, 'app'),
        PRACTICUM_CLOCK_URL: `${sandbox.url}/_sandbox/clock/stream`,
        PRACTICUM_DASHBOARD_TOKEN: 'open',
        PRACTICUM_ALLOW_LOOPBACK: '1',
        PRACTICUM_PACE: '1000',
        // For whoever looks for what holds up the loop: `NODE_OPTIONS=--cpu-prof`.
        ...(process.env['APP_NODE_OPTIONS'] ? { NODE_OPTIONS: process.env['APP_NODE_OPTIONS'] } : {}),
      },
      join(dir, 'app.log'),
      `${appUrl}/readyz`,
    );
    closing.push(() => app.stop());
    sandbox.admin.installApp({ appId: world.app!.appId, account: organisation });
    const quiet = (): Promise<void> => untilQuiet(sandbox, database.pool);
    await quiet();
    // Each look begins a new measurement.
    await lagOf(appUrl);
    const waits = await playHour(
      {
        sandbox,
        clock,
        appUrl,
        teacher: world.owner,
        honest: people.slice(0, students),
        hostile: people.slice(students),
        quiet,
        tell: (line) => process.stderr.write(`${hostile} hostile: ${line}\n`),
      },
      services.urlOf,
    );
    const { p99, longest } = await lagOf(appUrl);
    const store = openStore(database.pool);
    const found = (await inForce(store, organisation))!;
    const { rows } = await readGradebook(store, { ...found, organisation, now: clock.now() });
    const points = new Map(
      rows.filter(({ owner }) => honest.includes(owner)).map(({ owner, total }) => [owner, total]),
    );
    return { waits, points, p99, longest, parked: (await store.parkedJobs()).length };
  } finally {
    await end();
  }
}

/** Of the app's process, since the last look. */
async function lagOf(appUrl: string): Promise<{ p99: number; longest: number }> {
  const text = await (await fetch(`${appUrl}/metrics`)).text();
  const value = (name: string): number =>
    1000 * Number(new RegExp(`^nodejs_eventloop_lag_${name}_seconds ([\\d.e+-]+)`, 'm').exec(text)?.[1] ?? NaN);
  return { p99: value('p99'), longest: value('max') };
}

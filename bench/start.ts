// How long the app takes from its start until it is ready, and what it takes then while nothing happens: `node bench/start.ts [ROUNDS]`
// prints Markdown. GitHub is a server that answers at once; the database runs already, or is started by the app as well.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../src/free-port.ts';
import { openDatabase } from '../src/postgres/open-database.ts';
import { openGitHub, settingsOf, ticksOf } from './app-alone.ts';
import { endOnce } from './end-once.ts';

const rounds = Number(process.argv[2] ?? 5);
const idleMs = 3000;
const dir = mkdtempSync(join(tmpdir(), 'practicum-bench-'));
const database = await openDatabase({ home: join(dir, 'database'), durable: false });
const github = await openGitHub();
const end = endOnce(async () => {
  github.close();
  await database.erase();
  rmSync(dir, { recursive: true, force: true });
});

try {
  console.log('| database | ready after ms | processor ms | idle, resident MB | load |\n|---|---:|---:|---:|---:|');
  for (const [what, url] of [
    ['runs already', database.url],
    ['embedded, started by the app', undefined],
  ] as const) {
    // The first compiles what the others find compiled.
    const all: Started[] = [];
    for (let round = 0; round <= rounds; round++) all.push(await start(url, join(dir, `home-${what.length}`)));
    const median = (of: (started: Started) => number): string =>
      all
        .slice(1)
        .map(of)
        .toSorted((a, b) => a - b)
        [rounds >> 1]!.toFixed(0);
    const cells = [what, median(({ ready }) => ready), median(({ processor }) => processor), median(({ mb }) => mb)];
    console.log(`| ${[...cells, loadavg()[0]!.toFixed(1)].join(' | ')} |`);
  }
} finally {
  await end();
}

type Started = { ready: number; processor: number; mb: number };

async function start(databaseUrl: string | undefined, home: string): Promise<Started> {
  const port = await freePort();
  const given = { github: github.url, secret: 'not used in here: nothing is sent', port, home };
  const env = settingsOf({ ...given, ...(databaseUrl === undefined ? {} : { databaseUrl }) });
  const began = performance.now();
  const child = spawn(process.execPath, [join(import.meta.dirname, '../src/main.ts'), 'serve'], {
    env,
    stdio: 'ignore',
  });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  try {
    while (!(await isReady(port))) {
      if (child.exitCode !== null) throw new Error(`the app ended with ${child.exitCode}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    const ready = performance.now() - began;
    const processor = ticksOf(child.pid!) * 10;
    await new Promise((resolve) => setTimeout(resolve, idleMs));
    return { ready, processor, mb: residentOf(child.pid!) };
  } finally {
    child.kill('SIGTERM');
    await ended;
  }
}

async function isReady(port: number): Promise<boolean> {
  return fetch(`http://127.0.0.1:${port}/readyz`).then(
    ({ status }) => status === 200,
    () => false,
  );
}

function residentOf(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) / 1024;
}

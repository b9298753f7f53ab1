// How fast webhooks are acknowledged: the whole app, which stores each first, beside Probot alone, which stores nothing.
// `node bench/webhooks.ts [SECONDS] [RATE…]` prints Markdown: steady rates, and at the end a burst of 10,000 within one second.
// A wait is counted from when the webhook was due; apart from it, how long the answer took once the request was written, and
// the processor time of both sides: where the sender has no time to send, the app is not what is slow.
import { spawn, type ChildProcess } from 'node:child_process';
import { createHmac, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../src/free-port.ts';
import { openDatabase } from '../src/postgres/open-database.ts';
import { openGitHub, settingsOf, ticksOf } from './app-alone.ts';
import { endOnce } from './end-once.ts';

const [seconds = 10, ...rates] = process.argv.slice(2).map(Number);
const secret = randomUUID();
const payload = JSON.stringify({
  action: 'completed',
  installation: { id: 7, account: { login: 'course', id: 9 } },
  repository: { name: 'nobody', owner: { login: 'course' }, default_branch: 'main' },
  check_run: { name: 'build', head_sha: 'a'.repeat(40), external_id: '', app: { slug: 'other' } },
  // What GitHub sends besides: some ten kilobytes.
  rest: 'x'.repeat(10_000),
});
const signature = `sha256=${createHmac('sha256', secret).update(payload).digest('hex')}`;
const agent = new Agent({ keepAlive: true, maxSockets: 512 });
const burst = 10_000;
const stored = async (): Promise<number> =>
  (await database.pool.query<{ count: number }>('select count(*) from delivery')).rows[0]!.count;

const dir = mkdtempSync(join(tmpdir(), 'practicum-bench-'));
const database = await openDatabase({ home: join(dir, 'database') });
const github = await openGitHub();
const children: ChildProcess[] = [];
const listening = new Map<number, ChildProcess>();
const end = endOnce(async () => {
  for (const child of children) child.kill('SIGKILL');
  github.close();
  await database.erase();
  rmSync(dir, { recursive: true, force: true });
});

try {
  const ours = await startOurs();
  const alone = await startChild(['bench/probot-alone.ts', String(await freePort()), secret], {});
  console.log(
    '| webhooks a second | who | acknowledged a second | failed | median ms | p99 ms | slowest ms | once written: median ms | p99 ms | slowest ms | processor of the app, s | of the sender, s |\n|---:|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|',
  );
  for (const rate of rates.length > 0 ? rates : [200, 1000]) {
    const probot = await measure('Probot alone, nothing stored', alone, rate, seconds);
    const practicum = await measure('Practicum, each stored', ours, rate, seconds);
    console.log(`| | ratio of p99 | | | | ${(practicum.p99 / probot.p99).toFixed(1)} | | | | | | |`);
  }
  const before = await stored();
  const { acknowledged } = await measure('Practicum, each stored', ours, burst, 1);
  const kept = (await stored()) - before;
  console.log(`\nOf a burst of ${burst}, ${acknowledged} were acknowledged and ${kept} stored.`);
  if (kept < acknowledged) process.exitCode = 1;
} finally {
  await end();
}

async function startOurs(): Promise<number> {
  const port = await freePort();
  const given = { github: github.url, secret, port, home: join(dir, 'app'), databaseUrl: database.url };
  return startChild(['src/main.ts', 'serve', String(port)], settingsOf(given));
}

/** Its port, once something answers there. */
async function startChild([file = '', ...args]: string[], env: Record<string, string | undefined>): Promise<number> {
  const port = Number(env['PORT'] ?? args[0]);
  const given = env['PORT'] === undefined ? args : args.slice(0, 1);
  const child = spawn(process.execPath, [join(import.meta.dirname, '..', file), ...given], {
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  children.push(child);
  while (child.exitCode === null) {
    const answers = await fetch(`http://127.0.0.1:${port}/`).then(
      () => true,
      () => false,
    );
    if (answers) {
      listening.set(port, child);
      return port;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`${file} ended with ${child.exitCode}`);
}

type Measured = { acknowledged: number; p99: number };

/** Sends at the rate, whether answers come or not; a wait is counted from when the webhook was due. */
async function measure(who: string, port: number, rate: number, seconds: number): Promise<Measured> {
  const [waits, answers]: [number[], number[]] = [[], []];
  let failed = 0;
  const [before, used, began] = [processorOf(port), process.cpuUsage(), performance.now()];
  const sent: Promise<void>[] = [];
  for (let index = 0; index < rate * seconds; index++) {
    const due = began + (index * 1000) / rate;
    const early = due - performance.now();
    if (early > 1) await new Promise((resolve) => setTimeout(resolve, early));
    sent.push(
      send(port).then(({ status, written }) => {
        if (status !== 200) return void failed++;
        waits.push(performance.now() - due);
        answers.push(performance.now() - written);
      }),
    );
  }
  await Promise.all(sent);
  const took = (performance.now() - began) / 1000;
  const { user, system } = process.cpuUsage(used);
  const [wait, answer] = [waits, answers].map((all) => all.toSorted((a, b) => a - b)) as [number[], number[]];
  const row = [rate, who, (waits.length / took).toFixed(0), failed, ...spread(wait), ...spread(answer)];
  console.log(
    `| ${[...row, (processorOf(port) - before).toFixed(1), ((user + system) / 1e6).toFixed(1)].join(' | ')} |`,
  );
  return { acknowledged: waits.length, p99: at(wait, 0.99) };
}

function at(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

function spread(sorted: readonly number[]): string[] {
  return [0.5, 0.99, 1].map((share) => at(sorted, share).toFixed(1));
}

/** Seconds of the child that answers there, without its database; where the system does not tell, none. */
function processorOf(port: number): number {
  const pid = listening.get(port)?.pid;
  try {
    return ticksOf(pid!) / 100;
  } catch {
    return Number.NaN;
  }
}

/** `written`: when the last byte of it was handed to the socket that it had waited for. */
function send(port: number): Promise<{ status: number; written: number }> {
  return new Promise((done) => {
    let written = Number.NaN;
    const resolve = (status: number): void => done({ status, written });
    const call = request(
      {
        port,
        host: '127.0.0.1',
        path: '/api/github/webhooks',
        method: 'POST',
        agent,
        timeout: 12_000,
        headers: {
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(payload),
          'x-github-event': 'check_run',
          'x-github-delivery': randomUUID(),
          'x-hub-signature-256': signature,
        },
      },
      (answer) => void answer.resume().on('end', () => resolve(answer.statusCode ?? 0)),
    );
    call.on('error', () => resolve(0)).on('timeout', () => call.destroy());
    call.on('finish', () => (written = performance.now()));
    call.end(payload);
  });
}

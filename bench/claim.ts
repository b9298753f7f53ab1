// What a claim costs, and how many jobs a worker drains: `node bench/claim.ts [MOST] [DRAINED]` prints Markdown.
// Claims with a thousand and a million jobs that are not due, and that are due, over 200 lanes and in one; no-op jobs through a worker.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jobQueue } from '../src/postgres/job-queue.ts';
import { openDatabase } from '../src/postgres/open-database.ts';
import { startWorker } from '../src/worker.ts';
import type { Room } from '../src/ports/jobs.ts';
import { endOnce } from './end-once.ts';

const many = Number(process.argv[2] ?? 1_000_000);
const drained = Number(process.argv[3] ?? 5000);
const rounds = 100;
const now = new Date('2027-01-11T09:00:00Z');
const day = 86_400_000;

const dir = mkdtempSync(join(tmpdir(), 'practicum-bench-'));
const { pool, erase } = await openDatabase({ home: dir, durable: false });
const end = endOnce(async () => {
  await erase();
  rmSync(dir, { recursive: true, force: true });
});
type Measured = { claim: number; wake: number };
try {
  console.log(
    '| jobs | due | lanes | claim of one, median ms | claim of nothing, median ms |\n|---:|---|---:|---:|---:|',
  );
  const few = await claims(1000, false, 1000);
  const much = await claims(many, false, many);
  const wide = await claims(50_000, true, 200);
  const narrow = await claims(50_000, true, 1);
  const times = (a: Measured, b: Measured): string => (a.claim / b.claim).toFixed(2);
  console.log(
    `\n${many} against 1000: claim ×${times(much, few)}; one lane against 200: claim ×${times(narrow, wide)}\n`,
  );
  console.log(`| ${drained} no-op jobs in | jobs/s |\n|---|---:|`);
  for (const lanes of [1, 200, drained]) console.log(`| ${lanes} lanes | ${Math.round(await drain(lanes))} |`);
  console.log(`| no lane | ${Math.round(await drain(0))} |`);
} finally {
  await end();
}

function room(hands: number): Room {
  return { hands, prompt: hands, handful: 1, bulk: 0, upkeep: 0 };
}

async function fill(jobs: number, lanes: number, dueAt: Date, step: string): Promise<void> {
  await pool.query('truncate job');
  await pool.query(
    `insert into job (key, name, payload, lane, due_at, head)
     select 'job ' || n, 'work', '{}', case when $4 > 0 then 'delivery/' || n % $4 end, $2::timestamptz + n * $3::interval,
       case when $4 = 0 then true end
     from generate_series(1, $1) as n`,
    [jobs, dueAt, step, lanes],
  );
  await pool.query('vacuum analyze job');
}

async function claims(jobs: number, isDue: boolean, lanes: number): Promise<Measured> {
  const ahead = isDue ? 0 : rounds;
  await fill(jobs + ahead, lanes, isDue ? new Date(now.getTime() - day) : now, isDue ? '1 millisecond' : '1 second');
  // Those of the future apart, so many are due that each round finds one.
  if (!isDue) await pool.query(`update job set due_at = $1 where seq > (select max(seq) from job) - $2`, [now, ahead]);
  const queue = jobQueue(pool);
  const [took, asked]: [number[], number[]] = [[], []];
  // As a worker does that finds a crowd: it looks at all of them once.
  for (let at = 0; isDue && at < 30; at++) await queue.claim(now, room(0));
  for (let round = 0; round < rounds; round++) {
    const began = performance.now();
    const [claimed] = (await queue.claim(now, room(1))).jobs;
    took.push(performance.now() - began);
    if (!claimed) throw new Error(`nothing to claim in round ${round}`);
    await queue.complete(claimed.key);
    const then = performance.now();
    await queue.claim(now, room(0));
    asked.push(performance.now() - then);
  }
  const result = { claim: median(took), wake: median(asked) };
  const row = [jobs, isDue ? 'now' : 'later', lanes, result.claim.toFixed(2), result.wake.toFixed(2)];
  console.log(`| ${row.join(' | ')} |`);
  return result;
}

/** Jobs per second through one worker. */
async function drain(lanes: number): Promise<number> {
  await fill(drained, lanes, new Date(now.getTime() - day), '1 millisecond');
  let count = 0;
  const all = Promise.withResolvers<void>();
  const began = performance.now();
  const worker = await startWorker({
    queue: jobQueue(pool),
    clock: { runs: false, now: () => now, onChange: () => () => undefined },
    log: { debug: () => undefined, info: () => undefined, warn: () => undefined, error: console.error },
    jobs: { work: async () => void (++count === drained && all.resolve()) },
    onQueued: async () => async () => undefined,
  });
  await all.promise;
  await worker.stop();
  const seconds = (performance.now() - began) / 1000;
  const { rows } = await pool.query<{ left: number }>('select count(*)::int as left from job');
  if (rows[0]!.left > 0) throw new Error(`${rows[0]!.left} jobs are left`);
  return drained / seconds;
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!;
}

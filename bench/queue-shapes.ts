// What a claim costs in a queue that is not tidy: `node bench/queue-shapes.ts [JOBS]` prints Markdown, each against a queue of a thousand.
// Jobs of the far future, one line behind a head that fails, rows that no vacuum can remove, the same work queued again while somebody is
// at it, four workers at once, kinds mixed.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Room } from '../src/ports/jobs.ts';
import { jobQueue } from '../src/postgres/job-queue.ts';
import { openDatabase } from '../src/postgres/open-database.ts';
import { endOnce } from './end-once.ts';

const many = Number(process.argv[2] ?? 100_000);
const few = 1000;
const rounds = 200;
const now = new Date('2027-01-11T09:00:00Z');
/** Those that were queued again. */
const seen = new Set<string>();
const room: Room = { hands: 4, prompt: 4, handful: 4, bulk: 2, upkeep: 2 };

const dir = mkdtempSync(join(tmpdir(), 'practicum-bench-'));
const { pool, erase } = await openDatabase({ home: dir, durable: false });
const end = endOnce(async () => {
  await erase();
  rmSync(dir, { recursive: true, force: true });
});
try {
  await fill(few, {});
  const usual = await claimAmong();
  console.log('| queue | claim and end of one, median ms | times |\n|---|---:|---:|');
  const row = (name: string, ms: number): void =>
    console.log(`| ${name} | ${ms.toFixed(2)} | ${(ms / usual).toFixed(2)} |`);
  row(`${few} jobs of later`, usual);
  await fill(many, {});
  row(`${many} jobs of the far future`, await claimAmong());
  await fill(many, { lane: `'line'`, head: 'n = 1', rests: 'n = 1', due: `'2027-01-01'` });
  row(`${many} in one line behind a head that failed`, await claimAmong());
  await fill(many, { rests: 'true', head: 'true', due: `'2027-01-01'`, held: `'github/7'` });
  row(`${many} that wait for GitHub`, await claimAmong());
  await fill(few, {});
  row('rows that no vacuum can remove: after 5,000 jobs', await amongDead());
  await fill(20_000, {
    kind: `(array['prompt', 'bulk', 'upkeep'])[1 + n % 3]`,
    due: `'2027-01-01'`,
    lane: `'l' || n % 300`,
  });
  console.log(`\n| drained by four at once | jobs/s |\n|---|---:|`);
  console.log(`| kinds mixed, 300 lanes | ${Math.round(await drain(20_000))} |`);
  await fill(5000, { due: `'2027-01-01'`, lane: `'l' || n % 300` });
  console.log(`| half of them queued again meanwhile | ${Math.round(await drain(7500, 0.5))} |`);
} finally {
  await end();
}

type Shape = Partial<Record<'lane' | 'head' | 'rests' | 'due' | 'held' | 'kind', string>>;

async function fill(jobs: number, { lane, head, rests, due, held, kind }: Shape): Promise<void> {
  await pool.query('truncate job');
  await pool.query(
    `insert into job (key, name, payload, lane, due_at, kind, head, rests, not_before, held_by)
     select 'job ' || n, 'work', '{}', ${lane ?? 'null'}, ${due ?? `'2036-01-01'`}::timestamptz, ${kind ?? `'prompt'`}, ${head ?? 'null'},
       ${rests ?? 'false'}, clock_timestamp() + case when ${rests ?? 'false'} then interval '1 hour' else '0' end, ${held ?? 'null'}
     from generate_series(1, $1) as n`,
    [jobs],
  );
  await pool.query('vacuum analyze job');
}

async function claimAmong(): Promise<number> {
  const queue = jobQueue(pool);
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) {
    await queue.enqueue([{ key: 'own', name: 'work', payload: {}, dueAt: new Date('2026-01-01'), lane: 'own' }]);
    const began = performance.now();
    const { jobs } = await queue.claim(now, { ...room, hands: 1, prompt: 1, bulk: 0, upkeep: 0 });
    await queue.completeAll(jobs);
    times.push(performance.now() - began);
    if (jobs[0]?.key !== 'own') throw new Error('another was claimed');
  }
  return times.toSorted((a, b) => a - b)[rounds >> 1]!;
}

/** A transaction elsewhere still sees them, so that they stay in every index. */
async function amongDead(): Promise<number> {
  const elsewhere = await pool.connect();
  await elsewhere.query('begin isolation level repeatable read');
  await elsewhere.query('select count(*) from job');
  await pool.query(
    `insert into job (key, name, payload, due_at, head) select 'dead ' || n, 'work', '{}', '2027-01-01', true from generate_series(1, 5000) n`,
  );
  await drain(5000);
  const ms = await claimAmong();
  await elsewhere.query('rollback');
  elsewhere.release();
  return ms;
}

/** Four workers; `again`: the share of jobs that are queued once more while they are worked on. */
async function drain(jobs: number, again = 0): Promise<number> {
  let done = 0;
  const began = performance.now();
  const work = async (): Promise<void> => {
    const queue = jobQueue(pool);
    while (done < jobs) {
      const { jobs: claimed } = await queue.claim(now, room);
      const twice = claimed.filter(
        ({ key, attempts }) => attempts === 0 && Number(key.split(' ')[1]) % 2 === 0 && again > 0 && !seen.has(key),
      );
      for (const { key } of twice) seen.add(key);
      await queue.enqueue(
        twice.map(({ key, lane }) => ({
          key,
          name: 'work',
          payload: { again: 1 },
          dueAt: new Date('2027-01-01'),
          ...(lane === null ? {} : { lane }),
        })),
      );
      await queue.completeAll(claimed);
      done += claimed.length;
    }
  };
  await Promise.all(Array.from({ length: 4 }, work));
  return done / ((performance.now() - began) / 1000);
}

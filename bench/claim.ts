// What a claim costs with a million jobs that are not due yet, against a thousand. `node bench/claim.ts [FUTURE]` prints Markdown.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jobQueue } from '../src/postgres/job-queue.ts';
import { openDatabase } from '../src/postgres/open-database.ts';
import { endOnce } from './end-once.ts';

const many = Number(process.argv[2] ?? 1_000_000);
const rounds = 40;
const each = 8;
const now = new Date('2027-01-11T09:00:00Z');

const dir = mkdtempSync(join(tmpdir(), 'practicum-bench-'));
const { pool, erase } = await openDatabase({ home: dir, durable: false });
const end = endOnce(async () => {
  await erase();
  rmSync(dir, { recursive: true, force: true });
});
try {
  console.log(`| future jobs | claim of ${each}, median ms | nextWake, median ms |\n|---:|---:|---:|`);
  const few = await measure(1000);
  const much = await measure(many);
  console.log(
    `\n${many} against 1000: claim ×${(much.claim / few.claim).toFixed(2)}, nextWake ×${(much.wake / few.wake).toFixed(2)}`,
  );
} finally {
  await end();
}

async function measure(future: number): Promise<{ claim: number; wake: number }> {
  await pool.query('truncate job');
  const insert = `insert into job (key, name, payload, lane, due_at, kind)
    select $1 || n, 'dispatch-shipment', '{"organisation":"org","id":"0"}', 'repository/' || $1 || n, $2::timestamptz + n * $3::interval, 'bulk'
    from generate_series(1, $4) as n`;
  await pool.query(insert, ['future', now, '1 second', future]);
  await pool.query(insert, ['due', new Date(now.getTime() - 86_400_000), '1 millisecond', rounds * each]);
  await pool.query('analyze job');
  const queue = jobQueue(pool);
  const claims: number[] = [];
  const wakes: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const began = performance.now();
    const claimed = await queue.claim(now, each, 'bulk');
    claims.push(performance.now() - began);
    if (claimed.length !== each) throw new Error(`claimed ${claimed.length} of ${each}`);
    const asked = performance.now();
    await queue.nextWake(now);
    wakes.push(performance.now() - asked);
    for (const { key } of claimed) await queue.complete(key);
  }
  const median = (values: number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1]!;
  const result = { claim: median(claims), wake: median(wakes) };
  console.log(`| ${future} | ${result.claim.toFixed(2)} | ${result.wake.toFixed(2)} |`);
  return result;
}

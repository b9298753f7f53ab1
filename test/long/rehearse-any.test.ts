// From a file of any form to a rehearsed course, by `practicum new` alone: every kind of student does what it is meant to.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { sqlText, withDuckDb } from '../../src/dataset/work/duckdb.ts';

const root = join(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'practicum-any-data-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const practicum = (...args: string[]): string =>
  execFileSync(process.execPath, [join(root, 'src/main.ts'), ...args], {
    cwd: folder,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
type Rehearsed = {
  gradebook: {
    challenge: string;
    kind: string;
    total: number;
    criteria: Record<string, { points: number; of: number }>;
  }[];
  unexpected: string[];
};

const days = Array.from({ length: 240 }, (_, index) => index);
const day = (index: number): string => new Date(Date.UTC(2024, 0, 1 + index)).toISOString().slice(0, 10);

test.each([
  [
    'decimals.csv',
    `Datum;Temperatur;Verbrauch\n${days.map((n) => `${day(n).split('-').toReversed().join('.')};${(n * 7) % 30},5;${((n * 7) % 30) * 2 + 3},25`).join('\n')}\n`,
  ],
  [
    'moods.jsonl',
    `${days.map((n) => JSON.stringify({ when: day(n), word: ['good', 'bad', 'fine'][n % 3], note: n % 9 ? `n${n}` : null, sentiment: n % 3 === 1 ? 'negative' : 'positive' })).join('\n')}\n`,
  ],
  // Files of a folder: what they are of, their folder says.
  ['animals', ''],
  ['things.parquet', ''],
])('%s', async (name, text) => {
  await makeSource(name, text);
  const course = name.split('.')[0]!;
  practicum('new', name, '--out', course, '--timezone', 'Europe/Copenhagen');
  const { gradebook, unexpected } = JSON.parse(practicum('rehearse', course, '--students', '5', '--json')) as Rehearsed;
  expect(unexpected).toEqual([]);
  expect(gradebook.map(({ kind }) => kind)).toEqual(['prompt', 'late', 'absent', 'failing', 'forger']);
  expect(new Set(gradebook.map(({ challenge }) => challenge))).toEqual(new Set([course]));
  const { requests } = gradebook[0]!.criteria;
  // Pictures are not looked at: half of the predictions are right by chance.
  expect(requests!.points).toBeGreaterThan(requests!.of * (name === 'animals' ? 0.3 : 0.9));
});

async function makeSource(name: string, text: string): Promise<void> {
  const path = join(folder, name);
  if (name === 'animals') {
    for (const kind of ['cat', 'dog']) mkdirSync(join(path, kind), { recursive: true });
    for (const n of days)
      writeFileSync(join(path, n % 2 ? 'cat' : 'dog', `${n}.png`), Buffer.from([137, 80, 78, 71, n]));
  } else if (name.endsWith('.parquet')) {
    const rows = `select 9007199254740993 + i as id, timestamp '2024-01-01' + to_days(i::int) as day, (i * 37 % 100)::decimal(8, 2) / 8 as width, i * 7 % 30 as heat, case when i * 7 % 30 > 14 then 'high' else 'low' end as load from range(240) t(i)`;
    await withDuckDb(folder, (connection) => connection.run(`copy (${rows}) to ${sqlText(path)} (format parquet)`));
  } else writeFileSync(path, text);
}

// From a file of any form to a rehearsed course, by `practicum new` alone: every kind of student does what it is meant to.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';

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
])('%s', (name, text) => {
  writeFileSync(join(folder, name), text);
  const course = name.split('.')[0]!;
  practicum('new', name, '--out', course, '--timezone', 'Europe/Copenhagen');
  const { gradebook, unexpected } = JSON.parse(practicum('rehearse', course, '--students', '5', '--json')) as Rehearsed;
  expect(unexpected).toEqual([]);
  expect(gradebook.map(({ kind }) => kind)).toEqual(['prompt', 'late', 'absent', 'failing', 'forger']);
  expect(new Set(gradebook.map(({ challenge }) => challenge))).toEqual(new Set([course]));
  const { requests } = gradebook[0]!.criteria;
  expect(requests!.points).toBeGreaterThan(requests!.of * 0.9);
});

// practicum slice, as a teacher runs it.
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { runCli } from '../../src/cli.ts';
import { linesOf } from '../dataset/cut-for-test.ts';
import { workFolder } from '../dataset/work-folder.ts';

const dir = workFolder();
const avocado = join(import.meta.dirname, '../cases/data/avocado.csv');
let course: string;
let out: string;
let count = 0;

async function run(...args: string[]): Promise<{ out: string; err: string; code: number }> {
  const result = { out: '', err: '', code: 0 };
  await runCli(args, {
    out: (text) => (result.out += text),
    err: (text) => (result.err += text),
    env: process.env,
    cwd: course,
    now: () => new Date('2027-01-01T00:00:00Z'),
    progress: false,
    exit: (code) => (result.code = code),
  });
  return result;
}

const challenge = (changes: string): string => `version: 1
name: avocado
title: Avocado prices
starts: 2027-01-11T09:00
ends: 2027-01-29T23:59
dataset: { source: data/avocado.csv, target: AveragePrice, hold_out: 20% }
releases:
  first: 2027-01-11T09:00
  every: 7d
  proportions: [0.3, 0.4, 0.3]
  path: data/incoming/{release}.csv
  ${changes}
`;

function write(changes = 'carrier: commit', roster = 'login,id,name,group\nalice,1,Alice,\nbob,2,Bob,\n'): void {
  mkdirSync(join(course, 'challenges/avocado'), { recursive: true });
  mkdirSync(join(course, 'data'));
  cpSync(avocado, join(course, 'data/avocado.csv'));
  writeFileSync(
    join(course, 'course.yml'),
    'version: 1\ntitle: T\ntimezone: Europe/Copenhagen\nstaff: staff\nroster: roster.csv\nrepositories: { name: "{challenge}-{owner}" }\n',
  );
  writeFileSync(join(course, 'roster.csv'), roster);
  writeFileSync(join(course, 'challenges/avocado/challenge.yml'), challenge(changes));
}

beforeEach(() => {
  course = join(dir, `course-${count}`);
  out = join(dir, `out-${count++}`);
});

const bodies = (folder: string): string[] =>
  [1, 2, 3].map((number) => readFileSync(join(folder, `data/incoming/release-${number}.csv`), 'latin1'));

describe('a challenge for the whole course', () => {
  test('slices and hold-out are the source, each row once; the table and the list say the same', async () => {
    write();
    const result = await run('slice', join(course, 'challenges/avocado'), '--out', out, '--json');
    expect([result.code, result.err]).toEqual([0, '']);
    const list = JSON.parse(result.out) as { rows: [number, number]; count: number; path: string }[];
    expect(list.map(({ rows }) => rows)).toEqual([
      [0, 4380],
      [4380, 10_219],
      [10_219, 14_599],
    ]);
    const texts = [...bodies(out), readFileSync(join(out, '.teacher/hold-out.csv'), 'latin1')];
    const [header, ...lines] = linesOf(readFileSync(avocado, 'latin1'));
    expect(texts.every((text) => text.startsWith(`${header}\n`))).toBe(true);
    const rows = texts.map((text) => linesOf(text).slice(1));
    expect(rows.map((row) => row.length)).toEqual([4380, 5839, 4380, 3650]);
    expect(rows.flat().toSorted()).toEqual(lines.toSorted());
    const kept = new Set(rows[3]);
    expect(rows.slice(0, 3).flat()).toEqual(lines.filter((line) => !kept.has(line)));
    const table = await run('slice', join(course, 'challenges/avocado/challenge.yml'), '--out', out);
    expect(table.out.split('\n')[1]).toMatch(
      /^release-1 {2}data\/incoming\/release-1\.csv {2}\[0, 4380\) +4380 +\d+ +[0-9a-f]{12}$/,
    );
  });

  test('a challenge.yml without a course, its data beside it', async () => {
    mkdirSync(join(course, 'data'), { recursive: true });
    cpSync(avocado, join(course, 'data/avocado.csv'));
    writeFileSync(join(course, 'challenge.yml'), challenge('carrier: commit').replaceAll(/(\d\d:\d\d)$/gm, '$1Z'));
    const result = await run('slice', course, '--out', out);
    expect([result.code, result.err]).toEqual([0, '']);
    expect(bodies(out).length).toBe(3);
  });

  test('needs no roster', async () => {
    write();
    rmSync(join(course, 'roster.csv'));
    const result = await run('slice', join(course, 'challenges/avocado'), '--out', out);
    expect([result.code, result.err]).toEqual([0, expect.stringContaining('warning roster-missing')]);
  });

  test('a condition that no row meets is said', async () => {
    write();
    const file = join(course, 'challenges/avocado/challenge.yml');
    const list = 'list: [{ where: { column: region, is: Nowhere } }, { where: { column: region, not: Nowhere } }]';
    writeFileSync(file, readFileSync(file, 'utf8').replace('proportions: [0.3, 0.4, 0.3]', list));
    const result = await run('slice', file, '--out', out, '--json');
    expect(result.code).toBe(0);
    expect((JSON.parse(result.out) as { count: number }[]).map(({ count: rows }) => rows)).toEqual([0, 14_599]);
    expect(result.err).toMatch(
      /^challenges\/avocado\/challenge\.yml:10:19 warning release-without-rows `release-1` .*\n$/,
    );
  });

  test('drift changes what it names and its truth is kept', async () => {
    write('drift: [{ kind: covariate, column: "Total Volume", from: release-2, scale: 1.4, seed: 3 }]');
    expect((await run('slice', join(course, 'challenges/avocado'), '--out', out)).code).toBe(0);
    const truth = JSON.parse(readFileSync(join(out, '.teacher/drift.json'), 'utf8'));
    expect(truth.drift[0].releases).toEqual([
      { release: 'release-2', rows: 5839, touched: 5839 },
      { release: 'release-3', rows: 4380, touched: 4380 },
    ]);
  });
});

describe('a sample for each student', () => {
  const per = 'per: { student: 10% }';

  test('is equally large and another for each, and the same alone', async () => {
    write(per);
    expect((await run('slice', join(course, 'challenges/avocado'), '--out', out)).code).toBe(0);
    const [alice, bob] = [bodies(join(out, 'alice')), bodies(join(out, 'bob'))];
    expect(alice.map((text) => linesOf(text).length)).toEqual([439, 585, 439]);
    expect(bob.map((text) => linesOf(text).length)).toEqual([439, 585, 439]);
    expect(alice[0]).not.toBe(bob[0]);
    const alone = join(dir, 'alone');
    expect((await run('slice', join(course, 'challenges/avocado'), '--out', alone, '--owner', 'bob')).code).toBe(0);
    expect(readdirSync(alone).toSorted()).toEqual(['.teacher', 'bob']);
    expect(bodies(join(alone, 'bob'))).toEqual(bob);
  });

  test('an owner that is not one is wrong use', async () => {
    write(per);
    const result = await run('slice', join(course, 'challenges/avocado'), '--out', out, '--owner', 'bobb');
    expect(result).toMatchObject({ code: 2, err: 'practicum slice: there is no owner "bobb"; did you mean "bob"?\n' });
  });
});

describe('what is wrong', () => {
  test('in challenge.yml is said, and nothing is written', async () => {
    write('path2: x');
    const result = await run('slice', join(course, 'challenges/avocado'), '--out', out);
    expect(result.code).toBe(1);
    expect(result.err).toContain('challenges/avocado/challenge.yml:12');
    expect(existsSync(out)).toBe(false);
  });

  test('in the data is said with its line', async () => {
    write();
    writeFileSync(join(course, 'data/avocado.csv'), 'Date,AveragePrice\n2015-01-01,1\n2015-01-01\n');
    const result = await run('slice', join(course, 'challenges/avocado'), '--out', out);
    expect(result.code).toBe(1);
    expect(result.err).toContain('data/avocado.csv:3:1 error ragged-row');
  });

  test('by the data contract is an error, and a warning where drift is meant to break it', async () => {
    const contract = 'version: 1\nextra: allow\ncolumns:\n  AveragePrice: { type: number, min: 0.4, max: 3 }\n';
    write();
    writeFileSync(join(course, 'challenges/avocado/schema.yml'), contract);
    const result = await run('slice', join(course, 'challenges/avocado'), '--out', out);
    expect(result.code).toBe(1);
    expect(result.err).toMatch(/data\/avocado\.csv:\d+:1 error contract-range AveragePrice: above 3: "3/);
    expect(existsSync(out)).toBe(false);
    writeFileSync(join(course, 'challenges/avocado/schema.yml'), contract.replace('max: 3', 'max: 3.25'));
    expect((await run('slice', join(course, 'challenges/avocado'), '--out', out)).code).toBe(0);
    writeFileSync(
      join(course, 'challenges/avocado/challenge.yml'),
      challenge('drift: [{ kind: label, scale: 2, rate: 0.5, from: release-3, seed: 1 }]'),
    );
    const drifted = await run('slice', join(course, 'challenges/avocado'), '--out', out);
    expect([drifted.code, drifted.err]).toEqual([0, expect.stringContaining('release-3.csv')]);
    expect(drifted.err).toContain('warning contract-range');
  });

  test.each([[[]], [['nowhere', '--out', 'x']], [['.', '--nonsense']]])('wrong use %j exits with 2', async (args) => {
    expect((await run('slice', ...args)).code).toBe(2);
  });
});

// practicum plan and check at the command line.
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { run } from './run-command.ts';

const cases = join(import.meta.dirname, '..', 'cases', 'challenge');
const valid = join(cases, 'valid');
const work = mkdtempSync(join(tmpdir(), 'practicum-plan-'));
afterAll(() => rmSync(work, { recursive: true }));

type Row = { id: string; release: string; owner: string; due: string; rows: [number, number]; dueNow: boolean };

describe('practicum plan', () => {
  it('prints every shipment as JSON', async () => {
    const { out, err, code } = await run('plan', valid, '--json', '--now', '2027-01-18T08:00:00Z');
    const rows = JSON.parse(out) as Row[];
    expect({ err, code }).toEqual({ err: '', code: 0 });
    expect(rows).toHaveLength(9);
    expect(rows.slice(0, 3).map(({ owner }) => owner)).toEqual(['Team-Rings', 'ada-l', 'carl-g']);
    expect(rows.map(({ rows: range }) => range)).toEqual(
      [
        [0, 4],
        [4, 12],
        [12, 16],
      ].flatMap((range) => [range, range, range]),
    );
    expect(rows.map(({ dueNow }) => dueNow)).toEqual([true, true, true, true, true, true, false, false, false]);
    for (const row of rows) {
      for (const key of ['id', 'challenge', 'release', 'due', 'owner', 'carrier', 'path', 'rows'])
        expect(row).toHaveProperty(key);
    }
  });

  it('plans for another roster', async () => {
    const roster = join(work, 'roster.csv');
    writeFileSync(roster, 'login,id,name,group\nzoe,1,Zoe,\n');
    const { out } = await run('plan', valid, '--roster', roster, '--json');
    expect((JSON.parse(out) as Row[]).map(({ owner }) => owner)).toEqual(['zoe', 'zoe', 'zoe']);
  });

  it('shows people a calendar', async () => {
    const { out, code } = await run('plan', valid, '--now', '2027-01-12T00:00:00Z');
    expect(code).toBe(0);
    expect(out).toMatchInlineSnapshot(`
      "Prices (prices), Mon 11 Jan 2027, 09:00 to Fri 5 Feb 2027, 23:59, Europe/Copenhagen
      data/prices.csv: 20 rows, 16 released, 4 held out

        release    released                                      rows      path                         for                         by            takes about
        release-1  Mon 11 Jan 2027, 09:00  (past: sent at once)  [0, 4)    data/incoming/release-1.csv  4 students, 3 repositories  pull_request  1m
        release-2  Mon 18 Jan 2027, 09:00                        [4, 12)   data/incoming/release-2.csv  4 students, 3 repositories  pull_request  1m
        release-3  Mon 25 Jan 2027, 09:00                        [12, 16)  data/incoming/release-3.csv  4 students, 3 repositories  pull_request  1m

      Actions minutes: a push takes 2 at least, one for each job; public repositories pay nothing. What pushes of a running course take: \`--course ORG\`.
      "
    `);
  });

  it('says what the plan on a pull request says: when everything about people goes, and what runs cost', async () => {
    const { out, code } = await run('plan', join(cases, 'retention'), '--now', '2027-01-12T00:00:00Z');
    expect(code).toBe(0);
    expect(out).toContain('Everything kept about people is removed on ');
    expect(out).toContain('Actions minutes: a push takes 2 at least');
    const wrong = await run('plan', join(cases, 'retention'), '--course', 'nobody');
    expect(wrong).toMatchObject({ code: 2, err: expect.stringContaining('the database is needed') });
  });

  it('says what is wrong instead of planning', async () => {
    const { out, err, code } = await run('plan', join(cases, 'proportions-sum'), '--json');
    expect({ out, code }).toEqual({ out: '', code: 1 });
    expect(err).toContain('challenges/prices/challenge.yml:10:16 error proportions-sum');
  });

  it.each([
    ['a folder that does not exist', ['plan', join(work, 'nowhere')]],
    ['a file', ['check', join(valid, 'course.yml')]],
    ['a roster that does not exist', ['plan', valid, '--roster', join(work, 'none.csv')]],
    ['a time that is none', ['plan', valid, '--now', 'later']],
    ['an unknown option', ['plan', valid, '--rooster', 'x']],
    ['no folder', ['check']],
  ])('refuses %s as wrong use', async (_, argv) => {
    const { out, err, code } = await run(...argv);
    expect({ out, code }).toEqual({ out: '', code: 2 });
    expect(err).not.toBe('');
  });
});

describe('practicum check', () => {
  it('prints problems as JSON', async () => {
    const { out, code } = await run('check', join(cases, 'zero-row-release'), '--json');
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({
      ok: false,
      students: 4,
      problems: [
        { file: 'challenges/prices/challenge.yml', line: 10, column: 23, level: 'error', code: 'empty-release' },
      ],
    });
  });

  it('does not follow links out of the folder', async () => {
    const dir = join(work, 'linked');
    cpSync(valid, dir, { recursive: true });
    for (const [name, target] of [
      ['roster.csv', join(valid, 'roster.csv')],
      ['data/prices.csv', join(valid, 'data', 'prices.csv')],
      ['loop', '.'],
    ] as const) {
      rmSync(join(dir, name), { force: true });
      symlinkSync(target, join(dir, name));
    }
    const { out, code } = await run('check', dir, '--json');
    const { problems } = JSON.parse(out) as { problems: { code: string }[] };
    expect({ code, codes: problems.map((problem) => problem.code) }).toEqual({
      code: 1,
      codes: ['roster-missing', 'source-missing'],
    });
  });

  it('points to the line of a data file that is broken', async () => {
    const dir = join(work, 'ragged');
    mkdirSync(dir);
    writeFileSync(join(dir, 'data.csv'), 'a,b\n1,2\n3\n');
    writeFileSync(
      join(dir, 'challenge.yml'),
      'version: 1\nname: x\nstarts: 2027-01-11T09:00\nends: 2027-02-11T09:00\ndataset: { source: data.csv }\nreleases: { count: 1 }\n',
    );
    const { out, code } = await run('check', dir);
    expect(code).toBe(1);
    expect(out).toContain('data.csv:3:1 error ragged-row');
  });
});

describe('practicum import ppipe', () => {
  const file = join(cases, '..', 'ppipe', 'current.json');

  it('prints a file, and writes it without replacing one', async () => {
    const printed = await run('import', 'ppipe', file);
    expect(printed).toMatchObject({ code: 0 });
    expect(printed.out).toContain('name: avocado_prices');
    const out = join(work, 'course');
    expect(await run('import', 'ppipe', file, '--out', out)).toMatchObject({ out: '', code: 0 });
    expect(await run('import', 'ppipe', file, '--out', out)).toMatchObject({ code: 1 });
    expect(await run('import', 'ppipe', join(work, 'none.json'))).toMatchObject({ code: 2 });
  });
});

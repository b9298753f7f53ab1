// practicum new, as a new teacher runs it: from a file as it is found to a course that check accepts.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { readCard } from '../../src/domain/milestones/read-card.ts';
import { sqlText, withDuckDb } from '../../src/dataset/work/duckdb.ts';
import { fileWith, workFolder } from '../dataset/work-folder.ts';
import { type Ran, run, runCheck } from './run-command.ts';

const dir = workFolder();
let count = 0;

type Made = {
  files: string[];
  columns: { name: string; kind: string; role: string }[];
  releases: { name: string; rows: number; first: string; last: string }[];
  columnOfEnds?: string;
  notes: string[];
  problems: { code: string; level: string }[];
};

async function make(source: string, ...args: string[]): Promise<{ ran: Ran; made: Made; out: string; yaml: string }> {
  const out = join(dir, `course-${count++}`);
  const ran = await run(
    'new',
    source,
    '--out',
    out,
    '--name',
    'c',
    '--timezone',
    'Europe/Copenhagen',
    '--json',
    ...args,
  );
  const made = JSON.parse(ran.out) as Made;
  const file = join(out, 'challenges/c/challenge.yml');
  return { ran, made, out, yaml: existsSync(file) ? readFileSync(file, 'utf8') : '' };
}

async function accepted(out: string): Promise<string[]> {
  const { code } = await runCheck(out);
  expect(code).toBe(0);
  const { out: json } = await run('check', out, '--json');
  return (JSON.parse(json) as Made).problems.map((problem) => problem.code);
}

const roleOf = (made: Made, role: string): string | undefined =>
  made.columns.find((column) => column.role === role)?.name;

test('real weather: dates, target and releases, and what they begin and end with', async () => {
  const { ran, made, out, yaml } = await make('templates/course/data/seattle-weather.csv');
  expect(ran.code).toBe(0);
  expect([roleOf(made, 'order'), roleOf(made, 'target')]).toEqual(['date', 'weather']);
  expect(made.releases.map(({ rows }) => rows)).toEqual([438, 329, 329]);
  for (const [index, { first, last }] of made.releases.entries()) {
    expect(first <= last).toBe(true);
    if (index > 0) expect(made.releases[index - 1]!.last < first).toBe(true);
  }
  expect(yaml).toContain('hold_out: 20%');
  expect(await accepted(out)).toEqual(['roster-no-students']);
  const contract = readFileSync(join(out, 'challenges/c/schema.yml'), 'utf8');
  expect(contract).toContain('date: { type: date, min: "2012-04-01", max: "2015-12-31", unique: true }');
});

test('a messy file: semicolons, decimal commas, days first, missing words, an index without a name, empty lines', async () => {
  const rows = Array.from({ length: 90 }, (_, at) => {
    const day = new Date(Date.UTC(2023, 0, 1 + ((at * 37) % 90)));
    const date = `${day.getUTCDate()}.${day.getUTCMonth() + 1}.${day.getUTCFullYear()}`;
    const price = at % 17 === 3 ? 'n/a' : `1.${String(at + 100)},5`;
    return `${at};${date};${price};${at % 11 === 0 ? 'NA' : ['red', 'green'][at % 2]}`;
  });
  const source = fileWith(dir, `;Day;Amount;colour\r\n${rows.join('\r\n')}\r\n;;;\r\n`);
  const { ran, made, out, yaml } = await make(source, '--target', 'Amount');
  expect(ran.code).toBe(0);
  expect(made.columns.map(({ kind }) => kind)).toEqual(['number', 'date', 'number', 'text']);
  expect(yaml).toContain('missing: [ NA, n/a ]');
  expect(yaml).toContain('decimal: ","');
  expect(yaml).toContain('thousands: "."');
  expect(yaml).toContain('dates: dd.mm.yyyy');
  expect(made.releases[0]!.first.endsWith('.1.2023')).toBe(true);
  expect((await accepted(out)).toSorted()).toEqual(['column-unnamed', 'roster-no-students', 'rows-hollow']);
});

test('rows in no order of a column are shown as rows, and names with signs that are not seen stay whole', async () => {
  const rows = Array.from({ length: 60 }, (_, at) => `${at},${at * 2},00${100 + at},${at % 2 ? 'a' : 'b'}`);
  const source = fileWith(dir, `\u00A0n,\u200Bm,zip,kind\n${rows.join('\n')}\n`);
  const { ran, made, out, yaml } = await make(source);
  expect(ran.code).toBe(0);
  expect(made.columnOfEnds).toBeUndefined();
  expect(made.releases[0]!.first).toMatch(/^\u00A0n \d+, \u200Bm \d+, zip 00\d+, kind [ab]$/);
  expect(yaml).toContain('text: [ zip ]');
  expect((await accepted(out)).toSorted()).toEqual(['column-unseen', 'column-unseen', 'roster-no-students']);
  const ordered = await make(source, '--order', '\u00A0n');
  expect(ordered.made.releases[0]).toMatchObject({ first: '0' });
  expect((await accepted(ordered.out)).toSorted()).toEqual(['column-unseen', 'column-unseen', 'roster-no-students']);
});

describe('other forms', () => {
  const lines = Array.from({ length: 60 }, (_, at) => ({ id: at, size: at / 2, kind: at % 3 === 0 ? 'a' : 'b' }));
  const csv = `id,size,kind\n${lines.map((line) => Object.values(line).join(',')).join('\n')}\n`;

  test.each<[string, string | Buffer, string]>([
    ['.jsonl', lines.map((line) => JSON.stringify(line)).join('\n'), '.jsonl'],
    ['.json', JSON.stringify(lines), '.json'],
    ['.csv.gz', gzipSync(csv), '.csv'],
    ['.tsv', csv.replaceAll(',', '\t'), '.tsv'],
  ])('*%s', async (ending, content, path) => {
    const { made, out, yaml } = await make(fileWith(dir, content, ending));
    expect(roleOf(made, 'target')).toBe('kind');
    expect(yaml).toContain(`{release}${path}`);
    expect(yaml).toContain('order: { shuffle: 7 }');
    expect(await accepted(out)).toEqual(['roster-no-students']);
  });

  test('Parquet keeps its form', async () => {
    const source = join(dir, 'data.parquet');
    await withDuckDb(dir, (connection) =>
      connection.run(
        `copy (select date '2024-01-01' + i::int as day, i * 0.5 as size, i % 2 = 0 as even from range(80) t(i)) to ${sqlText(source)} (format parquet)`,
      ),
    );
    const { made, out, yaml } = await make(source);
    expect([roleOf(made, 'order'), roleOf(made, 'target')]).toEqual(['day', 'even']);
    expect(yaml).toContain('{release}.parquet');
    expect(made.notes.join('\n')).not.toContain('divided by');
    expect(await accepted(out)).toEqual(['roster-no-students']);
  });

  test('a folder of folders gets an index: the label is the folder', async () => {
    const folder = join(dir, 'animals');
    for (const name of ['cat', 'dog']) mkdirSync(join(folder, name), { recursive: true });
    for (let at = 0; at < 50; at++) {
      writeFileSync(join(folder, at % 2 ? 'cat' : 'dog', `${at}.png`), Buffer.from([137, 80, 78, 71, at, 0]));
    }
    writeFileSync(join(folder, 'README.md'), 'Animals.');
    const { made, out, yaml } = await make(folder);
    expect([roleOf(made, 'target'), yaml.includes('index: labels.csv')]).toEqual(['label', true]);
    expect(made.notes[0]).toContain("each file's label is the folder that it is in (`cat`, `dog`)");
    const index = readFileSync(join(out, 'data/animals/labels.csv'), 'utf8');
    expect(index.split('\n').slice(0, 2)).toEqual(['path,label', 'cat/1.png,cat']);
    expect(existsSync(join(folder, 'labels.csv'))).toBe(false);
    expect(await accepted(out)).toEqual(['roster-no-students']);
  });

  test('of a folder without classes nothing is predicted', async () => {
    const folder = join(dir, 'flat');
    mkdirSync(folder);
    for (let at = 0; at < 50; at++) writeFileSync(join(folder, `${at}.txt`), 'x'.repeat(at));
    const { made, out } = await make(folder);
    expect(roleOf(made, 'target')).toBeUndefined();
    expect(await accepted(out)).toEqual(['roster-no-students']);
  });

  test('a folder with an index is released by its index', async () => {
    const folder = join(dir, 'pictures');
    mkdirSync(folder);
    for (let at = 0; at < 50; at++) writeFileSync(join(folder, `${at}.txt`), `${at}`);
    const index = Array.from({ length: 50 }, (_, at) => `${at}.txt,${at % 2 === 0 ? 'cat' : 'dog'}`);
    writeFileSync(join(folder, 'labels.csv'), `file,label\n${index.join('\n')}\n`);
    const { made, out, yaml } = await make(folder);
    expect(yaml).toContain('index: labels.csv');
    expect(roleOf(made, 'target')).toBe('label');
    expect(await accepted(out)).toEqual(['roster-no-students']);
  });
});

describe('a file without a header', () => {
  // As in the UCI repository: `iris.data`, `wdbc.data`, `adult.data`.
  const rows = Array.from(
    { length: 60 },
    (_, n) => `${(4 + n * 0.1).toFixed(1)},${n % 7}.5,${n % 2 ? 'setosa' : 'virginica'}`,
  );
  const text = `${rows.join('\r\n')}\r\n`;

  test('gets names, and loses no row', async () => {
    const { ran, made, out } = await make(fileWith(dir, text, '.data'));
    expect([ran.code, ran.err]).toEqual([0, '']);
    expect(made.columns.map(({ name }) => name)).toEqual(['column_1', 'column_2', 'column_3']);
    expect(roleOf(made, 'target')).toBe('column_3');
    expect(made.notes[0]).toContain('has no header');
    const copy = made.files.find((file) => file.startsWith('data/'))!;
    expect(readFileSync(join(out, copy), 'utf8')).toBe(`column_1,column_2,column_3\r\n${text}`);
    await accepted(out);
  });

  test('gets those that are given, in a file with a byte order mark too', async () => {
    const { made, out } = await make(fileWith(dir, `\uFEFF${text}`), '--columns', 'length, width,species');
    expect(made.columns.map(({ name }) => name)).toEqual(['length', 'width', 'species']);
    const copy = made.files.find((file) => file.startsWith('data/'))!;
    expect(readFileSync(join(out, copy), 'utf8')).toBe(`length,width,species\r\n${text}`);
  });

  test.each([
    ['a,b', 'the rows have 3 fields, and there are 2 names'],
    ['a,b,a', '`a` is there twice'],
    ['a,,b', '`` is no name'],
  ])('with --columns %s it is refused', async (names, message) => {
    const ran = await run('new', fileWith(dir, text), '--out', join(dir, `refused-${count++}`), '--columns', names);
    expect([ran.code, ran.err]).toEqual([2, `practicum new: --columns: ${message}\n`]);
  });
});

describe('is refused', () => {
  const source = (): string => fileWith(dir, 'x,y\n1,a\n2,b\n3,a\n');

  test('where it would overwrite, and nothing changes; a second challenge joins the course', async () => {
    const { out, yaml } = await make(source());
    const again = await run('new', source(), '--out', out, '--name', 'c');
    expect([again.code, again.out]).toEqual([2, '']);
    expect(again.err).toContain('nothing is overwritten');
    expect(readFileSync(join(out, 'challenges/c/challenge.yml'), 'utf8')).toBe(yaml);
    const second = await run('new', source(), '--out', out, '--name', 'd');
    expect(second.code).toBe(0);
    expect(await accepted(out)).toEqual(['roster-no-students']);
  });

  test.each<[string, string[], number, string]>([
    ['a column that is not there', ['--target', 'yy'], 2, 'did you mean `y`?'],
    ['a zone that is none', ['--timezone', 'Mars/Base'], 2, 'unknown time zone'],
    ['a date that is none', ['--starts', 'soon'], 2, 'must be a date'],
    ['a name that is none', ['--name', 'a/b'], 2, 'letters and digits'],
  ])('%s', async (_, args, code, text) => {
    const out = join(dir, `refused-${count++}`);
    const ran = await run('new', source(), '--out', out, ...args);
    expect(ran.code).toBe(code);
    expect(ran.err).toContain(text);
    expect(existsSync(out)).toBe(false);
  });

  test('data that is none, with its problems and without a file', async () => {
    const out = join(dir, `refused-${count++}`);
    const ran = await run('new', fileWith(dir, 'x,y\n1\n2,3\n'), '--out', out);
    expect(ran.code).toBe(1);
    expect(ran.err).toContain('ragged-row');
    expect(existsSync(out)).toBe(false);
    expect((await run('new', join(dir, 'nothing.csv'))).code).toBe(2);
  });
});

test('for people: the columns, the releases, what was assumed and what comes next', async () => {
  const { out, code } = await run(
    'new',
    fileWith(dir, 'x,y\n1,a\n2,b\n3,a\n'),
    '--out',
    join(dir, `people-${count++}`),
    '--name',
    'p',
  );
  expect(code).toBe(0);
  for (const text of [
    'Columns:',
    'Releases:',
    'Assumed',
    'target: `y`',
    'Next: put your students into',
    'practicum rehearse',
  ]) {
    expect(out).toContain(text);
  }
});

test.each([
  ['passengers', 'classification', ['Pclass', 'Sex', 'Age', 'Fare', 'Embarked'], {}],
  [
    'bicycles',
    'regression',
    ['sæson', 'temp', 'regn'],
    { missing: ['NA'], decimal: ',', dates: '%d.%m.%Y', delimiter: ';' },
  ],
])('the student template is told what %s need', async (name, task, features, cells) => {
  const { ran, made, out, yaml } = await make(`test/cases/new/${name}.csv`);
  expect(ran.code).toBe(0);
  const project = join(out, 'challenges/c/student');
  const params = parse(readFileSync(join(project, 'params.yaml'), 'utf8')) as Record<string, unknown>;
  expect(params).toMatchObject({ task, features, cells, target: roleOf(made, 'target') });
  // Rows of the first release, and none that are held out.
  const first = made.releases[0]!;
  const sample = readFileSync(join(project, params['sample'] as string), 'utf8')
    .trimEnd()
    .split('\n');
  expect(sample.length - 1).toBe(Math.min(first.rows, 100));
  expect(readFileSync(`test/cases/new/${name}.csv`, 'utf8')).toContain(sample[1]!);
  const { instances } = JSON.parse(readFileSync(join(project, 'tests/example_request.json'), 'utf8')) as {
    instances: object[];
  };
  expect(instances.map((instance) => Object.keys(instance))).toEqual([features, features]);
  expect(readFileSync(join(project, 'data/schema.yml'), 'utf8')).toBe(
    readFileSync(join(out, 'challenges/c/schema.yml'), 'utf8'),
  );
  const headings = (card: string): string[] => card.match(/^#+ .*$/gm)!;
  for (const card of ['MODEL_CARD.md', 'DATASET_CARD.md']) {
    const text = readFileSync(join(project, card), 'utf8');
    const own = readFileSync(join('templates/student', card), 'utf8');
    expect(text).toContain(`tabular-${task}`);
    for (const feature of features) expect(text).toContain(`\`${feature}\``);
    // The same that is still to be written, under the same headings: the milestone counts as with the template's own.
    const kind = card === 'MODEL_CARD.md' ? 'model' : 'dataset';
    const [{ done, total, missing }, expected] = [readCard(kind, text, 8), readCard(kind, own, 8)];
    expect({ done, total, missing }).toEqual({ done: expected.done, total: expected.total, missing: expected.missing });
    expect(headings(text)).toEqual(headings(own));
  }
  expect(yaml.includes('metric: accuracy')).toBe(task === 'classification');
  expect(await accepted(out)).toEqual(['roster-no-students']);
});

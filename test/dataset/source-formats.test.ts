// Everything a teacher may point at: encodings, orders, JSON, Parquet, folders; and what describe says of each.
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parquetToCsv } from '../../src/dataset/source/convert-parquet.ts';
import { describeSource } from '../../src/dataset/source/describe-source.ts';
import { sqlText, withDuckDb } from '../../src/dataset/work/duckdb.ts';
import { fetchSource } from '../../src/dataset/source/fetch-source.ts';
import { filesOfSlice } from '../../src/dataset/source/list-folder.ts';
import { cutIn, linesOf } from './cut-for-test.ts';
import { openSlices } from '../../src/dataset/slice/open-slices.ts';
import { datasetOf, fileWith, ranges, shipmentOf, specWith, workFolder } from './work-folder.ts';

const dir = workFolder();
const avocado = join(import.meta.dirname, '../cases/data/avocado.csv');
const two = specWith(ranges([0, 2], [2, 3]));

describe('text', () => {
  test.each(['le', 'be'] as const)('UTF-16 (%s) becomes UTF-8', async (order) => {
    const bytes = Buffer.from('\uFEFFname,x\nÅse,1\n"a\nb",2\n€,3\n', 'utf16le');
    const { texts } = await cutIn(dir, fileWith(dir, order === 'le' ? bytes : bytes.swap16()), two);
    const utf8 = texts.map((text) => Buffer.from(text, 'latin1').toString());
    expect(utf8).toEqual(['\uFEFFname,x\nÅse,1\n"a\nb",2\n', '\uFEFFname,x\n€,3\n']);
  });

  test('Latin-1 passes through byte by byte, its target is understood, and UTF-8 is asked for otherwise', async () => {
    const bytes = Buffer.from('kind;x\n\xe5;1\n\xe5;2\n\xf8;3\n', 'latin1');
    const source = fileWith(dir, bytes);
    const { texts } = await cutIn(dir, source, two, { options: { encoding: 'latin1' } });
    expect(Buffer.from(texts.join(''), 'latin1')).toEqual(
      Buffer.concat([bytes.subarray(0, 15), bytes.subarray(0, 7), bytes.subarray(15)]),
    );
    const read = await describeSource(source, { encoding: 'latin1', watch: ['kind'] });
    expect(read.columns[0]).toMatchObject({ name: 'kind', cells: { values: 3, odd: 0 } });
    expect((await describeSource(source)).problems).toMatchObject([{ code: 'not-utf8', line: 2 }]);
    const shipment = shipmentOf({ ...two, dataset: datasetOf({ encoding: 'latin1' }) }, 'release-2');
    const slices = openSlices(join(dir, 'latin'));
    expect(await slices.rows(shipment, source, () => [0])).toEqual([{ kind: 'ø', x: '3' }]);
    expect(await slices.card({ ...shipment, release: 'release-1' }, source)).toContain('å');
  });

  test.each([';', '\t', ','])('the delimiter %j is found by the header', async (delimiter) => {
    const source = fileWith(
      dir,
      [
        ['a', '"b;,\t"', 'c'],
        ['1', '2', '3'],
      ]
        .map((row) => `${row.join(delimiter)}\n`)
        .join(''),
    );
    expect((await describeSource(source)).columns.map(({ name }) => name)).toEqual(['a', 'b;,\t', 'c']);
  });
});

describe('order', () => {
  const rowsOf = (texts: string[]): string[] => texts.flatMap((text) => linesOf(text).slice(1));

  test('a column of dates: sorted, stable, and the lines as they were', async () => {
    const dataset = datasetOf({ order: { kind: 'column', column: 'Date' } });
    const { texts } = await cutIn(dir, avocado, specWith(ranges([0, 9000], [9000, 18_249]), { dataset }));
    const lines = linesOf(readFileSync(avocado, 'latin1')).slice(1);
    const sorted = lines
      .map((line, at) => ({ line, at }))
      .toSorted((a, b) => {
        const [x, y] = [a.line.slice(0, 10), b.line.slice(0, 10)];
        return x < y ? -1 : x > y ? 1 : a.at - b.at;
      });
    expect(rowsOf(texts)).toEqual(sorted.map(({ line }) => line));
  });

  test('numbers by value, dates by moment, text by code point, missing last, equal keys as they came', async () => {
    const order = { kind: 'column', column: 'k' } as const;
    const sort = async (keys: string[]): Promise<string[]> => {
      const source = fileWith(dir, `id,k\n${keys.map((key, id) => `${id},${key}\n`).join('')}`);
      const spec = specWith(ranges([0, keys.length]), { dataset: datasetOf({ order }) });
      return rowsOf((await cutIn(dir, source, spec)).texts);
    };
    expect(await sort(['10', '9', '', '.5', '9.0', '-1e3'])).toEqual(['5,-1e3', '3,.5', '1,9', '4,9.0', '0,10', '2,']);
    expect(await sort(['2020-01-02', '2020-01-01T23:00-05:00', '2019-12-31'])).toEqual([
      '2,2019-12-31',
      '0,2020-01-02',
      '1,2020-01-01T23:00-05:00',
    ]);
    expect(await sort(['b', '10', 'B', '9', '"a,b"'])).toEqual(['1,10', '3,9', '2,B', '4,"a,b"', '0,b']);
  });

  test('a shuffle is a permutation that depends on the seed alone', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 0, max: 1e9 }), async (count, seed) => {
        const lines = Array.from({ length: count }, (_, id) => `${id}\n`);
        const spec = specWith(ranges([0, count]), { dataset: datasetOf({ order: { kind: 'shuffle', seed } }) });
        const run = async (): Promise<string[]> =>
          rowsOf((await cutIn(dir, fileWith(dir, `id\n${lines.join('')}`), spec)).texts);
        const [first, second] = [await run(), await run()];
        expect(first).toEqual(second);
        expect(first.map(Number).toSorted((a, b) => a - b)).toEqual(lines.map(Number));
        if (count > 100) expect(first).not.toEqual(lines.map((line) => line.trim()));
      }),
      { numRuns: 25 },
    );
  });

  test('a last line without a break may come first', async () => {
    const dataset = datasetOf({ order: { kind: 'column', column: 'id' } });
    const { texts } = await cutIn(dir, fileWith(dir, 'id\r\n2\r\n1'), specWith(ranges([0, 2]), { dataset }));
    expect(texts).toEqual(['id\r\n1\r\n2\r\n']);
  });
});

describe('JSON', () => {
  const lines = [
    '{"id": 1, "k": "a", "x": [1, {"y": "}"}]}',
    '{"k":"b","id":2, "x": 1.10}',
    '{"id": 3, "k": "a\\"\\n"}',
  ];

  test('lines keep their bytes; conditions and drift read and write single members', async () => {
    const source = fileWith(dir, lines.join('\n'), '.jsonl');
    const where = [{ name: 'r', rows: null, where: [{ column: 'k', is: 'b' }] }];
    expect((await cutIn(dir, source, two)).texts).toEqual([`${lines[0]}\n${lines[1]}\n`, `${lines[2]}\n`]);
    expect((await cutIn(dir, source, specWith(where))).texts).toEqual([`${lines[1]}\n`]);
    const drift = [{ kind: 'covariate' as const, column: 'id', scale: 10, from: 'release-2', seed: 1 }];
    const { texts } = await cutIn(dir, source, { ...two, drift });
    expect(JSON.parse(texts[1]!)).toEqual({ id: 30, k: 'a"\n' });
    expect(await describeSource(source)).toMatchObject({
      rows: 3,
      columns: [{ name: 'id', kind: 'number' }, { name: 'k' }, { name: 'x' }],
      problems: [],
    });
    const bad = fileWith(dir, '{"a":1}\nnot json\n', '.jsonl');
    expect((await describeSource(bad)).problems).toMatchObject([{ code: 'ragged-row', line: 2 }]);
  });

  test('an array is cut into arrays of the same elements', async () => {
    const source = fileWith(dir, ` [\n${lines.map((line) => `  ${line}`).join(',\n')}\n]\n`, '.json');
    const { texts } = await cutIn(dir, source, two, { extension: '.json' });
    expect(texts).toEqual([`[\n${lines[0]},\n${lines[1]}\n]\n`, `[\n${lines[2]}\n]\n`]);
    expect((await describeSource(source)).rows).toBe(3);
    const open = fileWith(dir, '[{"a": 1}, {"a":', '.json');
    expect((await describeSource(open)).problems).toMatchObject([{ code: 'source-unreadable' }]);
  });
});

describe('Parquet', () => {
  const source = join(dir, 'table.parquet');
  const make = withDuckDb(dir, async (connection) => {
    const rows =
      "select range::integer as id, '00' || range as code, range / 3.0::double as x, case when range = 4 then null else 'a,' || range end as text, date '2020-01-01' + range::integer as day from range(10)";
    await connection.run(`copy (${rows}) to ${sqlText(source)} (format parquet)`);
  });

  test('becomes CSV text, or Parquet with its types again', async () => {
    await make;
    const spec = specWith(ranges([0, 4], [4, 10]));
    const { texts } = await cutIn(dir, source, spec);
    expect(linesOf(texts[1]!).slice(0, 2)).toEqual(['id,code,x,text,day', '4,004,1.3333333333333333,,2020-01-05']);
    const { slices } = await cutIn(dir, source, spec, { extension: '.parquet' });
    const back = await parquetToCsv(slices[1]!.path, join(dir, 'back.csv'), dir);
    expect(readFileSync(join(dir, 'back.csv'), 'latin1')).toBe(texts[1]);
    expect(back.map(({ type }) => type)).toEqual(['INTEGER', 'VARCHAR', 'DOUBLE', 'VARCHAR', 'DATE']);
    expect(slices[1]!.sha256).toBe(createHash('sha256').update(readFileSync(slices[1]!.path)).digest('hex'));
  });

  test('what only looks like Parquet is a problem', async () => {
    expect((await describeSource(fileWith(dir, 'PAR1 nothing', '.parquet'))).problems).toMatchObject([
      { code: 'source-unreadable' },
    ]);
  });
});

describe('a folder of files', () => {
  test('without an index is a table of its files; with one, the index', async () => {
    const folder = mkdtempSync(join(dir, 'folder-'));
    for (const name of ['b/2.txt', 'b/1.txt', 'a.txt', '.hidden/x', '.DS_Store']) {
      mkdirSync(join(folder, name, '..'), { recursive: true });
      writeFileSync(join(folder, name), name);
    }
    const { texts, slices } = await cutIn(dir, folder, two);
    expect(texts[0]).toBe('path,bytes\na.txt,5\nb/1.txt,7\n');
    expect((await filesOfSlice(slices[1]!.path, folder)).map(({ path }) => path)).toEqual(['b/2.txt']);
    writeFileSync(join(folder, 'index.csv'), 'label,file\nx,b/2.txt\ny,../../etc/passwd\n');
    const indexed = await cutIn(dir, folder, specWith(ranges([0, 1], [1, 2])), { options: { index: 'index.csv' } });
    expect(await filesOfSlice(indexed.slices[0]!.path, folder)).toEqual([
      { path: 'b/2.txt', from: join(folder, 'b/2.txt'), bytes: 7 },
    ]);
    await expect(filesOfSlice(indexed.slices[1]!.path, folder)).rejects.toMatchObject({ code: 'source_unreadable' });
    writeFileSync(join(folder, 'index.csv'), 'file\nlink.txt\nnone.txt\n');
    symlinkSync('/etc/hostname', join(folder, 'link.txt'));
    const linked = await cutIn(dir, folder, specWith(ranges([0, 1], [1, 2])), { options: { index: 'index.csv' } });
    for (const { path } of linked.slices) {
      await expect(filesOfSlice(path, folder)).rejects.toMatchObject({ code: 'source_missing' });
    }
    const described = await describeSource(folder, { index: 'index.csv', name: 'pets' });
    expect(described.problems).toMatchObject([
      { code: 'file-missing', line: 2, message: expect.stringContaining('link.txt') },
      { code: 'file-missing', line: 3, message: expect.stringContaining('none.txt') },
    ]);
    expect((await describeSource(mkdtempSync(join(dir, 'empty-')))).problems).toMatchObject([{ code: 'source-empty' }]);
  });
});

describe('describe', () => {
  test('rows, columns with their kinds, bytes and digest of the file as it is', async () => {
    const facts = await describeSource(avocado, { watch: ['type'] });
    const bytes = readFileSync(avocado);
    expect(facts).toMatchObject({ rows: 18_249, bytes: bytes.length, format: 'csv', problems: [] });
    expect(facts.sha256).toBe(createHash('sha256').update(bytes).digest('hex'));
    expect(facts.columns.slice(0, 2)).toEqual([
      { name: 'Date', kind: 'date' },
      { name: 'AveragePrice', kind: 'number' },
    ]);
    expect(facts.columns.find(({ name }) => name === 'type')?.cells).toMatchObject({ values: 18_249, kind: 'text' });
  });

  test.each([
    ['', [['source-empty', 1]]],
    ['a,b\n', [['source-empty', 1]]],
    [
      'a,b\n1,2\n1\n1,2\n1,2,3\n',
      [
        ['ragged-row', 3],
        ['ragged-row', 5],
      ],
    ],
    ['a,"b\nb"\n"1\n\n",2\n\n1\n', [['ragged-row', 7]]],
    [
      'a,a,\n1,2,3\n',
      [
        ['duplicate-column', 1],
        ['column-unnamed', 1],
      ],
    ],
    ['a,b\n1,"2\n3,4\n', [['unclosed-quote', 2]]],
  ])('%j has its problems at their lines', async (text, expected) => {
    const { problems } = await describeSource(fileWith(dir, text));
    expect(problems.map(({ code, line }) => [code, line])).toEqual(expected);
  });

  test('thousands of the same problem are listed once in a while and counted', async () => {
    const { problems } = await describeSource(fileWith(dir, `a,b\n1,2\n${'1\n2,3\n'.repeat(5000)}`));
    expect(problems.length).toBe(21);
    expect(problems.at(-1)!.message).toBe('4980 more of the same');
  });
});

describe('fetch', () => {
  const chunks = async function* (...texts: string[]): AsyncGenerator<Buffer> {
    for (const text of texts) yield Buffer.from(text);
  };

  test('an address, or a remote, through the way that the caller gives', async () => {
    const to = join(dir, 'fetched.csv');
    await fetchSource('https://example.org/x.csv', to, {
      download: async () => ({ status: 200, chunks: chunks('a\n', '1\n') }),
    });
    expect(readFileSync(to, 'utf8')).toBe('a\n1\n');
    await fetchSource('s3://bucket/x.csv', to, { copyRemote: async (remote, local) => writeFileSync(local, remote) });
    expect(readFileSync(to, 'utf8')).toBe('s3://bucket/x.csv');
  });

  test('what fails leaves what was there and says why', async () => {
    const to = fileWith(dir, 'before');
    const broken = {
      download: async () => ({
        status: 200,
        chunks: (async function* () {
          yield Buffer.from('half');
          throw new Error('cut off');
        })(),
      }),
    };
    for (const [source, ways, reason] of [
      ['https://example.org/x.csv', broken, 'cut off'],
      ['https://example.org/x.csv', { download: async () => ({ status: 404, chunks: chunks() }) }, 'status 404'],
      ['http://example.org/x.csv', broken, 'neither'],
      ['/etc/passwd', broken, 'neither'],
      ['s3:bucket/x', {}, 'not set up'],
    ] as const) {
      await expect(fetchSource(source, to, ways)).rejects.toMatchObject({
        code: 'source_unreadable',
        message: expect.stringContaining(reason),
      });
    }
    expect(readFileSync(to, 'utf8')).toBe('before');
  });

  test('a source is found in the course, fetched once, and never outside', async () => {
    let fetches = 0;
    const copyRemote = async (_: string, to: string): Promise<void> => writeFileSync(to, `a\n${++fetches}\n`);
    const slices = openSlices(join(dir, 'located'), { copyRemote });
    const course = mkdtempSync(join(dir, 'course-'));
    writeFileSync(join(course, 'x.csv'), 'a\n');
    symlinkSync('/etc', join(course, 'etc'));
    expect(await slices.locate('x.csv', course)).toBe(realpathSync(join(course, 'x.csv')));
    for (const outside of ['../x.csv', 'etc/hostname', 'none.csv', '/etc/hostname']) {
      await expect(slices.locate(outside, course)).rejects.toMatchObject({ code: 'source_missing' });
    }
    const path = await slices.locate('s3:bucket/x.csv', course);
    await slices.locate('s3:bucket/x.csv', course);
    expect(readFileSync(path, 'utf8')).toBe('a\n1\n');
    const newer = await slices.locate('s3:bucket/x.csv', course, { refresh: true });
    expect(readFileSync(newer, 'utf8')).toBe('a\n2\n');
    expect(readFileSync(path, 'utf8')).toBe('a\n1\n');
  });

  const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

  test('an address is asked whether it has changed; each version is kept, and found by its digest', async () => {
    let text = 'a\n1\n';
    const asked: unknown[] = [];
    const download = async (_: string, known?: { etag?: string }) => {
      asked.push(known?.etag);
      const etag = sha256(text);
      return known?.etag === etag
        ? { status: 304, chunks: chunks() }
        : { status: 200, chunks: chunks(text), mark: { etag } };
    };
    const url = 'https://example.org/data/x.csv?token=1';
    const open = () => openSlices(join(dir, 'versions'), { download });
    const first = await open().locate(url, dir);
    expect(await open().locate(url, dir)).toBe(first);
    expect(asked).toEqual([undefined]);
    expect(await open().locate(url, dir, { refresh: true })).toBe(first);
    text = 'a\n2\n';
    const second = await open().locate(url, dir, { refresh: true });
    expect([first, second].map((path) => readFileSync(path, 'utf8'))).toEqual(['a\n1\n', 'a\n2\n']);
    expect(await open().locate(url, dir, { sha256: sha256('a\n1\n') })).toBe(first);
    expect(await open().locate(url, dir)).toBe(second);
    text = 'a\n3\n';
    expect(readFileSync(await open().locate(url, dir, { sha256: sha256(text) }), 'utf8')).toBe(text);
    await expect(open().locate(url, dir, { sha256: sha256('gone') })).rejects.toMatchObject({ code: 'source_changed' });
  });

  test('a remote is listed, and copied again only when the list differs', async () => {
    let version = 1;
    let copies = 0;
    const copyRemote = async (_: string, to: string): Promise<void> => {
      copies += 1;
      writeFileSync(to, `a\n${version}\n`);
    };
    const slices = openSlices(join(dir, 'remote'), { copyRemote, listRemote: async () => `list ${version}` });
    for (const expected of [1, 1, 2, 2]) {
      version = expected;
      const path = await slices.locate('s3:bucket/x.csv', dir, { refresh: true });
      expect(readFileSync(path, 'utf8')).toBe(`a\n${expected}\n`);
    }
    expect(copies).toBe(2);
  });
});

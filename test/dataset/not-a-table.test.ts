// A file that is no table, or stands for one, is told in one sentence with the way in; packed ones are read.
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { describeSource } from '../../src/dataset/source/describe-source.ts';
import { fileWith, workFolder } from './work-folder.ts';

const dir = workFolder();
const csv = 'x,y\n1,2\n3,4\n5,6\n';
const pointer = 'version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n';

test.each<[string, string, string | Buffer]>([
  ['source-lfs-pointer', '.csv', pointer],
  ['source-dvc-pointer', '.csv', 'outs:\n- md5: a304\n  size: 3\n  path: data.csv\n'],
  ['source-annex-pointer', '.csv', '../.git/annex/objects/xK/9f/SHA256E-s1--ab.csv'],
  ['source-html', '.csv', '<!DOCTYPE html>\n<html><title>Not found</title></html>'],
  ['source-zip', '.csv', Buffer.from('PK\x03\x04 data.csv', 'latin1')],
  ['source-xlsx', '.csv', Buffer.from(`PK\x03\x04${'\0'.repeat(26)}[Content_Types].xml`, 'latin1')],
  ['source-numpy', '.npz', Buffer.from(`PK\x03\x04${'\0'.repeat(26)}arr_0.npy`, 'latin1')],
  ['source-xls', '.xls', Buffer.from('\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1', 'latin1')],
  ['source-arrow', '.feather', Buffer.from('ARROW1\0\0', 'latin1')],
  ['source-sqlite', '.db', Buffer.from('SQLite format 3\0', 'latin1')],
  ['source-binary', '.csv', Buffer.from([1, 0, 2, 3, 255, 0, 9, 7])],
  ['source-misnamed', '.csv', '[{"x": 1}]'],
  ['source-misnamed', '.parquet', csv],
  ['source-misnamed', '.json', csv],
  ['source-misnamed', '.csv', 'PAR1'],
  ['json-rows', '.json', '{\n "data": [\n  {"x": 1}\n ]\n}\n'],
  ['source-unreadable', '.csv.gz', gzipSync(csv).subarray(0, 20)],
  ['source-lfs-pointer', '.csv.gz', gzipSync(pointer)],
])('%s: a file *%s', async (code, ending, content) => {
  const { problems, columns } = await describeSource(fileWith(dir, content, ending));
  expect(problems.map((problem) => problem.code)).toEqual([code]);
  expect(columns).toEqual([]);
});

test.each<[string, Buffer]>([
  ['.csv.gz', gzipSync(csv)],
  ['.csv', gzipSync(csv)],
  ['.csv.zst', zstdCompressSync(csv)],
])('what is packed is read: %s', async (ending, content) => {
  const { problems, rows, columns } = await describeSource(fileWith(dir, content, ending));
  expect({ problems, rows, names: columns.map(({ name }) => name) }).toEqual({
    problems: [],
    rows: 3,
    names: ['x', 'y'],
  });
});

test('a pointer among the files of a folder is told at its row', async () => {
  const folder = join(dir, 'folder');
  mkdirSync(folder);
  writeFileSync(join(folder, 'a.txt'), 'a');
  writeFileSync(join(folder, 'b.bin'), pointer);
  const { problems } = await describeSource(folder);
  expect(problems).toMatchObject([{ code: 'source-lfs-pointer', line: 3 }]);
});

const rows = Array.from({ length: 30 }, (_, x) => `${x},${x % 2}`);

describe('the head of a CSV', () => {
  test.each<[string, string]>([
    ['csv-sep-line', 'sep=;\nx;y\n1;2\n3;4\n'],
    ['csv-preamble', `Report\nof 2024\n\nx,y\n${rows.join('\n')}\n`],
    ['csv-preamble', `A report, 2024\nx,y,z\n${rows.map((row) => `${row},5`).join('\n')}\n`],
    ['csv-comments', `# made by R\nx,y\n${rows.join('\n')}\n`],
    ['csv-delimiter', 'x|y\n1|2\n3|4\n'],
    ['csv-delimiter', 'x y\n1 2\n3 4\n'],
    ['csv-line-breaks', 'x,y\r1,2\r3,4\r'],
    ['trailing-delimiter', `x,y\n${rows.map((row) => `${row},`).join('\n')}\n`],
    ['row-names', '"x","y"\n"1",5,0\n"2",6,1\n'],
  ])('%s has one problem', async (code, text) => {
    const { problems } = await describeSource(fileWith(dir, text), { watch: ['y'] });
    expect(problems.map((problem) => problem.code)).toEqual([code]);
    expect(problems[0]!.hint).toBeDefined();
  });

  test.each<[string, string, string[]]>([
    ['an index of pandas', ',x\n0,5\n1,6\n', ['column-unnamed']],
    ['two columns without a name', ',x,,y\n0,1,2,3\n', ['column-unnamed', 'column-unnamed']],
    ['lines of delimiters', `x;y\n1;2\n${';\n'.repeat(114)}`, ['rows-hollow']],
    ['a header that is a row', '1.5,2.5\n3.5,4\n5,6\n', ['header-missing']],
    ['a column called #', '#,y\n1,2\n3,4\n', []],
    ['one column of texts', 'text\nhello\nhello world\n', []],
  ])('%s is accepted', async (_, text, codes) => {
    const { problems, rows: count } = await describeSource(fileWith(dir, text));
    expect(problems.map(({ code, level }) => [code, level])).toEqual(codes.map((code) => [code, 'warning']));
    expect(count).toBeGreaterThan(0);
  });
});

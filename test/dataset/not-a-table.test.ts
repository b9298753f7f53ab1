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
  ['source-lfs-pointer', '.csv', pointer.replace('git-lfs.github', 'hawser.github')],
  ['source-lfs-pointer', '.csv', pointer.replace('https://git-lfs.github.com/spec/v1', 'http://git-media.io/v/2')],
  ['source-lfs-pointer', '.csv', `# git-media\n${'4d7a2146'.repeat(5)}\n`],
  ['source-lfs-pointer', '.parquet', `${'4d7a2146'.repeat(8)}\n`],
  ['source-sql', '.csv', '-- SQLite dump\nPRAGMA foreign_keys=OFF;\nCREATE TABLE t (a int, b int);\n'],
  ['source-sql', '.csv', 'INSERT INTO `t` VALUES (1,2);\nINSERT INTO `t` VALUES (3,4);\n'],
  ['source-xml', '.csv', '<rows>\n<row a="1"/>\n<row a="2"/>\n</rows>\n'],
  ['source-xz', '.csv', Buffer.from(']\0\0\x80\0\xff\xff\xff\xff', 'latin1')],
  ['csv-quotes', '.csv', '"x,y"\n"1,2"\n"3,4"\n'],
  ['csv-quotes', '.csv', '"x", "y"\n1, "a, b"\n2, "c"\n'],
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
  ['json-rows', '.csv', '{"message": "Not Found"}'],
  ['json-rows', '.json', '{"x": [1, 2], "y": [3, 4]}'],
  ['json-rows', '.json', '["a", "b"]'],
  ['json-rows', '.jsonl', '[1, 2]\n[3, 4]\n'],
  ['json-rows', '.jsonl', '{"x": 1}{"x": 2}'],
  ['json-rows', '.json', "[{'x': 1}]"],
  ['source-lfs-pointer', '.csv', `\uFEFF${pointer}`],
  ['source-html', '.csv', '<div class="error">Access denied</div>\n'],
  ['source-xml', '.csv', '<svg xmlns="http://www.w3.org/2000/svg"></svg>'],
  ['source-pickle', '.csv', '(dp0\nVa\np1\nI1\ns.'],
  ['source-pickle', '.csv', 'ccopy_reg\n_reconstructor\np0\n(cpandas.core.frame\n'],
  ['source-archive', '.csv', Buffer.from('\x04"M\x18\x64\x40\xa7', 'latin1')],
  ['source-archive', '.csv', Buffer.from('\x1f\x9d\x90x', 'latin1')],
  ['source-binary', '.csv', Buffer.from('GIF89a\x01\0', 'latin1')],
  ['source-binary', '.csv', Buffer.from(`\x7fELF\x02${'\0'.repeat(60)}`, 'latin1')],
  ['source-binary', '.csv', Buffer.from(Array.from({ length: 300 }, (_, at) => (at * 167 + 129) % 256))],
  ['source-binary', '.csv', Buffer.from('\xa7k\xa8%\xf1k\xf2%\xf2k\xf3%\xf3k\xf4%\xf4k\xf5%', 'latin1')],
  ['source-binary', '.csv', Buffer.from('\xff\xfe\0\0x\0\0\0,\0\0\0y\0\0\0', 'latin1')],
  ['source-empty', '.csv', '404: Not Found'],
  ['source-empty', '.csv', '   \n'],
  ['source-empty', '.json', '[]'],
  ['nul-byte', '.csv', 'x,y\n1,2\n2,\0\n3,4\n'],
  ['nul-byte', '.csv', `${csv}${'\0'.repeat(500)}`],
  ['unclosed-quote', '.csv', `x,y\n1,2\n2,"oops\n${'3,4\n'.repeat(50)}`],
  ['record-too-long', '.csv', `x${',y'.repeat(600_000)}\n1,2\n`],
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
    ['csv-line-breaks', 'x,y\r\r\n1,2\r\r\n3,4\r\r\n'],
    ['csv-delimiter', 'x\u0001y\n1\u00012\n3\u00014\n'],
    ['csv-quotes', "'x','y'\n'1','a,b'\n'2','c'\n"],
    ['header-repeated', 'x,y\n1,2\nx,y\n3,4\n'],
    ['header-repeated', '\uFEFFx,y\n1,2\n\uFEFFx,y\n3,4\n'],
    ['ragged-row', `x,y\n1,2\n<<<<<<< HEAD\n3,4\n`],
    // As the UCI repository has them: the same value twice, a row like the first, classes at the end.
    ['header-missing', '5,1,1,1,2\n5,4,4,5,7\n5,1,1,1,2\n'],
    ['header-missing', '5.1,3.5,Iris-setosa\n4.9,3.0,Iris-setosa\n7.0,3.2,Iris-versicolor\n'],
    ['header-missing', 'vhigh,low,unacc\nvhigh,high,unacc\nlow,low,acc\nlow,vhigh,acc\n'],
    ['header-missing', '1.5,,3\n2,5,4\n3,7,9\n'],
    ['ragged-row', 'x,y,z\n1,2\n2,3\n3,4\n'],
    ['ragged-row', `${csv}# end of file\n`],
    ['ragged-row', `${csv}\u001A`],
    ['ragged-row', 'x,y\n1,"a \\"b\\", c"\n2,d\n'],
    ['row-names', 'x,y\n1,Smith, John\n2,Doe, Jane\n'],
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
    ['a name with a sign that is not seen', '\u00A0x,y\n1,2\n3,4\n', ['column-unseen']],
    ['a byte order mark too many', '\uFEFF\uFEFFx,y\n1,2\n3,4\n', ['column-unseen']],
    ['a sign of control in a cell', 'x,y\n1,a\u0007\n2,b\n3,c\n', []],
    ['text behind a quote', 'x,y\n"abc"d,1\n"abc"d,2\n', ['csv-quotes']],
    ['quotes behind backslashes', 'x,y\n"a \\"b\\" c",1\nd,2\n', ['csv-quotes']],
    ['quotes that are doubled', 'x,y\n"a ""b"" c",1\n5" pipe,2\n', []],
    ['a header that may be a row', '25,15\n35,4\n5,6\n', ['header-missing']],
    ['wavelengths', 'class,850.5,851.0,851.5\na,1,2,3\nb,4,5,6\n', []],
    ['pixels', 'label,0,1,2,3\n7,0,0,9,1\n3,5,0,0,2\n', []],
    ['a column called #', '#,y\n1,2\n3,4\n', []],
    ['one column of texts', 'text\nhello\nhello world\n', []],
  ])('%s is accepted', async (_, text, codes) => {
    const { problems, rows: count } = await describeSource(fileWith(dir, text));
    expect(problems.map(({ code, level }) => [code, level])).toEqual(codes.map((code) => [code, 'warning']));
    expect(count).toBeGreaterThan(0);
  });
});

test('problems stand at their lines, also behind and inside of quoted line breaks', async () => {
  const lines = Array.from({ length: 40_000 }, (_, at) => `${at},"a\n\nb"\n`);
  const text = `x,y\n${lines.join('')}1,"never closed\n${'2,3\n'.repeat(9)}`;
  const { problems } = await describeSource(fileWith(dir, text));
  expect(problems).toMatchObject([{ code: 'unclosed-quote', line: 120_002 }]);
  const ragged = await describeSource(fileWith(dir, `x,y\n${lines.join('')}1\n`));
  expect(ragged.problems).toMatchObject([{ code: 'ragged-row', line: 120_002 }]);
  const nul = await describeSource(fileWith(dir, 'x,y\n1,2\n2,ab\0\n'));
  expect(nul.problems).toMatchObject([{ code: 'nul-byte', line: 3, column: 5 }]);
});

test('of two delimiters that divide the header alike, the one is taken that divides the rows', async () => {
  const { columns, problems } = await describeSource(fileWith(dir, 'x\ty,z\n1\ta\n2\tb\n'));
  expect({ names: columns.map(({ name }) => name), problems }).toEqual({ names: ['x', 'y,z'], problems: [] });
});

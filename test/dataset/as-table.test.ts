// Files as they are published, in which `practicum new` sees how they are meant: the copy is read, and says what it changed.
import { mkdtempSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { asTable } from '../../src/course-folder/make/as-table.ts';
import { fileWith, workFolder } from './work-folder.ts';

const dir = workFolder();
const rows = Array.from({ length: 40 }, (_, at) => [String(at + 1), `${(at * 37) % 100}.5`, at % 2 ? 'good' : 'bad']);
const by = (sign: string, end = '\n'): string => rows.map((row) => row.join(sign) + end).join('');
const header = (sign: string): string => ['no', 'size', 'mood'].join(sign);

test.each<[string, string, string | Buffer, string, string[]]>([
  ['blanks', '.data', by('   '), '.csv', ['column_1', 'column_2', 'column_3']],
  [
    'blanks, and a tab before a text in quotes',
    '.data',
    rows.map(([a, b, c]) => `${a}  ${b} 1 2 3\t"${c} one"\n`).join(''),
    '.csv',
    Array.from({ length: 6 }, (_, at) => `column_${at + 1}`),
  ],
  [
    'tabs that are doubled here and there',
    '.txt',
    by('\t').replaceAll('\t7', '\t\t7'),
    '.csv',
    ['column_1', 'column_2', 'column_3'],
  ],
  ['bars', '.txt', `${header('|')}\n${by('|')}`, '.csv', ['no', 'size', 'mood']],
  ['double colons', '.dat', by('::'), '.csv', ['column_1', 'column_2', 'column_3']],
  [
    'R’s names of rows, divided by blanks',
    '.txt',
    `"no" "size"\n${by(' ').replaceAll(/(\w+)$/gm, '"$1"')}`,
    '.csv',
    ['row', 'no', 'size'],
  ],
  ['lines of an old Mac', '.csv', `${header(',')}\r${by(',', '\r')}`, '.csv', ['no', 'size', 'mood']],
  ['comments', '.csv', `# of others\n#\n${header(',')}\n${by(',')}`, '.csv', ['no', 'size', 'mood']],
  ['a header in a comment, as of NumPy', '.txt', `# ${header(' ')}\n${by(' ')}`, '.csv', ['no', 'size', 'mood']],
  [
    'a preamble, in UTF-16',
    '.csv',
    Buffer.from(`\uFEFFReport\r\n\r\n${header(';')}\r\n${by(';', '\r\n')}`, 'utf16le'),
    '.csv',
    ['no', 'size', 'mood'],
  ],
  [
    'counts for a header, as of scikit-learn',
    '.csv',
    `40,2,bad,good\n${rows.map(([a, b], at) => `${a},${b},1,${at % 2}\n`).join('')}`.replace('40,2', '40,3'),
    '.csv',
    ['column_1', 'column_2', 'column_3', 'column_4'],
  ],
  ['sep=', '.csv', `sep=;\n${header(';')}\n${by(';')}`, '.csv', ['no', 'size', 'mood']],
  [
    'single quotes',
    '.csv',
    rows.map((row) => row.map((cell) => `'${cell}'`).join(',')).join('\n'),
    '.csv',
    ['column_1', 'column_2', 'column_3'],
  ],
  [
    'rows in quotes',
    '.csv',
    `"${header(',')}"\n${rows.map(([a, b, c]) => `"${a},${b},""${c}"""\n`).join('')}`,
    '.csv',
    ['no', 'size', 'mood'],
  ],
  ['blanks before quotes', '.csv', `"no", "size", "mood"\n${by(', ')}`, '.csv', ['no', 'size', 'mood']],
  ['a delimiter at the end of rows', '.csv', `${header(',')}\n${by(',', ',\n')}`, '.csv', ['no', 'size', 'mood']],
  ['names that are twice', '.csv', `no,size,size\n${by(',')}`, '.csv', ['no', 'size', 'size_2']],
  [
    'ARFF',
    '.arff',
    `@relation x\n@attribute no real\n@attribute size real\n@attribute mood {good,bad}\n@data\n${by(',')}`,
    '.csv',
    ['no', 'size', 'mood'],
  ],
  [
    'no header, with words for what is missing in its first line',
    '.csv',
    `1,?,bad\n${by(',')}`,
    '.csv',
    ['column_1', 'column_2', 'column_3'],
  ],
  [
    'no header, and a year in its first line',
    '.csv',
    rows
      .map(([a, b], at) => `${a},${b},${1947 + at}\n`)
      .join('')
      .replace('1,0.5', '83,0.5'),
    '.csv',
    ['column_1', 'column_2', 'column_3'],
  ],
])('%s', async (_, ending, content, now, columns) => {
  const path = fileWith(dir, content, ending);
  for (const [from, name] of [
    [path, path],
    [fileWith(dir, gzipSync(content), `${ending}.gz`), 'x.gz'],
  ] as const) {
    const { path: copy, found, notes } = await asTable(from, { name }, undefined, mkdtempSync(join(dir, 'work-')));
    expect(found.problems.filter(({ level }) => level === 'error')).toEqual([]);
    expect(found.columns.map(({ name: column }) => column)).toEqual(columns);
    expect(notes.length).toBeGreaterThan(0);
    expect(copy.endsWith(now)).toBe(true);
    expect(found.rows).toBeGreaterThanOrEqual(40);
  }
});

test('what is no table in the copy either is told of the file itself', async () => {
  const path = fileWith(dir, `# a\n# b\n${header(',')}\n${by(',')}1,2\n`);
  const {
    path: copy,
    found,
    notes,
  } = await asTable(path, { name: 'x.csv' }, undefined, mkdtempSync(join(dir, 'work-')));
  expect([copy, notes]).toEqual([path, []]);
  expect(found.problems.map(({ code }) => code)).toEqual(['csv-comments']);
});

test('prose is told in one sentence', async () => {
  const prose = 'It was late, and nobody spoke\nof it\nany, more, at, all\nor\nso\nthey, said\n';
  const { found } = await asTable(fileWith(dir, prose, '.txt'), { name: 'x.txt' }, undefined, dir);
  expect(found.problems.map(({ code }) => code)).toEqual(['ragged-row']);
  expect(found.problems[0]!.message).toContain('hardly a table');
});

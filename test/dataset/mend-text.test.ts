// Files as they are published, which are no CSV as it is read, but tell how they are meant: `practicum new` makes a copy.
import { expect, test } from 'vitest';
import { arffToCsv } from '../../src/dataset/propose/arff-to-csv.ts';
import { mendText } from '../../src/dataset/propose/mend-text.ts';
import { firstLines, isQuotedWhole, preambleBefore } from '../../src/dataset/source/tell-layout.ts';

const arff = `% 1. Title: of others
%
@RELATION 'a few'

@ATTRIBUTE 'petal width' NUMERIC
@attribute note string
@attribute class {'a b',c}
@DATA
% a comment
1.5, 'it\\'s, so', 'a b'
?,"x",c
`;

test('ARFF: names and values in quotes, comments, and what is missing', () => {
  expect(arffToCsv(arff)).toBe('petal width,note,class\n1.5,"it\'s, so",a b\n?,x,c\n');
});

test.each([
  ['is sparse', arff.replace("1.5, 'it\\'s, so', 'a b'", "{0 1.5, 2 'a b'}")],
  ['has a row of another length', arff.replace('?,"x",c', '?,c')],
  ['has no data', arff.slice(0, arff.indexOf('@DATA'))],
])('ARFF that %s is not understood', (_, text) => {
  expect(arffToCsv(text)).toBeUndefined();
});

const size = 1_000_000;
const long: Record<string, string> = {
  'an open quote around fields': `"${','.repeat(size)}\n1\n`,
  'numbers and points without an end': `a,b\n${'.,'.repeat(size / 2)}x\n1,2\n`,
  'blanks without a bar': `a|b\n${' '.repeat(size)}x\n1|2\n`,
  'quotes without an end': `'${"a','b'x".repeat(size / 8)}\n1\n`,
  'ARFF of blanks and an open quote': `@relation r\n@attribute a real\n@data\n${' '.repeat(size)}'x${' '.repeat(size)}'\n`,
};
const codes = ['csv-comments', 'csv-preamble', 'csv-quotes', 'csv-delimiter', 'duplicate-column', 'row-names'] as const;

test.each(Object.entries(long))('%s hold up nobody', (_, text) => {
  const began = process.cpuUsage();
  for (const code of codes) mendText(code, { text, delimiter: ',', columns: 1 });
  preambleBefore(firstLines(text), ',');
  const { user, system } = process.cpuUsage(began);
  expect((user + system) / 1e6).toBeLessThan(4);
});

test.each([
  ['"1,2,""three"""', true],
  ['  "1;2"  ', true],
  ['"1","2"', false],
  ['"1,2', false],
  ['""', false],
  ['"a""b,c"', false],
])('%s stands in quotes as a whole: %s', (line, isQuoted) => {
  expect(isQuotedWhole(line)).toBe(isQuoted);
});

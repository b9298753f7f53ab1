// Files as they are published, which are no CSV as it is read, but tell how they are meant: `practicum new` makes a copy.
import { expect, test } from 'vitest';
import { arffToCsv } from '../../src/dataset/propose/arff-to-csv.ts';

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

// The line of each row, for an answer written in whatever way JSON and CSV allow.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { locateEntries } from '../../../src/domain/judge/locate.ts';

test.each<[string, string, number, number[]]>([
  ['rows on lines of their own', '{"rows":[\n{"row":1},\n\n{"row":2}\n]}', 9, [2, 4]],
  ['a row over several lines stands where it begins', '{"rows":[{\n"row":1\n},{"row":2}]}', 9, [1, 3]],
  ['no more than are asked for', '{"rows":[\n{},\n{},\n{}]}', 2, [2, 3]],
  ['brackets and line ends in text are text', '{"a":"[{\\n\\"","rows":[\n{"row":"}]\\\\"},\n{}]}', 9, [2, 3]],
  ['lists and dictionaries in a row are of that row', '{"rows":[{"a":[{}]},\n{"b":{"rows":[{}]}}]}', 9, [1, 2]],
  ['lists of another name are no rows', '{"other":[{},\n{}],"rows":[\n{}]}', 9, [3]],
  ['a dictionary named rows is no list of them', '{"rows":{"a":{}},\n"other":[{}]}', 9, []],
  ['of a key given twice the last counts', '{"rows":[{}],\n"rows":[\n{},{}]}', 9, [3, 3]],
  ['a name of rows further in is another', '{"a":{"rows":[{}]}}', 9, []],
])('JSON: %s', (_, text, most, lines) => {
  expect(() => JSON.parse(text)).not.toThrow();
  expect(locateEntries(text, 'json', most)).toEqual(lines);
});

test.each<[string, string, number, number[]]>([
  ['a line for each row after the header', 'row,a\n1,2\n3,4\n', 9, [2, 3]],
  ['a cell over several lines', 'row,a\n1,"x\ny"\n3,4\n', 9, [2, 4]],
  ['no more than are asked for', 'row\n1\n2\n3\n', 2, [2, 3]],
])('CSV: %s', (_, text, most, lines) => expect(locateEntries(text, 'csv', most)).toEqual(lines));

test('rows are found wherever blanks and other keys put them', () => {
  const blank = fc.stringMatching(/^[ \n\t]{0,3}$/);
  const key = fc.string().filter((name) => name !== 'rows');
  fc.assert(
    fc.property(
      fc.array(fc.jsonValue()),
      fc.array(fc.tuple(blank, fc.dictionary(key, fc.jsonValue()))),
      key,
      (other, rows, name) => {
        let text = `{${JSON.stringify(name)}:${JSON.stringify(other, null, 1)},"rows":[`;
        const lines: number[] = [];
        for (const [index, [before, cells]] of rows.entries()) {
          text += `${index > 0 ? ',' : ''}${before}`;
          lines.push(text.split('\n').length);
          text += JSON.stringify(cells, null, index % 2);
        }
        expect(locateEntries(`${text}]}`, 'json', rows.length)).toEqual(lines);
      },
    ),
  );
});

// Where a text stops being JSON, wherever Node stops reading it.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { jsonFault } from '../../../src/domain/text/json-fault.ts';

// The mark stands before the part that is at fault.
test.each([
  '{"a":1,¦}',
  '[1,2,¦]',
  '[1 ¦2]',
  '[0¦1]',
  "{¦'a':1}",
  '{¦a:1}',
  '{"a"¦,1}',
  '{"a":1¦]',
  '[1¦}',
  '{"a":¦NaN}',
  '[¦tru]',
  '[¦"a\nb"]',
  '[¦"\\x"]',
  '[¦"a]',
  '{} ¦{}',
  '¦',
  ' ¦',
  '{"a":¦',
  '{"a"¦',
  '{¦',
  '[[1]¦',
])('%j', (marked) => {
  const text = marked.replace('¦', '');
  expect(() => JSON.parse(text)).toThrow();
  expect(jsonFault(text)).toBe(marked.indexOf('¦'));
});

test('whatever is JSON has no fault, and whatever is not has one', () => {
  const spaced = fc
    .tuple(fc.json(), fc.constantFrom('', ' ', '\n\t'))
    .map(([json, blank]) => `${blank}${json}${blank}`);
  const broken = fc
    .tuple(spaced, fc.nat(), fc.constantFrom('', ',', '"', '{', ']', ':', '0', '\\', 'e'))
    .map(([json, at, put]) => {
      const place = at % (json.length + 1);
      return json.slice(0, place) + put + json.slice(place + 1);
    });
  fc.assert(
    fc.property(fc.oneof(spaced, broken), (text) => {
      let isJson = true;
      try {
        JSON.parse(text);
      } catch {
        isJson = false;
      }
      expect(jsonFault(text) === undefined).toBe(isJson);
    }),
    { numRuns: 2000 },
  );
});

const many = 10_000_000;
test.each<[string, string, string, number | undefined]>([
  ['brackets', '', '[', many],
  ['blanks', '', ' ', many],
  ['digits', '', '1', undefined],
  ['letters without an end', '"', 'a', 0],
])('ten million %s are read through', (_, before, each, fault) => {
  expect(jsonFault(before + each.repeat(many))).toBe(fault);
});

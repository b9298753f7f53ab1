// What is kept of courses read before: fifty in turn are read once, and room is bounded by their text.
import { expect, test } from 'vitest';
import { LatelyRead } from '../../../src/flows/course/lately-read.ts';

test('many in turn are made once, until their text is another', () => {
  let made = 0;
  const lately = new LatelyRead<number>(1_000_000);
  const turn = (text: (n: number) => string): number[] =>
    Array.from({ length: 50 }, (_, n) => lately.get(`course-${n}`, text(n), () => ++made));
  const first = turn((n) => `files of ${n}`);
  expect(made).toBe(50);
  expect(turn((n) => `files of ${n}`)).toEqual(first);
  expect(made).toBe(50);
  turn((n) => (n === 7 ? 'other files' : `files of ${n}`));
  expect(made).toBe(51);
});

test('room is bounded by the text: whoever was not used for the longest time goes, whoever is in use stays', () => {
  const made: string[] = [];
  const lately = new LatelyRead<string>(100);
  const use = (key: string, length = 40): string => lately.get(key, 'x'.repeat(length), () => (made.push(key), key));
  for (const key of ['a', 'b', 'a', 'c', 'a', 'b']) use(key);
  expect(made).toEqual(['a', 'b', 'c', 'b']);
  use('large', 1000);
  use('large', 1000);
  use('b');
  expect(made).toEqual(['a', 'b', 'c', 'b', 'large', 'b']);
});

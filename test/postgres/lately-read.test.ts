// What is kept of courses read before: fifty in turn are read once, and room is bounded by their text.
import { expect, test } from 'vitest';
import { LatelyRead } from '../../src/postgres/lately-read.ts';

test('many in turn are made once, until their revision is another', () => {
  let made = 0;
  const lately = new LatelyRead<number>(1_000_000);
  const turn = (revision: (n: number) => string): number[] =>
    Array.from({ length: 50 }, (_, n) => {
      const [key, now] = [`course-${n}`, revision(n)];
      return lately.held(key).get(now) ?? lately.keep(key, now, ++made, 20);
    });
  const first = turn((n) => `first of ${n}`);
  expect(made).toBe(50);
  expect(turn((n) => `first of ${n}`)).toEqual(first);
  expect(made).toBe(50);
  expect([...lately.held('course-7').keys()]).toEqual(['first of 7']);
  turn((n) => (n === 7 ? 'another' : `first of ${n}`));
  expect(made).toBe(51);
  expect(lately.held().size).toBe(50);
});

test('room is bounded by the text: whoever was not used for the longest time goes, whoever is in use stays', () => {
  const made: string[] = [];
  const lately = new LatelyRead<string>(100);
  const use = (key: string, length = 40): void => {
    if (lately.held(key).has('r')) return lately.use(key);
    made.push(key);
    lately.keep(key, 'r', key, length);
  };
  for (const key of ['a', 'b', 'a', 'c', 'a', 'b']) use(key);
  expect(made).toEqual(['a', 'b', 'c', 'b']);
  use('large', 1000);
  use('large', 1000);
  use('b');
  expect(made).toEqual(['a', 'b', 'c', 'b', 'large', 'b']);
});

test('what was held when the question was asked is there when the answer comes, whatever was forgotten meanwhile', () => {
  const lately = new LatelyRead<string>(100);
  lately.keep('a', 'r', 'kept', 60);
  const held = lately.held();
  lately.keep('b', 'r', 'other', 60);
  expect(lately.held('a').size).toBe(0);
  expect(held.get('r')).toBe('kept');
});

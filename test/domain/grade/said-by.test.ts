// A name that was typed is a claim: the record says where it was typed.
import { expect, test } from 'vitest';
import { saidBy } from '../../../src/domain/grade/said-by.ts';

test.each([
  ['grace', 'ops', 'grace (unverified, at the terminal of ops)'],
  ['grace', undefined, 'grace (unverified)'],
  ['ops', 'ops', 'somebody at the terminal of ops'],
  [undefined, 'ops', 'somebody at the terminal of ops'],
  ['  ', undefined, 'somebody at a terminal (unverified)'],
  ['a\nb\u202E', 'ops', 'a b (unverified, at the terminal of ops)'],
])('%j at the terminal of %j is on record as %j', (name, terminal, words) => {
  expect(saidBy(name, terminal)).toBe(words);
});

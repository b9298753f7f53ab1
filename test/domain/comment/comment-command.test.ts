// Commands in comments: where they are found, and where they are only shown.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { findCommands } from '../../../src/domain/comment/comment-command.ts';

test('a command stands at the beginning of a line, with its words; the first of each name counts', () => {
  expect(findCommands('Get well soon!\r\n/extend  @ada 2d\tflu\r\n/request all\n/extend bob 1d no')).toEqual([
    { name: 'extend', words: ['@ada', '2d', 'flu'] },
    { name: 'request', words: ['all'] },
  ]);
  expect(findCommands('/place custom\nthank you')).toEqual([{ name: 'place', words: ['custom'] }]);
  expect(findCommands('/unplace')).toEqual([{ name: 'unplace', words: [] }]);
});

test.each([
  'please /place this',
  ' /place',
  '> /place',
  '/placement',
  '/place.',
  '`/place`',
  '```\n/place\n```',
  '~~~~ text\n```\n/place\n~~~\n/unplace\n~~~~',
  '````\n/place',
])('no command: %j', (comment) => {
  expect(findCommands(comment)).toEqual([]);
});

test('what follows a block of code is heard', () => {
  expect(findCommands('```\n/place\n```\n/unplace')).toEqual([{ name: 'unplace', words: [] }]);
});

test('any text is read, and gives words without white space', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (comment) =>
      findCommands(`/extend ${comment}`).every(({ words }) => words.every((word) => /^\S+$/.test(word))),
    ),
  );
});

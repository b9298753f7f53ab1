// What a change of the rules would do to a class.
import { describe, expect, test } from 'vitest';
import type { Gradebook } from '../../../src/domain/grade/gradebook.ts';
import { compareGradebooks } from '../../../src/domain/grade/what-if.ts';
import { after } from '../score/inputs.ts';

describe('what a change would do', () => {
  const book = (rows: [string, number, number, number?, string?][]): Gradebook => ({
    at: after(0),
    challenges: [],
    rows: rows.map(([slug, total, of, members = 1, challenge = 'weather']) => ({
      owner: slug,
      name: slug.toUpperCase(),
      members: Array.from({ length: members }, (_, at) => ({ login: `${slug}${at}` })),
      challenge,
      total,
      of,
      worth: of,
      criteria: {},
      overrides: [],
    })),
  });
  const standing = (total: number, of: number, passes: boolean) => ({ total, of, passes });
  test('sums over challenges, the largest change first, members of groups counted', () => {
    const before = book([
      ['ada', 4, 10],
      ['ada', 4, 10, 1, 'prices'],
      ['bob', 5, 10, 3],
      ['eve', 1, 10],
      ['joe', 5, 10],
    ]);
    const then = book([
      ['joe', 4, 10],
      ['eve', 1, 10],
      ['bob', 6, 10, 3],
      ['ada', 4, 10],
      ['ada', 1, 10, 1, 'prices'],
      ['new', 0, 0, 0],
    ]);
    expect(compareGradebooks(before, then, 0.5)).toStrictEqual({
      students: 7,
      changed: 5,
      crossed: 1,
      changes: [
        { owner: 'ada', name: 'ADA', students: 1, before: standing(8, 20, false), after: standing(5, 20, false) },
        { owner: 'bob', name: 'BOB', students: 3, before: standing(5, 10, true), after: standing(6, 10, true) },
        { owner: 'joe', name: 'JOE', students: 1, before: standing(5, 10, true), after: standing(4, 10, false) },
      ],
      text: '5 students change, 1 crosses the pass line.',
    });
  });
  test.each<[string, Gradebook, Gradebook, number, number | undefined, string]>([
    ['nothing', book([['ada', 4, 10]]), book([['ada', 4, 10]]), 0.5, undefined, 'No student changes.'],
    [
      'only the line',
      book([['ada', 4, 10]]),
      book([['ada', 4, 10]]),
      0.4,
      0.5,
      '1 student changes, 1 crosses the pass line.',
    ],
    [
      'only what is due',
      book([['ada', 4, 10]]),
      book([['ada', 4, 9]]),
      0.1,
      undefined,
      '1 student changes, none crosses the pass line.',
    ],
    [
      'a group over the line',
      book([['ada', 4, 10, 2]]),
      book([['ada', 9, 10, 2]]),
      0.5,
      undefined,
      '2 students change, 2 cross the pass line.',
    ],
    [
      'nothing due is no failure',
      book([['ada', 0, 0]]),
      book([['ada', 0, 10]]),
      0.5,
      undefined,
      '1 student changes, 1 crosses the pass line.',
    ],
    [
      'somebody new',
      book([]),
      book([['ada', 4, 10, 0]]),
      0.5,
      undefined,
      '1 student changes, 1 crosses the pass line.',
    ],
  ])('%s', (_, before, then, pass, passed, text) =>
    expect(compareGradebooks(before, then, pass, passed).text).toBe(text),
  );
});

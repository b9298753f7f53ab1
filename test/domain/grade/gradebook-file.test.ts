// A gradebook read back from JSON, whole or as little of it as was kept, and what is said of what is none.
import { expect, test } from 'vitest';
import { readGradebook } from '../../../src/domain/grade/gradebook-file.ts';

const row = { owner: 'ada', total: 3, criteria: { data: { points: 2, of: 4 }, pipeline: { points: 1, worth: 9 } } };
const full = {
  owner: 'ada',
  name: 'ada',
  members: [{ login: 'ada' }],
  challenge: 'challenge',
  total: 3,
  of: 0,
  worth: 13,
  criteria: {
    data: { points: 2, of: 4, worth: 4, reason: '', reasons: [] },
    pipeline: { points: 1, of: 0, worth: 9, reason: '', reasons: [] },
  },
  overrides: [],
};
const book = { at: new Date(0), challenges: [{ name: 'challenge', worth: 13 }], rows: [full] };
const more = { worth: 20, computed: 2, passes: false, name: 'Ada', members: [{ login: 'a', id: 's1', name: 'A' }] };

test.each<[string, unknown, unknown]>([
  ['rows alone', [row], book],
  ['rows of a demo, among other things', { gradebook: [row], other: 1 }, book],
  [
    'a whole book of a demo',
    { gradebook: { rows: [row], at: '2027-01-11T08:00:00Z' } },
    { ...book, at: new Date('2027-01-11T08:00:00Z') },
  ],
  [
    'challenges that are named',
    { rows: [row], challenges: [{ name: 'x', worth: 1 }] },
    { ...book, challenges: [{ name: 'x', worth: 1 }] },
  ],
  [
    'all that a row may say',
    [{ ...row, ...more }],
    { ...book, challenges: [{ name: 'challenge', worth: 20 }], rows: [{ ...full, ...more }] },
  ],
  ['nobody', { rows: [] }, { at: new Date(0), challenges: [], rows: [] }],
])('%s', (_, value, read) => expect(readGradebook(JSON.stringify(value))).toStrictEqual(read));

test.each<[string, RegExp]>([
  ['{', /^it is not JSON$/],
  ['7', /^it: .+/],
  ['null', /^it: .+/],
  ['{}', /^rows: .+/],
  ['[{"owner":"ada","total":"3","criteria":{}}]', /^rows\.0\.total: .+number/],
  ['[{"owner":"ada","total":3,"criteria":{"luck":{"points":1}}}]', /^rows\.0\.criteria/],
])('%s is none', (text, problem) => expect(readGradebook(text)).toEqual({ problem: expect.stringMatching(problem) }));

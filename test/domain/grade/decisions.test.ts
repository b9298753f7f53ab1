// What people decide about grades: read from what they wrote, and what holds of all that was decided.
import { describe, expect, test } from 'vitest';
import type { Challenge } from '../../../src/domain/challenge/challenge.ts';
import { decideGrades, type GradeAct } from '../../../src/domain/grade/grade-act.ts';
import {
  isCriterion,
  makeExtension,
  makeOverride,
  readExtension,
  readPoints,
} from '../../../src/domain/grade/make-decision.ts';
import { after, DAY, HOUR } from '../score/inputs.ts';

test.each<[string, number | null | undefined]>([
  ['none', null],
  [' none ', null],
  ['12', 12],
  ['0', 0],
  [' 12.345 ', 12.35],
  ['', undefined],
  [' ', undefined],
  ['-1', undefined],
  ['ten', undefined],
  ['Infinity', undefined],
])('%j as points', (text, points) => expect(readPoints(text)).toBe(points));

test.each<[string, number | undefined]>([
  ['2d', 2 * DAY],
  [' 3h ', 3 * HOUR],
  ['365d', 365 * DAY],
  ['366d', undefined],
  ['soon', undefined],
])('%j as more time', (text, by) => expect(readExtension(text)).toBe(by));

test('only criteria are criteria', () => expect(['data', 'luck'].map(isCriterion)).toEqual([true, false]));

const course = {
  owners: [{ slug: 'ada-l', kind: 'student' as const, name: 'Ada', members: [{ login: 'ada' }] }],
  challenges: [
    {
      name: 'weather',
      score: { data: { points: 20, trust: 'measured' } },
      releases: [{ name: 'release-0' }, { name: 'release-1' }],
    },
    { name: 'prices', score: {}, releases: [{ name: 'release-2' }] },
  ] as unknown as Challenge[],
};
const signed = { reason: 'shown in person', by: 'grace' };

describe('a grade', () => {
  const set = (name: string, challenge: string, points: number | null, criterion?: 'data' | 'requests') =>
    makeOverride(course, name, challenge, points, { ...signed, ...(criterion ? { criterion } : {}) });
  test('of the total, or of a criterion', () => {
    const override = { owner: 'ada-l', challenge: 'weather', points: 12, ...signed };
    expect(set('ada', 'weather', 12)).toStrictEqual({
      act: { kind: 'override', override },
      said: 'the total of ada-l in weather is set to 12',
    });
    expect(set('ada', 'weather', 12, 'data')).toStrictEqual({
      act: { kind: 'override', override: { ...override, criterion: 'data' } },
      said: 'data of ada-l in weather is set to 12',
    });
    expect(set('ada', 'weather', null)).toMatchObject({ said: 'the total of ada-l in weather is as computed again' });
  });
  test.each<[Parameters<typeof set>, string]>([
    [['bob', 'weather', 1], 'bob is not on the roster'],
    [['ada', 'avocado', 1], 'there is no challenge avocado'],
    [['ada', 'weather', 1, 'requests'], 'weather has no points for requests'],
  ])('%j', (args, problem) => expect(set(...args)).toEqual({ problem }));
});

describe('more time', () => {
  const give = (name: string, by: number, more: { challenge?: string; release?: string } = {}) =>
    makeExtension(course, name, by, { ...signed, ...more });
  const extension = { owner: 'ada-l', by: DAY, reason: 'shown in person', grantedBy: 'grace' };
  const said = 'ada-l has more time';
  test('for everything, a challenge, or a release of it', () => {
    expect(give('ada', DAY)).toStrictEqual({ act: { kind: 'extension', extension }, said });
    expect(give('ada', DAY, { challenge: 'weather' })).toStrictEqual({
      act: { kind: 'extension', challenge: 'weather', extension },
      said,
    });
    expect(give('ada', DAY, { challenge: 'weather', release: 'release-1' })).toStrictEqual({
      act: { kind: 'extension', challenge: 'weather', extension: { ...extension, item: 'release-1' } },
      said,
    });
    expect(give('ada', 0)).toMatchObject({ said: 'the extension of ada-l is withdrawn' });
  });
  test.each<[Parameters<typeof give>, string]>([
    [['bob', DAY], 'bob is not on the roster'],
    [['ada', DAY, { challenge: 'avocado' }], 'there is no challenge avocado'],
    [['ada', DAY, { release: 'release-1' }], 'name a release of a challenge: no challenge has no release-1'],
    [
      ['ada', DAY, { challenge: 'weather', release: 'release-2' }],
      'name a release of a challenge: weather has no release-2',
    ],
  ])('%j', (args, problem) => expect(give(...args)).toEqual({ problem }));
});

describe('of all that was decided', () => {
  const extend = (id: string, at: number, by: number, more: object = {}, challenge?: string): GradeAct => ({
    id,
    at: after(at),
    kind: 'extension',
    ...(challenge ? { challenge } : {}),
    extension: { owner: 'ada', by, reason: 'ill', grantedBy: 'grace', ...more },
  });
  const gate = (id: string, at: number, open: boolean): GradeAct => ({
    id,
    at: after(at),
    kind: 'gate',
    open,
    by: 'g',
  });
  const decided = (...acts: GradeAct[]) => decideGrades(acts, ['weather', 'prices'], after(DAY));
  const given = { owner: 'ada', by: 2, reason: 'ill', grantedBy: 'grace' };

  test('the latest of one owner, challenge and thing holds; of two at the same moment the larger id', () => {
    expect(decided()).toStrictEqual({ extensions: [], overrides: [] });
    expect(decided(extend('b', 0, 2), extend('a', 0, 1))).toStrictEqual({
      extensions: [
        { ...given, challenge: 'weather' },
        { ...given, challenge: 'prices' },
      ],
      overrides: [],
    });
    expect(decided(extend('a', HOUR, 2), extend('b', 0, 1)).extensions.map(({ by }) => by)).toEqual([2, 2]);
    const others = [
      extend('a', 0, 1),
      extend('b', 0, 2, {}, 'prices'),
      extend('c', 0, 3, { item: 'release-1' }, 'prices'),
    ];
    expect(
      decided(...others, extend('d', 0, 4, { owner: 'bob' }, 'prices')).extensions.map((one) => [
        one.challenge,
        one.owner,
        one.item,
        one.by,
      ]),
    ).toEqual([
      ['weather', 'ada', undefined, 1],
      ['prices', 'ada', undefined, 2],
      ['prices', 'ada', 'release-1', 3],
      ['prices', 'bob', undefined, 4],
    ]);
  });
  test('what was decided at this moment holds, what comes later does not yet', () => {
    expect(decided(extend('a', DAY, 1), extend('b', DAY + 1, 2)).extensions.map(({ by }) => by)).toEqual([1, 1]);
  });
  test('every grade is kept, with its id and moment', () => {
    const override = { owner: 'ada', challenge: 'weather', points: 1, reason: 'r', by: 'grace' };
    expect(decided({ id: 'x', at: after(HOUR), kind: 'override', override }).overrides).toStrictEqual([
      { ...override, id: 'x', at: after(HOUR) },
    ]);
  });
  test('points are released until they are held back again', () => {
    expect(decided(gate('a', HOUR, true)).released).toEqual(after(HOUR));
    expect(decided(gate('b', HOUR, true), gate('c', 2 * HOUR, false))).not.toHaveProperty('released');
  });
});

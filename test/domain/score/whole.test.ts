// What a person judged, and what the criteria come to: the end, late releases, tokens of one purse.
import { describe, expect, test } from 'vitest';
import type { Criterion } from '../../../src/domain/challenge/challenge.ts';
import type { Evidence, JudgementEvidence } from '../../../src/domain/evidence/evidence.ts';
import type { ScoreInput } from '../../../src/domain/evidence/criterion.ts';
import type { ScorePolicy } from '../../../src/domain/evidence/policy.ts';
import { pointsOf, score } from '../../../src/domain/score/score.ts';
import { settleTogether } from '../../../src/domain/score/settle-together.ts';
import { after, answer, data, DAY, HOUR, input, policy, shipment } from './inputs.ts';
import { about, alone, first, told } from './told.ts';

describe('rubric', () => {
  const rubric = [
    { name: 'report', levels: [0, 2, 4] },
    { name: 'talk', levels: [0, 6] },
  ];
  const given = alone('rubric', { rubric });
  const judged = (criterion: string, level: number | null, at: number, comment = ''): JudgementEvidence => ({
    ...about,
    id: `${criterion}-${at}`,
    kind: 'judgement',
    criterion,
    level,
    said: `What ${level} means.`,
    comment,
    by: 'grace',
    at: after(at),
  });
  // oxfmt-ignore
  test.each<[string, Evidence[], Partial<ScorePolicy>?]>([
    ['nothing judged', []],
    ['a part judged, with a comment', [judged('report', 2, HOUR, 'Well done.')]],
    ['all judged', [judged('report', 4, HOUR), judged('talk', 6, HOUR)]],
    ['the latest counts', [judged('report', 4, HOUR), judged('report', 0, 2 * HOUR)]],
    ['taken back', [judged('report', 4, HOUR), judged('report', null, 2 * HOUR)]],
    ['a level that is gone', [judged('report', 3, HOUR)]],
    ['claimed only', [{ ...judged('report', 4, HOUR), trust: 'claimed' }]],
    ['no questions', [judged('report', 4, HOUR)], { rubric: undefined } as object],
  ])('%s', (_, evidence, more) =>
    expect(told('rubric', input(DAY, evidence, { policy: { ...given, ...more } }))).toMatchSnapshot(),
  );
  test('a score is final when all is judged', () => {
    const final = (evidence: Evidence[]) => score(input(30 * DAY, evidence, { policy: given })).final;
    expect(final([judged('report', 2, HOUR)])).toBeUndefined();
    expect(final([judged('report', 2, HOUR), judged('talk', 0, HOUR)])).toBe(true);
    expect(told('rubric', input(30 * DAY, [], { policy: given }))).toEqual([
      '0 of 0 of 10',
      'Not judged yet: report, talk.',
    ]);
  });
});

describe('the whole', () => {
  test('after the end all counts; what can still be done is said, what cannot is not', () => {
    const scored = score(input(22 * DAY, [data(1, 'merged', HOUR), answer('a', HOUR, { verdict: 'incorrect' })]));
    expect(pointsOf(scored)).toMatchSnapshot();
    for (const criterion of Object.keys(scored.criteria))
      expect(
        told(
          criterion as Criterion,
          input(22 * DAY, [data(1, 'merged', HOUR), answer('a', HOUR, { verdict: 'incorrect' })]),
        ),
      ).toMatchSnapshot(criterion);
  });
  test('what reached an owner after the end asks nothing of them', () => {
    const late = { dispatchedAt: after(22 * DAY) };
    const of = (...shipments: ScoreInput['shipments']) =>
      Object.entries(score(input(30 * DAY, [], { shipments })).criteria).flatMap(([name, { of }]) =>
        of > 0 ? [name] : [],
      );
    expect(of(shipment(1, late))).toEqual(['requests', 'endpoint', 'quality', 'hygiene']);
    expect(of(shipment(1, late), shipment(2))).toEqual(Object.keys(policy.criteria));
    expect(of()).toEqual(Object.keys(policy.criteria));
  });
  test('tokens of one purse pay for all challenges of an owner, with the extensions of each', () => {
    const late = { tokens: 3, daysPerToken: 1, thenPerDay: 0.1 };
    const one = input(20 * DAY, [data(1, 'merged', 9 * DAY)], { ...first, policy: { ...policy, late } });
    const other = {
      ...one,
      policy: { ...one.policy, challenge: 'prices' },
      evidence: [data(1, 'merged', 9 * DAY + HOUR)],
    };
    const settled = (...inputs: ScoreInput[]) =>
      settleTogether(inputs).map(({ lateness }) =>
        [...lateness!].map(([release, { late, tokens, lost }]) => [release, late / HOUR, tokens, lost]),
      );
    expect(settled()).toEqual([]);
    expect(settled(one, other)).toEqual([[['release-1', 48, 2, 0]], [['release-1', 49, 1, 0.2]]]);
    const more = (item?: string) => [
      { owner: 'ada', by: DAY, reason: 'ill', grantedBy: 'grace', ...(item ? { item } : {}) },
    ];
    const extended = (item?: string) => settled({ ...one, extensions: more(item) }, other);
    expect(extended()).toEqual([[['release-1', 24, 1, 0]], [['release-1', 49, 2, 0.1]]]);
    expect(extended('release-1')).toEqual(extended());
    expect(extended('release-2')).toEqual(settled(one, other));
  });
});

// What stands in a row of the gradebook: grades set by hand, the pass line, and the reasons.
import { describe, expect, test } from 'vitest';
import { buildGradebook, joinGradebooks, type Override } from '../../../src/domain/grade/gradebook.ts';
import { reaches } from '../../../src/domain/grade/pass-line.ts';
import { after, DAY, HOUR, shipment } from '../score/inputs.ts';
import { given, owner, rowOf, set } from './one-row.ts';

describe('grades set by hand', () => {
  test.each<[string, Override[], (number | undefined)[]]>([
    ['none', [], [20, 40, undefined]],
    ['the total, out of all that there is', [set(7)], [7, 40, 20]],
    ['a criterion', [set(5, { criterion: 'data' })], [5, 40, 20]],
    ['the total over a criterion', [set(5, { criterion: 'data' }), set(7)], [7, 40, 20]],
    ['the latest', [set(9, { at: after(2 * HOUR) }), set(7)], [9, 40, 20]],
    ['of two at one moment the larger id', [set(9, { id: 'b' }), set(7)], [9, 40, 20]],
    ['of two at one moment the larger id, in any order', [set(7), set(9, { id: 'b' })], [9, 40, 20]],
    ['taken back', [set(7), set(null, { at: after(2 * HOUR) })], [20, 40, undefined]],
    ['the total taken back, a criterion not', [set(5, { criterion: 'data' }), set(null)], [5, 40, 20]],
    ['at this very moment', [set(7, { at: after(2 * DAY) })], [7, 40, 20]],
    ['later', [set(7, { at: after(2 * DAY + 1) })], [20, 40, undefined]],
    ['of somebody else', [set(7, { owner: 'bob' })], [20, 40, undefined]],
    ['of another challenge', [set(7, { challenge: 'prices' })], [20, 40, undefined]],
    ['a criterion that is not scored', [set(7, { criterion: 'rubric' })], [20, 40, 20]],
  ])('%s', (_, overrides, [total, of, computed]) => {
    const row = rowOf(overrides);
    expect([row.total, row.of, row.computed]).toEqual([total, of, computed]);
  });
  test('before anything is due, a criterion counts whole and the rest not at all', () => {
    const row = rowOf([set(5, { criterion: 'data' })], { now: after(2 * HOUR), shipments: [] });
    expect([row.total, row.of, row.computed]).toEqual([5, 20, 0]);
    expect(row.criteria.data).toStrictEqual({
      points: 5,
      of: 20,
      worth: 20,
      computed: 0,
      reasons: [{ text: 'Nothing due yet.' }],
      reason: 'Set to 5 by grace: seen (computed: 0).',
    });
    expect(rowOf([set(7)], { shipments: [] })).toMatchObject({ total: 7, of: 40, computed: 0 });
  });
  test('the row lists those of its owner, in order of time', () => {
    const overrides = [set(9, { id: 'b', at: after(2 * HOUR) }), set(7), set(1, { owner: 'bob' })];
    expect(rowOf(overrides).overrides).toEqual([overrides[1], overrides[0]]);
    expect(rowOf([]).overrides).toEqual([]);
  });
});

test('the pass line is told where there is one and something is due; a rounding error does not decide', () => {
  expect(rowOf([])).not.toHaveProperty('passes');
  expect(rowOf([], { pass: 0.5 }).passes).toBe(true);
  expect(rowOf([], { pass: 0.51 }).passes).toBe(false);
  expect(rowOf([], { pass: 0.5, shipments: [] })).not.toHaveProperty('passes');
  expect([reaches(0.3, 1, 0.1 + 0.2), reaches(0.6, 1, 0.6), reaches(0.59, 1, 0.6)]).toEqual([true, true, false]);
  expect([reaches(5, 10, 0.5), reaches(5 - 1e-9, 10, 0.5), reaches(5 - 2e-9, 10, 0.5)]).toEqual([true, true, false]);
});

test('reasons are joined, and cut at a word after 600 characters', () => {
  const late = Array.from({ length: 3 }, (_, week) => ({ ...shipment(week + 1), challenge: 'weather' }));
  const { reason, reasons } = rowOf([], { shipments: late, now: after(20 * DAY) }).criteria.data!;
  expect(reason).toBe(reasons.map(({ text }) => text).join(' '));
  const rest = ' could not be delivered yet: this is on our side and does not count against you.';
  const told = (length: number): string => {
    const release = 'x'.repeat(length - rest.length);
    const shipments = [{ ...shipment(1, { state: 'failed', release }), challenge: 'weather' }];
    return rowOf([], { shipments }).criteria.data!.reason.slice(-40);
  };
  expect(told(600)).toBe(rest.slice(-40));
  expect(told(601)).toBe(`${rest.replace(/ you\.$/, '')} …`.slice(-40));
});

test('rows come challenge by challenge, also when the owners were scored apart', () => {
  const policies = [given.policies[0]!, { ...given.policies[0]!, challenge: 'prices' }];
  const whole = buildGradebook({ ...given, policies, owners: [owner('ada'), owner('bob')] });
  const apart = ['ada', 'bob'].map((slug) => buildGradebook({ ...given, policies, owners: [owner(slug)] }));
  expect(whole.rows.map((row) => [row.challenge, row.owner])).toEqual([
    ['weather', 'ada'],
    ['weather', 'bob'],
    ['prices', 'ada'],
    ['prices', 'bob'],
  ]);
  expect(joinGradebooks(apart)).toEqual(whole);
  expect(joinGradebooks([{ ...apart[0]!, rows: [] }]).rows).toEqual([]);
});

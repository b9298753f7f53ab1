import { expect, test } from 'vitest';
import { gradeGate } from '../../../src/domain/grade/grade-gate.ts';
import { buildGradebook } from '../../../src/domain/grade/gradebook.ts';
import type { GradebookInput } from '../../../src/domain/grade/gradebook.ts';
import { after, data, DAY, HOUR, policy, run, shipment } from '../score/inputs.ts';

const owner = (slug: string) => ({ slug, kind: 'student' as const, name: slug, members: [{ login: slug }] });
const given: GradebookInput = {
  policies: [policy],
  owners: [owner('ada'), owner('bob')],
  shipments: ['ada', 'bob'].map((slug) => ({ ...shipment(1, { owner: slug }), challenge: 'weather' })),
  evidence: [data(1, 'merged', HOUR), run([1], HOUR)],
  now: after(2 * DAY),
};

test('each owner has a row of their own evidence, with a reason for every criterion', () => {
  const { rows, challenges } = buildGradebook(given);
  expect(challenges).toEqual([{ name: 'weather', worth: 110 }]);
  expect(rows.map((row) => [row.owner, row.total, row.of])).toEqual([
    ['ada', 55, 55],
    ['bob', 0, 55],
  ]);
  expect(rows[0]!.criteria.data!.reason).toMatch(/release-1 has been in the default branch since/);
});

test('an override shows beside what was computed, who set it and why', () => {
  const override = {
    id: '1',
    owner: 'bob',
    challenge: 'weather',
    points: 12,
    reason: 'shown in person',
    by: 'grace',
    at: after(DAY),
  };
  const row = buildGradebook({ ...given, overrides: [{ ...override, criterion: 'pipeline' }] }).rows[1]!;
  expect(row).toMatchObject({ total: 12, computed: 0 });
  expect(row.criteria.pipeline).toMatchObject({
    points: 12,
    computed: 0,
    reason: 'Set to 12 by grace: shown in person (computed: 0).',
  });
  expect(buildGradebook({ ...given, overrides: [override] }).rows[1]).toMatchObject({
    total: 12,
    of: 110,
    computed: 0,
  });
  expect(buildGradebook({ ...given, overrides: [{ ...override, at: after(3 * DAY) }] })).toEqual(buildGradebook(given));
});

test('an extension of another challenge, or another owner, does not help', () => {
  const late = { ...given, now: after(10 * DAY), evidence: [data(1, 'merged', 9 * DAY)] };
  const points = (extension: object): number =>
    buildGradebook({
      ...late,
      extensions: [{ owner: 'ada', by: 5 * DAY, reason: 'ill', grantedBy: 'grace', ...extension }],
    }).rows[0]!.criteria.data!.points;
  expect(points({})).toBe(20);
  expect(points({ challenge: 'avocado' })).toBe(14);
  expect(points({ owner: 'bob' })).toBe(14);
});

test('the gate keeps points hidden until they are released', () => {
  const now = after(DAY);
  expect(gradeGate({ release: 'auto' }, undefined, now).open).toBe(true);
  expect(gradeGate({ release: 'manual' }, undefined, now).open).toBe(false);
  expect(gradeGate({ release: 'manual' }, after(2 * DAY), now).open).toBe(false);
  expect(gradeGate({ release: 'manual' }, now, now).open).toBe(true);
});

test('late tokens are spent over all challenges, first by what was received first', () => {
  const both = [policy, { ...policy, challenge: 'avocado' }].map((scorePolicy) => ({
    ...scorePolicy,
    late: { ...scorePolicy.late, tokens: 3 },
  }));
  const shipments = ['weather', 'avocado'].map((challenge) => ({ ...shipment(1), challenge }));
  // Due after 7 days: one is two days late, the other four.
  const evidence = [data(1, 'merged', 11 * DAY), { ...data(1, 'merged', 9 * DAY), challenge: 'avocado' }];
  const points = (policies: typeof both): (number | undefined)[] =>
    buildGradebook({ ...given, policies, shipments, evidence, now: after(12 * DAY) })
      .rows.filter(({ owner: slug }) => slug === 'ada')
      .map(({ criteria }) => criteria.data?.points);
  expect(points(both)).toEqual([11, 20]);
  expect(points([both[0]!])).toEqual([17]);
  expect(points(both.toReversed())).toEqual([20, 11]);
});

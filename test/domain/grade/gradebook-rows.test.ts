// What stands in a row of the gradebook: grades set by hand, the pass line, the gate, and what a change would do.
import { describe, expect, test } from 'vitest';
import { behindGate, gradeGate } from '../../../src/domain/grade/grade-gate.ts';
import { behindMeasure } from '../../../src/domain/grade/behind-measure.ts';
import {
  buildGradebook,
  joinGradebooks,
  type Gradebook,
  type GradebookInput,
  type GradebookRow,
  type Override,
} from '../../../src/domain/grade/gradebook.ts';
import { compareGradebooks } from '../../../src/domain/grade/what-if.ts';
import { reaches } from '../../../src/domain/grade/pass-line.ts';
import { after, data, DAY, HOUR, policy, probe, shipment } from '../score/inputs.ts';

const owner = (slug: string) => ({ slug, kind: 'student' as const, name: slug, members: [{ login: slug }] });
const given: GradebookInput = {
  policies: [{ ...policy, criteria: { data: policy.criteria.data!, pipeline: policy.criteria.pipeline! } }],
  owners: [owner('ada')],
  shipments: [{ ...shipment(1), challenge: 'weather' }],
  evidence: [data(1, 'merged', HOUR)],
  now: after(2 * DAY),
};
const set = (points: number | null, more: Partial<Override> = {}): Override => ({
  id: 'a',
  owner: 'ada',
  challenge: 'weather',
  points,
  reason: 'seen',
  by: 'grace',
  at: after(HOUR),
  ...more,
});
const rowOf = (overrides: Override[], more: Partial<GradebookInput> = {}): GradebookRow =>
  buildGradebook({ ...given, overrides, ...more }).rows[0]!;

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

describe('the gate', () => {
  test('says who may see what', () => {
    const now = after(DAY);
    const hidden = {
      open: false,
      text: 'Points are hidden until the teachers release them; the reasons are shown already.',
    };
    expect(gradeGate({ release: 'auto' }, undefined, now)).toEqual({
      open: true,
      text: 'Points are shown as they are computed.',
    });
    expect(gradeGate({ release: 'manual' }, now, now)).toEqual({
      open: true,
      text: 'The teachers have released the points.',
    });
    expect(gradeGate({ release: 'manual' }, after(DAY + 1), now)).toEqual(hidden);
    expect(gradeGate({ release: 'manual' }, undefined, now)).toEqual(hidden);
  });
  test('hides every number, and the words of a person’s judgement, which are numbers', () => {
    const row = rowOf([set(5, { criterion: 'data' })], { pass: 0.5 });
    const rubric = { points: 2, of: 4, worth: 4, reason: 'report: 2 of 4', reasons: [{ text: 'report: 2 of 4' }] };
    const judged = { ...row, criteria: { ...row.criteria, rubric } };
    expect(behindGate(judged, { open: true, text: '' })).toBe(judged);
    const { computed: _, passes: _passes, ...kept } = judged;
    expect(behindGate(judged, { open: false, text: '' })).toStrictEqual({
      ...kept,
      total: 0,
      of: 0,
      overrides: [],
      criteria: {
        data: { points: 0, of: 0, worth: 20, reasons: row.criteria.data!.reasons, reason: '' },
        pipeline: { points: 0, of: 0, worth: 20, reasons: row.criteria.pipeline!.reasons, reason: '' },
        rubric: { points: 0, of: 0, worth: 4, reasons: [], reason: '' },
      },
    });
  });
});

describe('quality, while rows are still asked', () => {
  const graded: GradebookInput = {
    ...given,
    policies: [{ ...policy, criteria: { data: policy.criteria.data!, quality: policy.criteria.quality! } }],
    evidence: [data(1, 'merged', HOUR), probe(HOUR, { quality: { metric: 'accuracy', value: 0.83, rows: 50 } })],
  };
  const note = { text: 'Until the challenge ends these points are shown in steps of 5%; the exact ones count.' };
  const exact = (overrides: Override[] = []) => buildGradebook({ ...graded, overrides }).rows[0]!;
  test('is told in steps of a twentieth, and so is the total', () => {
    const row = exact();
    expect([row.criteria.quality!.points, row.total]).toEqual([13.95, 33.95]);
    const { quality } = row.criteria;
    expect(behindMeasure(row, false)).toStrictEqual({
      ...row,
      total: 34.25,
      criteria: {
        ...row.criteria,
        quality: { ...quality, points: 14.25, reasons: [...quality!.reasons, note] },
      },
    });
  });
  test.each<[string, GradebookRow, boolean]>([
    ['the exact points when all is over', exact(), true],
    ['a row without quality', rowOf([]), false],
    ['a row without a measurement', buildGradebook({ ...graded, evidence: [] }).rows[0]!, false],
  ])('%s stay as they are', (_, row, over) => expect(behindMeasure(row, over)).toBe(row));
  test('what was computed beside a grade set by hand is told in steps, the grade is not', () => {
    const row = exact([set(9, { criterion: 'quality' })]);
    const shown = behindMeasure(row, false);
    expect(shown).toMatchObject({ total: 29, computed: 34.25 });
    expect(shown.criteria.quality).toMatchObject({ points: 9, computed: 14.25, reason: 'Set to 9 by grace: seen.' });
    expect(shown.criteria.quality!.reasons.at(-1)).toEqual(note);
    const whole = behindMeasure(exact([set(9)]), false);
    expect(whole).toMatchObject({ total: 9, computed: 34.25 });
    expect(behindMeasure(exact([set(1, { criterion: 'data' })]), false)).toMatchObject({
      total: 15.25,
      computed: 34.25,
    });
    const { computed: _, ...bare } = row;
    expect(behindMeasure(bare as GradebookRow, false)).not.toHaveProperty('computed');
  });
});

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

// What a student may see of a row: points behind the gate, and quality in steps while rows are still asked.
import { describe, expect, test } from 'vitest';
import { behindMeasure } from '../../../src/domain/grade/behind-measure.ts';
import { behindGate, gradeGate } from '../../../src/domain/grade/grade-gate.ts';
import {
  buildGradebook,
  type GradebookInput,
  type GradebookRow,
  type Override,
} from '../../../src/domain/grade/gradebook.ts';
import { after, data, DAY, HOUR, policy, probe } from '../score/inputs.ts';
import { given, rowOf, set } from './one-row.ts';

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

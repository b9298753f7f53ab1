// A row as a student sees it while hidden rows are still asked: the points for quality in steps. Exact ones would tell labels.
import { coarsePoints } from '../challenge/coarse.ts';
import { round } from '../evidence/criterion.ts';
import type { GradebookRow } from './gradebook.ts';

/** `over`: nothing more is asked in this challenge, so that there is nothing left to learn. */
export function behindMeasure(row: GradebookRow, over: boolean): GradebookRow {
  const { quality } = row.criteria;
  // Points that a person set say nothing of rows, but what was computed beside them does.
  const exact = quality?.computed ?? quality?.points;
  if (over || !quality || exact === undefined || quality.of === 0) return row;
  const stepped = coarsePoints(exact, quality.worth);
  const change = stepped - exact;
  const note = 'Until the challenge ends these points are shown in steps of 5%; the exact ones count.';
  const reasons = [...quality.reasons, { text: note }];
  if (quality.computed !== undefined) {
    const reason = quality.reason.replace(/ \(computed: [^)]*\)\.$/, '.');
    const shown = { ...quality, computed: stepped, reasons, reason };
    return {
      ...row,
      criteria: { ...row.criteria, quality: shown },
      ...(row.computed === undefined ? {} : { computed: round(row.computed + change) }),
    };
  }
  const criteria = { ...row.criteria, quality: { ...quality, points: stepped, reasons } };
  const isWhole = row.overrides.findLast(({ criterion }) => criterion === undefined)?.points ?? undefined;
  return {
    ...row,
    criteria,
    ...(row.computed === undefined ? {} : { computed: round(row.computed + change) }),
    total: isWhole === undefined ? round(row.total + change) : row.total,
  };
}

// Whether students may see their points yet.
import type { Course } from '../course/course.ts';
import type { GradebookRow } from './gradebook.ts';

/** Reasons and next steps are always shown; points only once the gate is open. */
export type Gate = { open: boolean; text: string };

/** With `release: manual` points stay hidden until somebody releases them; a later moment holds them back until then. */
export function gradeGate(grades: Pick<Course['grades'], 'release'>, released: Date | undefined, now: Date): Gate {
  if (grades.release === 'auto') return { open: true, text: 'Points are shown as they are computed.' };
  if (released && released <= now) return { open: true, text: 'The teachers have released the points.' };
  return { open: false, text: 'Points are hidden until the teachers release them; the reasons are shown already.' };
}

/** A row as a student sees it: while the gate is closed with its reasons and without points, computed or set. */
export function behindGate(row: GradebookRow, { open }: Gate): GradebookRow {
  if (open) return row;
  const { computed: _, passes: _passes, ...kept } = row;
  const criteria = Object.fromEntries(
    Object.entries(row.criteria).map(([name, { worth, reasons }]) => [
      name,
      // What a person judged is the points themselves, in words.
      { points: 0, of: 0, worth, reasons: name === 'rubric' ? [] : reasons, reason: '' },
    ]),
  );
  return { ...kept, total: 0, of: 0, criteria, overrides: [] };
}

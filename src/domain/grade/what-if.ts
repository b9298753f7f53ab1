// What a change of policy would do: two gradebooks over the same evidence, compared student by student. Nothing is applied.
import type { Gradebook, GradebookRow } from './gradebook.ts';
import { reaches } from './pass-line.ts';
import { round } from '../evidence/criterion.ts';

type Standing = { total: number; of: number; passes: boolean };
type Change = { owner: string; name: string; students: number; before: Standing; after: Standing };
export type WhatIf = {
  students: number;
  changed: number;
  crossed: number;
  /** Owners whose points change, the largest change first; several students where the owner is a group. */
  changes: Change[];
  /** `12 students change, 3 cross the pass line.` */
  text: string;
};

/** Compares the sums over all challenges. `pass` is the share of the points that passes, `passed` what it was; nothing due yet is not a failure. */
export function compareGradebooks(before: Gradebook, after: Gradebook, pass: number, passed: number = pass): WhatIf {
  const [old, changed] = [sumRows(before), sumRows(after)];
  const changes: Change[] = [];
  for (const [owner, row] of changed) {
    const was = standing(old.get(owner), passed);
    const is = standing(row, pass);
    if (was.total === is.total && was.of === is.of && was.passes === is.passes) continue;
    changes.push({ owner, name: row.name, students: Math.max(1, row.members.length), before: was, after: is });
  }
  const size = ({ before: was, after: is }: Change): number => Math.abs(is.total - was.total);
  changes.sort((a, b) => size(b) - size(a) || (a.owner < b.owner ? -1 : 1));
  const count = (list: readonly Change[]): number => list.reduce((sum, change) => sum + change.students, 0);
  const students = [...changed.values()].reduce((sum, { members }) => sum + Math.max(1, members.length), 0);
  const crossed = count(changes.filter((change) => change.before.passes !== change.after.passes));
  const text = describe(count(changes), crossed);
  return { students, changed: count(changes), crossed, changes, text };
}

type Sum = Pick<GradebookRow, 'name' | 'members' | 'total' | 'of'>;

function sumRows({ rows }: Gradebook): Map<string, Sum> {
  const sums = new Map<string, Sum>();
  for (const { owner, name, members, total, of } of rows) {
    const sum = sums.get(owner) ?? { name, members, total: 0, of: 0 };
    sums.set(owner, { ...sum, total: round(sum.total + total), of: round(sum.of + of) });
  }
  return sums;
}

function standing(sum: Sum | undefined, pass: number): Standing {
  const { total, of } = sum ?? { total: 0, of: 0 };
  return { total, of, passes: of === 0 || reaches(total, of, pass) };
}

function describe(changed: number, crossed: number): string {
  if (changed === 0) return 'No student changes.';
  const people = (count: number): string => `${count} student${count === 1 ? '' : 's'}`;
  const crossing = crossed === 0 ? 'none crosses' : `${crossed} ${crossed === 1 ? 'crosses' : 'cross'}`;
  return `${people(changed)} ${changed === 1 ? 'changes' : 'change'}, ${crossing} the pass line.`;
}

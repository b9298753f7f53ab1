// What a model of the target does, told from what the target's column holds.
import type { SeenColumn } from './seen-column.ts';

export type Task = 'classification' | 'regression';

/** A column of whole numbers with so few values holds classes, whatever they are written as. */
const mostNumberedClasses = 10;

/** What a model of the target does, or undefined where nothing is predicted. */
export function taskOf({ columns, target }: { columns: readonly SeenColumn[]; target?: string }): Task | undefined {
  const column = columns.find(({ name }) => name === target);
  if (target === undefined || !column) return undefined;
  return column.cells.kind === 'number' && !isNumberedClass(column) ? 'regression' : 'classification';
}

function isNumberedClass({ integer, classes, cells }: SeenColumn): boolean {
  return integer && classes !== undefined && classes.length <= mostNumberedClasses && cells.values > classes.length * 3;
}

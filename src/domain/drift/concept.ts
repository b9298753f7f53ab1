// Concept drift: another relation between features and target.
import { plainCells } from '../dataset/cell-reader.ts';
import { changeNumber, isClassTarget } from './change-cells.ts';
import type { DriftContext } from './drift-context.ts';
import type { CellEffect, DriftKindRules, DriftSettings } from './drift-kind.ts';

export const concept: DriftKindRules = {
  rate: 1,
  usesTarget: true,
  isConditional: ({ column }) => column !== undefined,
  cells: (drift, context) => (context.target === undefined ? undefined : turnConcept(drift, context.target, context)),
  faults: (_drift, { target }) =>
    target === undefined
      ? [{ key: 'kind', code: 'drift-target-needed', message: 'concept drift needs dataset.target' }]
      : [],
};

/**
 * Another relation between features and target: every class becomes the next one in text order, a number is mirrored at
 * the target's mean. With `column`, only rows change whose value there is above that column's mean.
 */
function turnConcept(drift: DriftSettings, target: string, context: DriftContext): CellEffect {
  const column = context.columns.indexOf(target);
  const stats = context.stats.get(target);
  const above = drift.column === undefined ? undefined : aboveMean(drift.column, context);
  const { integer = false, mean = 0 } = stats ?? {};
  const change = isClassTarget(stats)
    ? nextClass(column, stats.classes)
    : changeNumber(column, integer, context, (value) => 2 * mean - value);
  return (row, text, cells) => (above && !above(text) ? false : change(row, text, cells));
}

function nextClass(column: number, classes: readonly string[]): CellEffect {
  return (_row, text, cells) => {
    const at = classes.indexOf(text(column));
    if (at < 0 || classes.length < 2) return false;
    cells.set(column, classes[(at + 1) % classes.length]!);
    return true;
  };
}

function aboveMean(name: string, context: DriftContext): (text: (column: number) => string) => boolean {
  const column = context.columns.indexOf(name);
  const mean = context.stats.get(name)?.mean ?? 0;
  const { number } = context.cells ?? plainCells;
  return (text) => (number(text(column)) ?? Number.NEGATIVE_INFINITY) > mean;
}

// Missing values: cells are emptied.
import { type CellReader, plainCells } from '../dataset/cell-reader.ts';
import { hash32 } from '../dataset/sample.ts';
import type { DriftContext } from './drift-context.ts';
import type { CellEffect, DriftKindRules, DriftSettings } from './drift-kind.ts';

export const missing: DriftKindRules = { rate: 0.2, cells: empty };

/** Empties one column, or one seeded column of each row when none is named; never the target then. */
function empty(drift: DriftSettings, context: DriftContext): CellEffect {
  const named = drift.column === undefined ? -1 : context.columns.indexOf(drift.column);
  const others = context.columns.flatMap((name, index) => (name === context.target ? [] : [index]));
  const { isMissing }: CellReader = context.cells ?? plainCells;
  return (row, text, cells) => {
    const column = named >= 0 ? named : others[hash32(drift.seed, row, 0x6d697373) % others.length];
    if (column === undefined || isMissing(text(column))) return false;
    cells.set(column, '');
    return true;
  };
}

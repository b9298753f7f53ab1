// What kinds of drift have in common: how a number is changed in a cell, and what a target of classes is.
import { plainCells } from '../dataset/cell-reader.ts';
import type { ColumnStats, DriftContext } from './drift-context.ts';
import type { CellEffect, DriftSettings } from './drift-kind.ts';

export function isScaled({ scale = 1, shift = 0 }: DriftSettings): boolean {
  return scale !== 1 || shift !== 0;
}

/** `value * scale + shift`; what is not a number stays. Whole-numbered columns stay whole. */
export function rescale(drift: DriftSettings, name: string, context: DriftContext): CellEffect {
  const column = context.columns.indexOf(name);
  const integer = context.stats.get(name)?.integer ?? false;
  const { scale = 1, shift = 0 } = drift;
  return changeNumber(column, integer, context, (value) => value * scale + shift);
}

export function changeNumber(
  column: number,
  integer: boolean,
  { cells: reader = plainCells }: DriftContext,
  change: (value: number) => number,
): CellEffect {
  return (_row, text, cells) => {
    const before = text(column);
    const value = reader.number(before);
    if (value === undefined) return false;
    const after = reader.write(writeNumber(change(value), reader.plain(before) ?? before, integer));
    if (after === before) return false;
    cells.set(column, after);
    return true;
  };
}

/** Two decimals more than the old text had, without noise digits at the end: .2 * 1.4 is 0.28. */
function writeNumber(value: number, before: string, integer: boolean): string {
  if (integer) return String(Math.round(value));
  if (/e/i.test(before)) return String(Number(value.toPrecision(12)));
  const decimals = (before.trim().split('.')[1] ?? '').length;
  return String(Number(value.toFixed(Math.min(20, decimals + 2))));
}

/** Few different values: a class each, be they words or numbers. */
export function isClassTarget(stats: ColumnStats | undefined): stats is ColumnStats {
  return stats !== undefined && stats.classes.length > 0 && (!stats.numeric || stats.classes.length <= 20);
}

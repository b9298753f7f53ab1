// What each kind of drift does to the cells of a row that it touches.
import type { Drift } from './dataset.ts';
import type { ColumnStats, DriftContext } from './drift-context.ts';
import { type CellReader, plainCells } from './cell-reader.ts';
import { hash32 } from './sample.ts';

/** Puts the new text of changed cells into `cells`; false when there was nothing to change. */
export type CellEffect = (row: number, text: (column: number) => string, cells: Map<number, string>) => boolean;

/** Undefined for drift that leaves the cells alone (duplicate, late, a schema change by name only). */
export function cellEffect(drift: Drift, context: DriftContext): CellEffect | undefined {
  switch (drift.kind) {
    case 'covariate':
      return drift.column === undefined ? undefined : rescale(drift, drift.column, context);
    case 'schema':
      return drift.column === undefined ? undefined : rescale(drift, drift.column, context);
    case 'missing':
      return empty(drift, context);
    case 'label':
      return context.target === undefined ? undefined : relabel(drift, context.target, context);
    case 'concept':
      return context.target === undefined ? undefined : turnConcept(drift, context.target, context);
    case 'duplicate':
    case 'late':
      return undefined;
  }
}

/** `value * scale + shift`; what is not a number stays. Whole-numbered columns stay whole. */
function rescale(drift: Drift, name: string, context: DriftContext): CellEffect {
  const column = context.columns.indexOf(name);
  const integer = context.stats.get(name)?.integer ?? false;
  const { scale = 1, shift = 0 } = drift;
  return changeNumber(column, integer, context, (value) => value * scale + shift);
}

function changeNumber(
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

/** Empties one column, or one seeded column of each row when none is named; never the target then. */
function empty(drift: Drift, context: DriftContext): CellEffect {
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

/** More of one class than before (a seeded one), or a numeric target scaled and shifted. */
function relabel(drift: Drift, target: string, context: DriftContext): CellEffect {
  const column = context.columns.indexOf(target);
  const stats = context.stats.get(target);
  if (!isClassTarget(stats) || drift.scale !== undefined || drift.shift !== undefined) {
    const { scale = drift.shift === undefined ? 1.25 : 1, shift = 0 } = drift;
    return changeNumber(column, stats?.integer ?? false, context, (value) => value * scale + shift);
  }
  const klass = stats.classes[hash32(drift.seed, 0x6c61626c) % stats.classes.length]!;
  return (_row, text, cells) => {
    if (text(column) === klass) return false;
    cells.set(column, klass);
    return true;
  };
}

/**
 * Another relation between features and target: every class becomes the next one in text order, a number is mirrored at
 * the target's mean. With `column`, only rows change whose value there is above that column's mean.
 */
function turnConcept(drift: Drift, target: string, context: DriftContext): CellEffect {
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

/** Few different values: a class each, be they words or numbers. */
function isClassTarget(stats: ColumnStats | undefined): stats is ColumnStats {
  return stats !== undefined && stats.classes.length > 0 && (!stats.numeric || stats.classes.length <= 20);
}

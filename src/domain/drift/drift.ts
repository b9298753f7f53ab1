// Drift: what changes in the data of which releases. Pure: a row goes in, its changed cells come out.
// Every choice hangs on the drift's seed and the row's position among the released rows, so it is the same in every run,
// for every student, and for a release that is sent again.
import { unit } from '../dataset/sample.ts';
import type { DriftContext } from './drift-context.ts';
import type { CellEffect, RowEffect } from './drift-kind.ts';
import { type Drift, rateOf, rulesOf } from './kinds.ts';

export type ReleaseDrift = {
  /** Columns that remain, as positions in the source, with their names in this release. */
  columns: { index: number; name: string }[];
  /** True when names or columns differ from the source's: every row is rewritten. */
  reshaped: boolean;
  row: (row: number, text: (column: number) => string) => RowEffect;
};

type Active = { position: number; drift: Drift; seed: number; rate: number; cells: CellEffect | undefined };

/** The columns of one release, by the names they have in the source. */
export function originsOf(
  drifts: readonly Drift[],
  release: number,
  data: Pick<DriftContext, 'columns' | 'releases'>,
): Map<string, string> {
  const active = drifts.filter((drift) => isActive(drift, release, data.releases));
  return new Map(reshape(active, data.columns).map(({ index, name }) => [name, data.columns[index]!]));
}

/** The drift of one release, or undefined when nothing changes in it. */
export function driftOf(drifts: readonly Drift[], release: number, context: DriftContext): ReleaseDrift | undefined {
  const active = drifts.flatMap((drift, position) =>
    isActive(drift, release, context.releases) ? [activate(drift, position, context)] : [],
  );
  if (active.length === 0) return undefined;
  const columns = reshape(
    active.map(({ drift }) => drift),
    context.columns,
  );
  const reshaped =
    columns.length !== context.columns.length || columns.some(({ index, name }) => name !== context.columns[index]);
  const last = release === context.releases.length - 1;
  return { columns, reshaped, row: (row, text) => rowEffect(active, row, text, last) };
}

/** From `from` to `to`, both included. A release that is not known makes the drift start or end nowhere. */
export function isActive(drift: Drift, release: number, releases: readonly string[]): boolean {
  const from = releases.indexOf(drift.from);
  const to = drift.to === undefined ? releases.length - 1 : releases.indexOf(drift.to);
  return from >= 0 && release >= from && release <= to;
}

function activate(drift: Drift, position: number, context: DriftContext): Active {
  return { position, drift, seed: drift.seed, rate: rateOf(drift), cells: rulesOf(drift).cells?.(drift, context) };
}

function rowEffect(active: readonly Active[], row: number, text: (column: number) => string, last: boolean): RowEffect {
  const effect: RowEffect = { cells: new Map(), copies: 1, late: false, touched: [] };
  const now = (column: number): string => effect.cells.get(column) ?? text(column);
  for (const { position, drift, seed, rate, cells } of active) {
    if (unit(seed, row, position) >= rate) continue;
    const { row: changeRow } = rulesOf(drift);
    const isTouched = changeRow ? changeRow(effect, last) : cells?.(row, now, effect.cells) || isStructural(drift);
    if (isTouched) effect.touched.push(position);
  }
  return effect;
}

function isStructural(drift: Drift): boolean {
  return rulesOf(drift).reshapes === true && (drift.rename !== undefined || drift.drop !== undefined);
}

/** Renames and drops; both name columns as the source does. */
function reshape(drifts: readonly Drift[], names: readonly string[]): { index: number; name: string }[] {
  const reshaping = drifts.filter((drift) => rulesOf(drift).reshapes);
  const dropped = new Set(reshaping.flatMap(({ drop }) => drop ?? []));
  const renamed = new Map(reshaping.flatMap(({ rename }) => Object.entries(rename ?? {})));
  return names.flatMap((name, index) => (dropped.has(name) ? [] : [{ index, name: renamed.get(name) ?? name }]));
}

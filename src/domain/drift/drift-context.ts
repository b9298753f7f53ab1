// What drift has to know of the data that it changes.
import type { CellReader } from '../dataset/cell-reader.ts';

/** Of a whole column of the source. `classes` are its values in text order, at most 254; `mean` is of its numbers. */
export type ColumnStats = { numeric: boolean; integer: boolean; mean: number; classes: string[] };

export type DriftContext = {
  columns: string[];
  target?: string;
  /** Names of all releases, in order. */
  releases: string[];
  stats: ReadonlyMap<string, ColumnStats>;
  /** How cells are read; plainly when not given. */
  cells?: CellReader;
};

// What is known about a dataset before any of its rows is released.

import type { ColumnCells } from './column-evidence.ts';

/**
 * A column of the source. `kind` is a hint for checks, never a reason to rewrite text. `cells`: of a column whose every
 * cell was looked at.
 */
export type DatasetColumn = { name: string; kind?: 'number' | 'text' | 'date' | 'boolean'; cells?: ColumnCells };

/**
 * `rows` counts data rows: no header, hold-out included. For a folder of files without an index, a row is a file.
 * `sha256` is of the bytes that were looked at.
 */
export type DatasetFacts = {
  rows: number;
  columns: DatasetColumn[];
  sha256?: string;
  /** What its bytes are. */ format?: string;
};

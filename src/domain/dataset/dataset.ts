// A dataset as challenge.yml declares it: source, order and conditions on rows.

import type { CellWords } from './cell-reader.ts';

export type Dataset = CellWords & {
  /** A path in the course repository (already resolved), `https://…`, `s3://…` or an rclone remote `name:path`. */
  source: string;
  target?: string;
  order: Order;
  /** Share of the rows that is never released. */
  holdOut: number;
  /** For a folder of files: the CSV in it that lists them. */
  index?: string;
  /** Words that stand for a missing value, besides the empty cell. */
  missing?: readonly string[];
  /** Of a CSV; UTF-8 when not given. */
  encoding?: 'latin1';
};

export type Order = { kind: 'file' } | { kind: 'column'; column: string } | { kind: 'shuffle'; seed: number };

/** Rows `[from, to)` of the released rows, counted in release order. */
export type RowRange = [from: number, to: number];

export type Scalar = string | number | boolean;

/** A test on one column. `from` and `upTo` are inclusive, `above` and `to` are not; all that are given must hold. */
export type ColumnTest = {
  column: string;
  is?: Scalar;
  in?: Scalar[];
  not?: Scalar[];
  from?: string | number;
  above?: string | number;
  to?: string | number;
  upTo?: string | number;
  contains?: string;
  missing?: boolean;
};

/** Holds where the test does, or with `any`, where one of them does. */
export type Condition = ColumnTest | { any: ColumnTest[] };

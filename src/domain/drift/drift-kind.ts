// What a kind of drift says of itself. Each kind is a file in this folder and a line in `kinds.ts`.
import type { ProblemCode } from '../text/problem-codes.ts';
import type { DriftContext } from './drift-context.ts';

/** A change to the data from release `from` to release `to`, both included; without `to`, to the end. */
export type DriftSettings = {
  from: string;
  to?: string;
  column?: string;
  /** Values become `value * scale + shift`. */
  scale?: number;
  shift?: number;
  /** Share of the rows that is touched, 0 to 1. */
  rate?: number;
  /** Old name to new name. */
  rename?: Record<string, string>;
  drop?: string[];
  seed: number;
};

/** Puts the new text of changed cells into `cells`; false when there was nothing to change. */
export type CellEffect = (row: number, text: (column: number) => string, cells: Map<number, string>) => boolean;

/** What becomes of one row. `touched` are the positions of the drifts that had an effect. */
export type RowEffect = { cells: Map<number, string>; copies: number; late: boolean; touched: number[] };

/** What a drift is checked against. */
export type DriftData = { columns: readonly string[]; releases: readonly string[]; target?: string };
/** `key`: the key that is wrong. */
export type DriftFault = { key: string; code: ProblemCode; message: string; hint?: string };

export type DriftKindRules = {
  /** Share of the rows that are touched when `rate` is not given. */
  rate: number;
  /** What it does to cells; absent, or undefined, where it leaves them alone. */
  cells?: (drift: DriftSettings, context: DriftContext) => CellEffect | undefined;
  /** What it does to a row as a whole; false where it cannot. */
  row?: (effect: RowEffect, isLastRelease: boolean) => boolean;
  /** It may rename and drop columns. */
  reshapes?: true;
  /** `scale` and `shift` want a column of numbers. */
  rescales?: true;
  /** It changes the target. */
  usesTarget?: true;
  /** Rows arrive in another release than their own. */
  movesRows?: true;
  /** Not all rows that the rate picks are touched. */
  isConditional?: (drift: DriftSettings) => boolean;
  faults?: (drift: DriftSettings, data: DriftData) => DriftFault[];
};

// How the readers of a roster say what is wrong with it, and where.
import type { Level } from '../text/problem.ts';

export type Cell = { text: string; line: number; column: number };

export type Say = (
  at: { line: number; column: number },
  level: Level,
  code: string,
  message: string,
  hint?: string,
) => void;

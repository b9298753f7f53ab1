// How the readers of a roster say what is wrong with it, and where.
import type { ProblemCode } from '../text/problem-codes.ts';
import type { Level } from '../text/problem.ts';

export type Cell = { text: string; line: number; column: number };

export type Say = (
  at: { line: number; column: number },
  level: Level,
  code: ProblemCode,
  message: string,
  hint?: string,
) => void;

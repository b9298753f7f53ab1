// A person's mistake, as data: where it is, what it is, and what to do about it.
import type { ProblemCode } from './problem-codes.ts';
import { unseen } from './unseen.ts';

export type Level = 'error' | 'warning' | 'notice';

/** One finding in a file that a person wrote. `line` and `column` are 1-based; `code` is stable and tests assert it. */
export type Problem = {
  file: string;
  line: number;
  column: number;
  level: Level;
  code: ProblemCode;
  message: string;
  hint?: string;
};

/** The one-line form that terminals and editors understand: `file:line:col level code message`. */
export function formatProblem(problem: Problem): string {
  const { file, line, column, level, code, message, hint } = problem;
  const text = `${file}:${line}:${column} ${level} ${code} ${message}${hint ? ` (${hint})` : ''}`;
  // What people wrote is repeated here, and must neither end the line nor steer a terminal.
  return text.replace(unseen, '\uFFFD');
}

/** True when nothing stands in the way: warnings and notices do not count. */
export function isAcceptable(problems: readonly Problem[]): boolean {
  return !problems.some((problem) => problem.level === 'error');
}

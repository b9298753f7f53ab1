// Problems of one file by code: the first ones with their lines, and the rest as a number.
import type { ProblemCode } from '../../domain/text/problem-codes.ts';
import type { Level, Problem } from '../../domain/text/problem.ts';

/** Problems of one kind are listed up to this number; one more says how many there are. */
const mostProblems = 20;

type Finding = { code: ProblemCode; message: string; hint?: string | undefined; level?: Level; column?: number };

export class ProblemList {
  readonly #file: string;
  readonly #problems: Problem[] = [];
  readonly #counts = new Map<ProblemCode, number>();

  constructor(file: string) {
    this.#file = file;
  }

  /** Finding the line takes a look at the text before it: that is done for those that are listed only. */
  add(line: number | (() => number), { code, message, hint, level = 'error', column = 1 }: Finding): void {
    const count = (this.#counts.get(code) ?? 0) + 1;
    this.#counts.set(code, count);
    if (count > mostProblems) return;
    const at = typeof line === 'number' ? line : line();
    const hinted = hint === undefined ? {} : { hint };
    this.#problems.push({ file: this.#file, line: at, column, level, code, message, ...hinted });
  }

  has(code: ProblemCode): boolean {
    return this.#counts.has(code);
  }

  count(code: ProblemCode): number {
    return this.#counts.get(code) ?? 0;
  }

  /** Takes all of one kind back, where their common cause is known. */
  drop(code: ProblemCode): void {
    this.#counts.delete(code);
    for (let at = this.#problems.length - 1; at >= 0; at--) {
      if (this.#problems[at]!.code === code) this.#problems.splice(at, 1);
    }
  }

  list(): Problem[] {
    const more = [...this.#counts].flatMap(([code, count]): Problem[] => {
      if (count <= mostProblems) return [];
      const level = this.#problems.find((problem) => problem.code === code)?.level ?? 'error';
      const message = `${count - mostProblems} more of the same`;
      return [{ file: this.#file, line: 1, column: 1, level, code, message }];
    });
    return [...this.#problems, ...more];
  }
}

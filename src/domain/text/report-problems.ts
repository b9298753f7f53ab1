// Collects what is wrong with one file, each finding at the place in the file that a person must change.
import type { Level, Problem } from './problem.ts';
import { valueAt } from './value-at.ts';
import type { Path, YamlSource } from './yaml-source.ts';
import type { ProblemCode } from './problem-codes.ts';

type Say = (path: Path, code: ProblemCode, message: string, hint?: string) => void;

export type Report = {
  problems: Problem[];
  error: Say;
  warning: Say;
  /** True when the file really lacks this path: what was removed for being wrong is not missing. */
  lacks: (path: Path) => boolean;
  /** A plain value as it is written in the file, for numbers of more digits than a double holds. */
  written: (path: Path) => string | undefined;
};

/** `original` turns a path in the checked value into the path in the file. */
export function reportOn(source: YamlSource, original: (path: Path) => Path = (path) => path): Report {
  const problems: Problem[] = [];
  const say =
    (level: Level): Say =>
    (path, code, message, hint) => {
      problems.push(source.problem(original(path), level, code, message, hint));
    };
  const lacks = (path: Path): boolean => valueAt(source.value, original(path)) === undefined;
  const written = (path: Path): string | undefined => source.written(original(path));
  return { problems, error: say('error'), warning: say('warning'), lacks, written };
}

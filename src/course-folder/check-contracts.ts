// The data contracts of challenges: schema.yml beside challenge.yml, where there is one.
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { checkSource } from '../dataset/slice/check-slice.ts';
import { DatasetError } from '../dataset/work/dataset-error.ts';
import { sourceOptions } from '../dataset/source/prepare-source.ts';
import { isRemoteSource } from '../domain/challenge/source-kind.ts';
import type { Challenge } from '../domain/challenge/challenge.ts';
import { type Contract, parseContract } from '../domain/dataset/contract.ts';
import type { Problem } from '../domain/text/problem.ts';

/** `file` is the challenge's, relative to the course folder `root`. */
export async function readContract(root: string, file: string): Promise<{ contract?: Contract }> {
  const path = join(dirname(file), 'schema.yml').replaceAll('\\', '/');
  const bytes = await readFile(join(root, path)).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  return bytes ? parseContract(bytes, path) : {};
}

/** A problem of a file that is not in the course repository is shown where the file is named. */
export function elsewhere(problem: Problem, source: string, file: string): Problem {
  return { ...problem, file, line: 1, column: 1, message: `\`${source}\`, line ${problem.line}: ${problem.message}` };
}

/** Everything in the course's sources that breaks their contracts: said on the pull request, before anything ships. */
export async function checkContracts(
  root: string,
  challenges: readonly Challenge[],
  pathOf: (source: string) => string | undefined,
): Promise<Problem[]> {
  const problems: Problem[] = [];
  for (const { file, dataset } of challenges) {
    // What is wrong with the contract itself is found with the other files of the course.
    const { contract } = await readContract(root, file);
    const path = pathOf(dataset.source);
    if (!contract || path === undefined) continue;
    const found = await checkSource(path, contract, sourceOptions(dataset)).catch((error: unknown) => {
      // What cannot be read at all has its problem already.
      if (error instanceof DatasetError) return [];
      throw error;
    });
    problems.push(
      ...(isRemoteSource(dataset.source) ? found.map((problem) => elsewhere(problem, dataset.source, file)) : found),
    );
  }
  return problems;
}

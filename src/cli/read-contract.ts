// The data contracts of challenges: schema.yml beside challenge.yml, where there is one.
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { checkSource } from '../dataset/check-slice.ts';
import { DatasetError } from '../dataset/dataset-error.ts';
import { isRemoteSource } from '../domain/challenge-dataset.ts';
import type { Challenge } from '../domain/challenge.ts';
import { type Contract, parseContract } from '../domain/contract.ts';
import type { Problem } from '../domain/problem.ts';

/** `file` is the challenge's, relative to the course folder `root`. */
export async function readContract(root: string, file: string): Promise<{ contract?: Contract }> {
  const path = join(dirname(file), 'schema.yml').replaceAll('\\', '/');
  const bytes = await readFile(join(root, path)).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  return bytes ? parseContract(bytes, path) : {};
}

/** Everything in the course's own sources that breaks their contracts: said on the pull request, before anything ships. */
export async function checkContracts(root: string, challenges: readonly Challenge[]): Promise<Problem[]> {
  const problems: Problem[] = [];
  for (const { file, dataset } of challenges) {
    // What is wrong with the contract itself is found with the other files of the course.
    const { contract } = await readContract(root, file);
    if (!contract || isRemoteSource(dataset.source)) continue;
    const options = { name: dataset.source, ...(dataset.index === undefined ? {} : { index: dataset.index }) };
    const found = await checkSource(join(root, dataset.source), contract, options).catch((error: unknown) => {
      // What cannot be read at all has its problem already.
      if (error instanceof DatasetError) return [];
      throw error;
    });
    problems.push(...found);
  }
  return problems;
}

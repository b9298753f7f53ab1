// Slices that git would not take, said in the plan: estimated from the size of the source.
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { filesBelow } from '../dataset/source/list-folder.ts';
import { carriersInGit } from '../domain/carrier/carriers.ts';
import type { Challenge } from '../domain/challenge/challenge.ts';
import type { DatasetFacts } from '../domain/dataset/facts.ts';
import { rowCounts } from '../domain/plan/plan.ts';
import type { Problem } from '../domain/text/problem.ts';

const mega = 2 ** 20;
const largestFile = 100 * mega;

/** Only forms whose slices are as long as their share of the source: a Parquet file says nothing about its CSV. */
export async function checkSizes(
  challenges: readonly Challenge[],
  facts: Readonly<Record<string, DatasetFacts>>,
  counts: Readonly<Record<string, readonly number[]>>,
  pathOf: (source: string) => string | undefined,
): Promise<Problem[]> {
  const problems: Problem[] = [];
  for (const challenge of challenges) {
    const { dataset, carriers, file, sample } = challenge;
    const known = facts[dataset.source];
    const inGit = carriers.some(({ kind }) => carriersInGit.includes(kind));
    const path = pathOf(dataset.source);
    if (!known || !inGit || path === undefined) continue;
    problems.push(...(await largeFiles(path, file)));
    if (!/\.(csv|tsv|jsonl|ndjson)$/i.test(dataset.source)) continue;
    const found = await stat(path).catch(() => undefined);
    if (!found?.isFile() || found.size < largestFile) continue;
    for (const [index, rows = 0] of rowCounts(challenge, known, counts[file]).entries()) {
      const bytes = (found.size * rows * sample) / known.rows;
      if (bytes >= largestFile) problems.push(tooLarge(file, challenge.releases[index]!.name, bytes));
    }
  }
  return problems;
}

/** Files of a folder travel as they are. */
async function largeFiles(folder: string, file: string): Promise<Problem[]> {
  if (!(await stat(folder).catch(() => undefined))?.isDirectory()) return [];
  const large: Problem[] = [];
  for (const path of await filesBelow(folder)) {
    const { size } = await stat(join(folder, path));
    if (size >= largestFile) large.push(tooLargeFor(file, `\`${path}\` has ${Math.round(size / mega)} MB`));
  }
  return large.slice(0, 20);
}

function tooLarge(file: string, release: string, bytes: number): Problem {
  return tooLargeFor(file, `\`${release}\` would be about ${Math.round(bytes / mega)} MB for each student`);
}

function tooLargeFor(file: string, what: string): Problem {
  return {
    file,
    line: 1,
    column: 1,
    level: 'error',
    code: 'slice-too-large',
    message: `${what}, and git takes less than 100 MB`,
    hint: 'ship it by `asset` or rclone, or make more and smaller releases',
  };
}

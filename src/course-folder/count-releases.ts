// How many rows the releases have whose rows a condition chooses: counted, since only the data itself can tell.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { countRows } from '../dataset/slice/count-rows.ts';
import { DatasetError } from '../dataset/work/dataset-error.ts';
import { sourceOptions } from '../dataset/source/prepare-source.ts';
import type { Challenge } from '../domain/challenge/challenge.ts';
import type { DatasetFacts } from '../domain/dataset/facts.ts';
import { calendarOf } from '../domain/plan/plan.ts';

/** By file of the challenge, one number for each of its releases. Challenges without conditions are not counted. */
export async function countReleases(
  challenges: readonly Challenge[],
  facts: Readonly<Record<string, DatasetFacts>>,
  pathOf: (source: string) => string | undefined,
): Promise<Record<string, number[]>> {
  const counts: Record<string, number[]> = {};
  for (const challenge of challenges) {
    const { name, file, dataset, releases } = challenge;
    const known = facts[dataset.source];
    const path = pathOf(dataset.source);
    if (!known || path === undefined || !releases.some(({ take }) => take.kind === 'where')) continue;
    const course = { drift: [], per: 'course' as const, sample: 1 };
    const spec = { challenge: name, dataset, releases: calendarOf(challenge, known), ...course };
    const work = await mkdtemp(join(tmpdir(), 'practicum-count-'));
    try {
      counts[file] = await countRows(path, sourceOptions(dataset), spec, work);
    } catch (error) {
      // A column that is not there, a row that cannot be read: that has its own problem, with its place.
      if (!(error instanceof DatasetError)) throw error;
    } finally {
      await rm(work, { recursive: true, force: true });
    }
  }
  return counts;
}

// Where the source of a challenge is on this machine: in the checked-out course, or fetched once from elsewhere.
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { realpath } from 'node:fs/promises';
import { basename, join, resolve, sep } from 'node:path';
import { isRemoteSource } from '../domain/challenge-dataset.ts';
import { DatasetError } from './dataset-error.ts';
import { fetchSource, type Ways } from './fetch-source.ts';

export type Locating = {
  /** The checked-out course repository. */
  course: string;
  /** Where fetched sources are kept. */
  kept: string;
  ways: Ways;
  /** Fetches again what is kept. */
  refresh?: boolean;
};

/** Throws `source_missing` for a path that leads out of the course, by a link as well. */
export async function locateSource(source: string, { course, kept, ways, refresh }: Locating): Promise<string> {
  if (!isRemoteSource(source)) return insideOf(course, source);
  const name = basename(source.replace(/[?#].*$/, '')).replace(/[^\w.-]/g, '_') || 'file';
  const path = join(kept, createHash('sha256').update(source).digest('hex').slice(0, 24), name);
  if (refresh === true || !existsSync(path)) await fetchSource(source, path, ways);
  return path;
}

/** The real path of what `path` names below `folder`, links followed; it must still be below. */
export async function insideOf(folder: string, path: string): Promise<string> {
  const missing = (cause?: unknown): DatasetError => {
    return new DatasetError('source_missing', `${path} is not a file or folder of ${basename(folder)}`, cause);
  };
  const root = await realpath(folder).catch((cause: unknown) => Promise.reject(missing(cause)));
  const found = await realpath(resolve(root, path)).catch((cause: unknown) => Promise.reject(missing(cause)));
  if (found !== root && !found.startsWith(root + sep)) throw missing();
  return found;
}

// A path below a folder, with links followed: what lies outside is not there.
import { realpath } from 'node:fs/promises';
import { basename, resolve, sep } from 'node:path';
import { DatasetError } from '../work/dataset-error.ts';

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

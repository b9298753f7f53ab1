// Sources from elsewhere for a command: fetched again only when they have changed, with progress on a terminal.
import { join } from 'node:path';
import { readDatabaseConfig } from '../../config.ts';
import { openSlices } from '../../dataset/slice/open-slices.ts';
import type { Io } from './command.ts';
import { sourceAccess } from '../../course-folder/source-access.ts';

const step = 2 ** 20;

/** Keeps what it fetches where the app does: in `PRACTICUM_HOME`. */
export function fetcher(course: string, io: Io): (source: string) => Promise<string> {
  const { home } = readDatabaseConfig(io.env, io.cwd);
  return async (source) => {
    let shown = 0;
    const tell = (bytes: number): void => {
      if (!io.progress || bytes - shown < step) return;
      shown = bytes;
      io.err(`\rfetching ${source}: ${Math.floor(bytes / step)} MB`);
    };
    const path = await openSlices(join(home, 'slices'), sourceAccess(io.env, tell)).locate(source, course, {
      refresh: true,
    });
    if (shown > 0) io.err('\n');
    return path;
  };
}

// A folder of this project as the files of a repository.
import { globSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Files } from './start-live.ts';

const made = /(?:^|\/)(?:__pycache__|\.pytest_cache|\.ruff_cache|\.venv|\.practicum)\//;

/** What running things in it has left behind is not part of it. */
export function readFolder(folder: string): Files {
  const paths = globSync(['**/*', '**/.*', '**/.*/**/*'], { cwd: folder }).filter(
    (path) => statSync(join(folder, path)).isFile() && !made.test(path),
  );
  return Object.fromEntries(paths.map((path) => [path, readFileSync(join(folder, path))]));
}

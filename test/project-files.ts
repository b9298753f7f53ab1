// The files of this repository, found by walking it: a copy without its history, or one that git distrusts, is tested alike.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

export const root = join(import.meta.dirname, '..');

/** What .gitignore leaves out, and git itself. */
const leftOut = /^(\.git|node_modules|dist|coverage|\.practicum|\.env|.*\.log|.*\.pem)$/;

/** Paths below `folder`, from the top of the repository, sorted. */
export function projectFiles(folder = ''): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true })
    .filter(({ name }) => !leftOut.test(name))
    .flatMap((entry) => {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      return entry.isDirectory() ? projectFiles(path) : [path];
    })
    .toSorted();
}

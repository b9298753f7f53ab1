// Which files are the code of a command: those it names, and their neighbours that they may import.
import { statSync } from 'node:fs';
import { dirname, extname, join, posix } from 'node:path';
import { listFiles } from './hash-path.ts';

/** Files that a file with this ending may import. Others (shell, say) are taken alone. */
const families: readonly (readonly string[])[] = [
  ['.py', '.pyi'],
  ['.js', '.mjs', '.cjs', '.ts', '.mts'],
  ['.r', '.R'],
  ['.jl'],
];

/**
 * Code files of a command, relative to `root`. Generous on purpose: a file too many costs one more run, a file
 * too few would keep a stale result.
 */
export function findCode(command: string, root: string, folder: string, pythonPath: string | undefined): string[] {
  const words = command.split(/[\s;&|<>()'"`=]+/).filter(Boolean);
  const found = new Set<string>();
  words.forEach((word, index) => {
    if (words[index - 1] === '-m') for (const file of moduleFiles(word, root, folder, pythonPath)) found.add(file);
    else if (/^[\w./\\-]+$/.test(word)) for (const file of namedFiles(word, root, folder)) found.add(file);
  });
  return [...found].sort();
}

function namedFiles(word: string, root: string, folder: string): string[] {
  const path = posix.normalize(posix.join(folder, word.replaceAll('\\', '/')));
  if (path.startsWith('..') || word.startsWith('/') || !isFile(join(root, path))) return [];
  const family = families.find((endings) => endings.includes(extname(path)));
  if (!family) return extname(path) === '' || /\.(sh|bash|sql|ipynb)$/.test(path) ? [path] : [];
  return [path, ...neighbours(root, posix.dirname(path), family)];
}

/** `python -m a.b`: everything in the package `a`, which is what `a.b` can import from its own. */
function moduleFiles(module: string, root: string, folder: string, pythonPath: string | undefined): string[] {
  const first = module.split('.')[0]!;
  if (!/^\w+$/.test(first)) return [];
  for (const base of ['.', ...(pythonPath ?? '').split(/[:;]/).filter(Boolean)]) {
    const inside = posix.normalize(posix.join(folder, base.replaceAll('\\', '/')));
    if (inside.startsWith('..') || posix.isAbsolute(base)) continue;
    const path = posix.join(inside, first);
    if (isFile(join(root, `${path}.py`))) return [`${path}.py`, ...neighbours(root, inside, families[0]!)];
    if (isFolder(join(root, path))) return neighbours(root, path, families[0]!);
  }
  return [];
}

function neighbours(root: string, folder: string, family: readonly string[]): string[] {
  const accept = (name: string): boolean => family.includes(extname(name));
  // Beside the whole repository there may be thousands of files; at its root only direct neighbours count.
  const files = listFiles(join(root, folder), accept, 2_000);
  return files.filter((file) => folder !== '.' || dirname(file) === '.').map((file) => posix.join(folder, file));
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

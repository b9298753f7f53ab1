// What `git diff` says between two commits: renames, line counts and patches.
import type { GitRepository } from './store.ts';

export type FileDiff = {
  path: string;
  previous: string | undefined;
  status: 'added' | 'removed' | 'modified' | 'renamed' | 'changed';
  oid: string;
  additions: number;
  deletions: number;
  patch: string | undefined;
};

const letters: Record<string, FileDiff['status']> = {
  A: 'added',
  D: 'removed',
  M: 'modified',
  R: 'renamed',
  T: 'changed',
};

type Raw = Pick<FileDiff, 'path' | 'previous' | 'status' | 'oid'>;

/** `--raw -z`: ":mode mode oid oid STATUS\0path\0[path\0]", then `--numstat -z`: "+\t-\tpath\0" or "+\t-\t\0old\0new\0". */
function parseRaw(text: string): { files: Raw[]; counts: Map<string, [number, number]> } {
  const parts = text.split('\0');
  const files: Raw[] = [];
  const counts = new Map<string, [number, number]>();
  for (let at = 0; at < parts.length; at++) {
    const part = parts[at] ?? '';
    if (part.startsWith(':')) {
      const [, , before = '', after = '', letter = 'M'] = part.split(' ');
      const status = letters[letter.charAt(0)] ?? 'modified';
      const first = parts[++at] ?? '';
      const path = status === 'renamed' ? (parts[++at] ?? '') : first;
      files.push({
        path,
        previous: status === 'renamed' ? first : undefined,
        status,
        oid: status === 'removed' ? before : after,
      });
    } else if (part !== '') {
      const [added = '0', removed = '0', name = ''] = part.split('\t');
      if (name === '') at += 1;
      const path = name === '' ? (parts[++at] ?? '') : name;
      counts.set(path, [Number.parseInt(added, 10) || 0, Number.parseInt(removed, 10) || 0]);
    }
  }
  return { files, counts };
}

/** The patches in the order of the files, without their headers; undefined for binary files and pure renames. */
function parsePatches(text: string): (string | undefined)[] {
  return text
    .split(/^(?=diff --git )/m)
    .filter((part) => part.startsWith('diff --git '))
    .map((part) => {
      const start = part.search(/^@@ /m);
      return start < 0 ? undefined : part.slice(start).replace(/\n$/, '');
    });
}

const largestPatch = 1024 * 1024;

export async function diffFiles(git: GitRepository, before: string, after: string): Promise<FileDiff[]> {
  const common = ['-M', '--no-ext-diff', '--full-index'];
  const { files, counts } = parseRaw(await git.output(['diff', ...common, '--raw', '--numstat', '-z', before, after]));
  if (files.length === 0) return [];
  const patches = parsePatches(await git.output(['diff', ...common, '-p', before, after]));
  return files.map((file, at) => {
    const [additions, deletions] = counts.get(file.path) ?? [0, 0];
    const patch = patches.length === files.length ? patches[at] : undefined;
    return { ...file, additions, deletions, patch: patch && patch.length <= largestPatch ? patch : undefined };
  });
}

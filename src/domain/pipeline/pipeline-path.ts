// Paths that a pipeline file names: inside the repository, never in `.git`, in one spelling.

export type CheckedPath = { ok: true; path: string } | { ok: false; reason: string };

/**
 * One spelling of a path, relative to the folder of the pipeline file. `depth` is how many folders that is below the
 * root of the repository: so many `..` still stay inside. Back-slashes count as separators, for Windows.
 */
export function checkPath(text: string, depth = 0, base = '.'): CheckedPath {
  const slashed = text.replaceAll('\\', '/');
  if (/\p{Cc}/u.test(text)) return { ok: false, reason: 'has control characters' };
  if (text.trim() === '') return { ok: false, reason: 'is empty' };
  if (slashed.startsWith('/') || /^[A-Za-z]:/.test(slashed)) {
    return {
      ok: false,
      reason: 'is absolute, which may be outside the repository; paths are relative to the pipeline file',
    };
  }
  if (/^~(?:\/|$)/.test(slashed)) return { ok: false, reason: 'is in a home folder, outside the repository' };
  const parts: string[] = [];
  for (const part of `${base}/${slashed}`.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..' && parts.length > 0 && parts.at(-1) !== '..') parts.pop();
    else parts.push(part);
  }
  if (parts.filter((part) => part === '..').length > depth) return { ok: false, reason: 'is outside the repository' };
  if (parts.some((part) => /^\.git$/i.test(part))) return { ok: false, reason: 'is inside .git' };
  return { ok: true, path: parts.join('/') || '.' };
}

/** True when both are the same file, or one is a folder around the other. */
export function overlaps(a: string, b: string): boolean {
  return a === b || a === '.' || b === '.' || a.startsWith(`${b}/`) || b.startsWith(`${a}/`);
}

/** The folders around a path, itself first: `a/b/c` → `a/b/c`, `a/b`, `a`. */
export function ancestors(path: string): string[] {
  const parts = path.split('/');
  return parts.map((_, index) => parts.slice(0, parts.length - index).join('/'));
}

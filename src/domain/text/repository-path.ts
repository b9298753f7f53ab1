// Which paths a course may name: inside a repository, never where git or GitHub keep their own, and writable on every system.

/** Why a path cannot be used, in words that follow "must"; undefined when it can. Trailing slashes are allowed. */
export function pathFault(path: string): string | undefined {
  if (path.trim() === '') return 'must not be empty';
  if (path.length > 240) return 'must have at most 240 characters';
  if (path.includes('\\')) return 'must use `/`, not `\\`';
  if (path.startsWith('/') || /^[A-Za-z]:/.test(path)) return 'must be relative to the repository, not absolute';
  if (path.startsWith('~')) return 'must be relative to the repository, not to a home folder';
  const segments = path.replace(/\/$/, '').split('/');
  for (const segment of segments) {
    const fault = segmentFault(segment);
    if (fault) return fault;
  }
  return undefined;
}

function segmentFault(segment: string): string | undefined {
  if (segment === '') return 'must not have an empty part (`//`)';
  if (segment === '..') return 'must stay inside the repository (`..` leaves it)';
  if (segment === '.') return 'must not contain `.` as a part';
  // File systems that fold case, drop trailing dots or ignore invisible characters would see `.git` here.
  const folded = segment
    .normalize('NFKC')
    .replace(/[\p{Cf}\p{Cc}]/gu, '')
    .replace(/[. ]+$/, '')
    .toLowerCase();
  if (folded === '.git' || /^git~\d+$/.test(folded)) return 'must not enter `.git`';
  if (folded === '.github') return 'must not enter `.github`: workflows are not data';
  if (folded === '.gitmodules') return 'must not replace `.gitmodules`';
  if (/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(segment)) return 'must not contain invisible characters';
  if (/[<>:"|?*]/.test(segment)) return 'must not contain any of `< > : " | ? *`, which some systems cannot write';
  if (/[. ]$/.test(segment) || segment.startsWith(' '))
    return 'must not have a part that ends in a dot or is padded with spaces';
  return undefined;
}

/** Placeholders of a template, in order: `data/{release}.csv` → `['release']`. */
export function placeholdersOf(template: string): string[] {
  return [...template.matchAll(/\{([^{}]*)\}/g)].map((match) => match[1]!);
}

/** Fills `{name}`; what is not given stays as written. */
export function fillTemplate(template: string, values: Readonly<Record<string, string>>): string {
  return template.replaceAll(/\{([^{}]*)\}/g, (whole, name: string) =>
    Object.hasOwn(values, name) ? values[name]! : whole,
  );
}

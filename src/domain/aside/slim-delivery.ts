// A webhook of unusual size, as far as anything here reads it: what a student's push can blow up is cut.

/** The longest text that GitHub takes anywhere is 65,536 characters. */
const longestText = 70_000;
const mostPaths = 2000;
const mostEntries = 3000;

type Commit = { added?: unknown; modified?: unknown; removed?: unknown };

/** Undefined where it is no JSON object. */
export function slimDelivery(body: Uint8Array): Record<string, unknown> | undefined {
  let read: unknown;
  try {
    read = JSON.parse(new TextDecoder().decode(body));
  } catch {
    return undefined;
  }
  if (typeof read !== 'object' || read === null || Array.isArray(read)) return undefined;
  const { commits, ...rest } = read as Record<string, unknown>;
  const slim = cut(rest) as Record<string, unknown>;
  return Array.isArray(commits) ? { ...slim, commits: slimCommits(commits as Commit[]) } : slim;
}

/** Of a push's commits only the answers count that they brought. */
function slimCommits(commits: readonly Commit[]): Record<string, string[]>[] {
  let left = mostPaths;
  const paths = (list: unknown): string[] => {
    const all = Array.isArray(list) ? (list as unknown[]) : [];
    const kept = all
      .filter((path): path is string => typeof path === 'string' && path.startsWith('answers/'))
      .slice(0, left);
    left -= kept.length;
    return kept;
  };
  return commits
    .map(({ added, modified, removed }) => ({
      added: paths(added),
      modified: paths(modified),
      removed: paths(removed),
    }))
    .filter((lists) => Object.values(lists).some((list) => list.length > 0));
}

function cut(value: unknown): unknown {
  if (typeof value === 'string') return value.length > longestText ? value.slice(0, longestText) : value;
  if (Array.isArray(value)) return value.slice(0, mostEntries).map(cut);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, cut(inner)]));
}

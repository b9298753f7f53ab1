// From which commit of its template was a repository made? Told by its files: nothing else of the template is copied with them.
import type { SimpleGit } from 'simple-git';

type Input = {
  git: SimpleGit;
  /** The student's commit. */
  head: string;
  /** The template's newest commit. */
  to: string;
  /** The tree of a template's commit with what is filled in when a repository is made from it. */
  filledIn: (commit: string) => Promise<string>;
};

/** Filling in costs several calls of git for each commit. */
const mostFilledIn = 50;

/**
 * The newest commit of the template whose files the repository once had, all of them and nothing else: as they were copied, or with
 * the course filled in. Undefined when there is none.
 */
export async function findTemplateCommit({ git, head, to, filledIn }: Input): Promise<string | undefined> {
  const had = new Set((await history(git, head)).map(({ tree }) => tree));
  const template = await history(git, to);
  const copied = template.find(({ tree }) => had.has(tree));
  if (copied) return copied.commit;
  for (const { commit } of template.slice(0, mostFilledIn)) if (had.has(await filledIn(commit))) return commit;
  return undefined;
}

/** Newest first, never a commit before one that came after it. */
async function history(git: SimpleGit, commit: string): Promise<{ commit: string; tree: string }[]> {
  const lines = (await git.raw(['log', '--topo-order', '--format=%H %T', commit])).trim().split('\n');
  return lines.map((line) => ({ commit: line.slice(0, line.indexOf(' ')), tree: line.slice(line.indexOf(' ') + 1) }));
}

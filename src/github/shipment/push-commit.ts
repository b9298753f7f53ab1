// A commit that is too large for the API: made in a temporary bare repository and pushed, only if the branch has not moved.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FileAddition, Head } from '../repository/branch.ts';
import type { SimpleGit } from 'simple-git';
import { failure } from '../client/error.ts';
import { credentials, environmentCode, gitIn } from '../repository/git.ts';
import { whileSmall } from '../repository/scratch-clone.ts';
import { isFailure } from '../../domain/text/failure.ts';

/** Where a push goes, and as whom. */
export type PushSettings = { webUrl: string; owner: string; appSlug: string; token: () => Promise<string> };

/** Arguments have a limit. */
const filesPerCall = 200;

/** Throws `stale-data` when the branch has moved, `push-failed` otherwise. */
export async function pushCommit(
  { webUrl, owner, repo, appSlug, token }: PushSettings & { repo: string },
  head: Head,
  message: string,
  additions: readonly FileAddition[],
): Promise<string> {
  const url = `${webUrl}/${owner}/${repo}.git`;
  const directory = await mkdtemp(join(tmpdir(), 'practicum-push-'));
  const bot = { name: `${appSlug}[bot]`, email: `${appSlug}[bot]@users.noreply.github.com` };
  const variables = {
    ...credentials(url, await token()),
    GIT_INDEX_FILE: join(directory, 'practicum.index'),
    GIT_AUTHOR_NAME: bot.name,
    GIT_AUTHOR_EMAIL: bot.email,
    GIT_COMMITTER_NAME: bot.name,
    GIT_COMMITTER_EMAIL: bot.email,
  };
  const git = gitIn(directory, variables);
  const fetch = ['fetch', '--quiet', '--no-tags', '--depth=1', url, head.oid];
  try {
    await git.init(true);
    await whileSmall(directory, (abort) => gitIn(directory, variables, abort).raw(fetch));
    await git.raw(['read-tree', head.oid]);
    for (let at = 0; at < additions.length; at += filesPerCall) {
      await stage(git, directory, additions.slice(at, at + filesPerCall));
    }
    const tree = (await git.raw(['write-tree'])).trim();
    const commit = (await git.raw(['commit-tree', tree, '-p', head.oid, '-m', message])).trim();
    const ref = `refs/heads/${head.branch}`;
    await git.raw(['push', '--quiet', '--porcelain', `--force-with-lease=${ref}:${head.oid}`, url, `${commit}:${ref}`]);
    return commit;
  } catch (cause) {
    throw isFailure(cause, 'repository-too-large') ? cause : explain(cause as Error);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** As they are: no filter of the student's, no line ending of the machine's. */
async function stage(git: SimpleGit, directory: string, additions: readonly FileAddition[]): Promise<void> {
  const files: string[] = [];
  for (const [index, addition] of additions.entries()) {
    const file = 'from' in addition ? addition.from : join(directory, `addition-${index}`);
    if ('contents' in addition) await writeFile(file, addition.contents);
    files.push(file);
  }
  const blobs = (await git.raw(['hash-object', '-w', '--no-filters', '--', ...files])).trim().split('\n');
  const entries = additions.flatMap(({ path, executable }, index) => [
    '--cacheinfo',
    `${executable ? '100755' : '100644'},${blobs[index]},${path}`,
  ]);
  await git.raw(['update-index', '--add', ...entries]);
}

/** A branch that moved between our look and the fetch is told from other failures by git's words. */
function explain(cause: Error): Error {
  const stale = /stale info|fetch first|non-fast-forward|cannot lock ref|not our ref/.test(cause.message);
  // What ended it is at the end; hints come before.
  const code = stale ? 'stale-data' : (environmentCode(cause) ?? 'push-failed');
  return failure(code, cause.message.slice(-500), false, cause);
}

// A commit made of its parts (blobs, tree, commit): for a commit beside the branch, and for files with modes of their own.
import { contentsOf, type FileAddition, type Head } from '../repository/branch.ts';
import { failure } from '../client/error.ts';
import type { Repository } from '../client/repository.ts';
import { isFailure } from '../../domain/text/failure.ts';

/** A commit on top of `parent` that no branch points to yet. */
export async function commitBeside(
  { octokit, owner, repo }: Repository,
  parent: string,
  message: string,
  additions: readonly FileAddition[],
): Promise<string> {
  const { data: base } = await octokit.rest.git.getCommit({ owner, repo, commit_sha: parent });
  const tree = [];
  for (const addition of additions) {
    const content = (await contentsOf(addition)).toString('base64');
    const { data: blob } = await octokit.rest.git.createBlob({ owner, repo, content, encoding: 'base64' });
    const mode = addition.executable ? ('100755' as const) : ('100644' as const);
    tree.push({ path: addition.path, mode, type: 'blob' as const, sha: blob.sha });
  }
  const { data: made } = await octokit.rest.git.createTree({ owner, repo, base_tree: base.tree.sha, tree });
  const { data: commit } = await octokit.rest.git.createCommit({
    owner,
    repo,
    message,
    tree: made.sha,
    parents: [parent],
  });
  return commit.sha;
}

/** The same at the end of the branch; throws `stale-data` when it has moved. */
export async function commitInParts(
  repository: Repository,
  { branch, oid }: Head,
  message: string,
  additions: readonly FileAddition[],
): Promise<string> {
  const sha = await commitBeside(repository, oid, message, additions);
  const { octokit, owner, repo } = repository;
  await octokit.rest.git
    .updateRef({ owner, repo, ref: `heads/${branch}`, sha, force: false })
    .catch((error: unknown) => {
      if (!isFailure(error, 'unprocessable')) throw error;
      throw failure('stale-data', `${branch} has moved: ${(error as Error).message}`);
    });
  return sha;
}

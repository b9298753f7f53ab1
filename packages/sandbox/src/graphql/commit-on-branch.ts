// The mutation createCommitOnBranch: one commit, only if the branch is still where the caller saw it.
import { requireRepository } from '../world/access.ts';
import { inEmptyWindow } from '../http/empty-window.ts';
import { Refusal } from '../world/errors.ts';
import type { TreeChange } from '../git/change-tree.ts';
import { entryAt } from '../git/diff-trees.ts';
import type { GitRepository } from '../git/store.ts';
import { openGit } from '../world/open-git.ts';
import type { Repository } from '../world/records.ts';
import { appendCommit } from '../changes/write-commit.ts';
import type { Ctx } from '../http/context.ts';
import { fail, failed } from './fail.ts';
import { commitNode, refNode } from './git-nodes.ts';

export type CommitInput = {
  branch: { id?: string | null; repositoryNameWithOwner?: string | null; branchName?: string | null };
  fileChanges?: { additions: { path: string; contents: string }[]; deletions: { path: string }[] } | null;
  message: { headline: string; body?: string | null };
  expectedHeadOid: string;
};

function target(ctx: Ctx, { branch }: CommitInput): { repository: Repository; branch: string } {
  const [, id, ref] = branch.id ? (/^Ref:(\d+):(.+)$/.exec(Buffer.from(branch.id, 'base64url').toString()) ?? []) : [];
  const [owner = '', name = ''] = (branch.repositoryNameWithOwner ?? '').split('/');
  const repository =
    id === undefined ? ctx.state.repositoryByName(owner, name)?.repository : ctx.state.repository(Number(id));
  if (!repository)
    throw fail(
      'NOT_FOUND',
      `Could not resolve to a Repository with the name '${branch.repositoryNameWithOwner ?? branch.id}'.`,
    );
  try {
    requireRepository(ctx.state, ctx.actor, repository, { permission: 'contents', level: 'write' });
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    if (error.status === 404)
      throw fail('NOT_FOUND', `Could not resolve to a Repository with the name '${owner}/${name}'.`);
    throw fail('FORBIDDEN', error.message);
  }
  return { repository, branch: (ref ?? branch.branchName ?? '').replace(/^refs\/heads\//, '') };
}

async function changesOf(git: GitRepository, tree: string, head: string, input: CommitInput): Promise<TreeChange[]> {
  const changes: TreeChange[] = [];
  for (const { path } of input.fileChanges?.deletions ?? []) {
    if (!(await entryAt(git, tree, path))) {
      throw fail(
        'UNPROCESSABLE',
        `A path was requested for deletion which does not exist as of commit oid \`${head}\`: ${path}`,
      );
    }
    changes.push({ path, entry: null });
  }
  for (const { path, contents } of input.fileChanges?.additions ?? []) {
    if (!/^[A-Za-z0-9+/\s]*={0,2}\s*$/.test(contents))
      throw fail('UNPROCESSABLE', `contents of ${path} is not valid Base64`);
    const oid = await git.write('blob', Buffer.from(contents, 'base64'));
    changes.push({ path, entry: { mode: (await entryAt(git, tree, path))?.mode ?? '100644', oid } });
  }
  return changes;
}

export async function createCommitOnBranch(ctx: Ctx, input: CommitInput): Promise<Record<string, unknown>> {
  const { repository, branch } = target(ctx, input);
  const git = openGit(ctx, repository);
  const commit = await git.exclusively(async () => {
    const head = inEmptyWindow(repository) ? undefined : await git.ref(`refs/heads/${branch}`);
    const parent = head && (await git.commit(head));
    if (!parent) throw fail('NOT_FOUND', `No ref named '${branch}' in '${ctx.state.fullName(repository)}'`);
    if (parent.oid !== input.expectedHeadOid) {
      throw failed('stale-head', { oid: input.expectedHeadOid });
    }
    const { headline, body } = input.message;
    const message = body ? `${headline}\n\n${body}` : headline;
    const changes = await changesOf(git, parent.tree, parent.oid, input);
    try {
      return await appendCommit(ctx, repository, { branch, parent: parent.oid, message, changes }, ctx.actor);
    } catch (error) {
      if (error instanceof Refusal && error.row === 'branch-protected')
        throw failed('graphql-branch-protected', { branch });
      if (error instanceof Refusal) throw fail(error.status === 403 ? 'FORBIDDEN' : 'UNPROCESSABLE', error.message);
      throw error;
    }
  });
  return {
    commit: commitNode(ctx, repository, commit),
    ref: refNode(ctx, repository, `refs/heads/${branch}`, commit.oid),
  };
}

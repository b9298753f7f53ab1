// A commit that the API makes for somebody: who is its author, whether it is signed, and its place on a branch.
import { senderOf, type Actor } from '../world/actor.ts';
import { unprocessable } from '../world/errors.ts';
import { changeTree, UnusablePath, type TreeChange } from '../git/change-tree.ts';
import { emptyTree, zeroOid, type Commit, type Identity } from '../git/objects.ts';
import { identityOf, webFlowIdentity } from '../present/commits.ts';
import { openGit } from '../world/open-git.ts';
import { updateRef } from './ref-updates.ts';
import type { Repository } from '../world/records.ts';
import { sign } from '../world/signatures.ts';
import type { World } from '../world/world.ts';

/** An author or committer as a client states it. */
export type Stated = { name?: unknown; email?: unknown; date?: unknown } | null | undefined;

export type CommitRequest = {
  message: string;
  tree: string;
  parents: string[];
  author?: Stated;
  committer?: Stated;
};

function stated(world: World, person: Stated, fallback: Identity): Identity {
  if (!person) return fallback;
  const date = person.date === undefined ? world.clock.now() : new Date(String(person.date));
  if (Number.isNaN(date.getTime())) throw unprocessable('Invalid request.\n\nInvalid date.');
  if (typeof person.name !== 'string' || typeof person.email !== 'string') {
    throw unprocessable('Invalid request.\n\n"name" and "email" are required.');
  }
  return { name: person.name, email: person.email, date };
}

/**
 * Writes the commit object. Made by an app (or through `web`: contents, merges) without a stated author it is committed
 * and signed by GitHub; a stated author or committer makes it unsigned.
 */
export async function writeCommit(
  world: World,
  repository: Repository,
  request: CommitRequest,
  actor: Actor,
  web: boolean,
): Promise<string> {
  const account = senderOf(actor);
  if (!account) throw unprocessable('Author is required');
  const now = world.clock.now();
  const own = identityOf(account, now);
  const author = stated(world, request.author, own);
  const custom = Boolean(request.author ?? request.committer);
  const signed = !custom && (web || account.type === 'Bot');
  const fallback = signed || (web && !request.author) ? webFlowIdentity(now) : author;
  const commit = {
    tree: request.tree,
    parents: request.parents,
    author,
    committer: stated(world, request.committer, fallback),
    message: request.message,
  };
  return openGit(world, repository).writeCommit(signed ? sign(world.state, commit) : { ...commit, signature: null });
}

export type Append = {
  branch: string;
  /** The head that the branch must have, or undefined to begin it. */
  parent: string | undefined;
  message: string;
  changes: readonly TreeChange[];
  author?: Stated;
  committer?: Stated;
};

/** One more commit on a branch, with the changed files. To be called inside `exclusively`. */
export async function appendCommit(
  world: World,
  repository: Repository,
  append: Append,
  actor: Actor,
): Promise<Commit> {
  const git = openGit(world, repository);
  const parent = append.parent === undefined ? undefined : await git.commit(append.parent);
  let tree: string;
  try {
    tree = await changeTree(git, parent?.tree ?? emptyTree, append.changes);
  } catch (error) {
    if (error instanceof UnusablePath) throw unprocessable(error.message);
    throw error;
  }
  const { author, committer, message } = append;
  const oid = await writeCommit(
    world,
    repository,
    { message, tree, parents: parent ? [parent.oid] : [], author, committer },
    actor,
    true,
  );
  await updateRef(
    world,
    repository,
    { ref: `refs/heads/${append.branch}`, before: append.parent ?? zeroOid, after: oid },
    actor,
  );
  const commit = await git.commit(oid);
  if (!commit) throw new Error(`the commit ${oid} cannot be read back`);
  return commit;
}

// Merges a pull request by merge commit, squash or rebase.
import { recordMerge } from '../world/activity.ts';
import type { Actor } from '../world/actor.ts';
import { refused, Refusal } from '../world/errors.ts';
import { mergeCommits } from '../git/merge.ts';
import type { Commit } from '../git/objects.ts';
import type { GitRepository } from '../git/store.ts';
import { webFlowIdentity } from '../present/commits.ts';
import { openGit } from '../world/open-git.ts';
import { updateRef } from './ref-updates.ts';
import type { Repository } from '../world/records.ts';
import { sign } from '../world/signatures.ts';
import { writeCommit } from './write-commit.ts';
import type { World } from '../world/world.ts';
import { announcePull, closePull } from '../pulls/announce.ts';
import { factsOf } from '../pulls/facts.ts';
import type { Pull } from '../pulls/records.ts';
import { approvalsOf, reviewsNeeded } from '../pulls/required-reviews.ts';

export type MergeRequest = {
  method: 'merge' | 'squash' | 'rebase';
  title: string | undefined;
  message: string | undefined;
  sha: string | undefined;
};

const notMergeable = () => refused('not-mergeable');
const settingOf = { merge: 'allow_merge_commit', squash: 'allow_squash_merge', rebase: 'allow_rebase_merge' } as const;
const wordOf = { merge: 'Merge commits are', squash: 'Squash merges are', rebase: 'Rebase merges are' } as const;

/** The id of the commit that the base branch has afterwards. To be called inside `exclusively`. */
export async function mergePull(
  world: World,
  repository: Repository,
  pull: Pull,
  request: MergeRequest,
  actor: Actor,
): Promise<string> {
  if (pull.state !== 'open') throw notMergeable();
  if (pull.draft) throw refused('still-a-draft');
  if (request.sha !== undefined && request.sha !== pull.head.sha) {
    throw refused('head-modified');
  }
  if (repository.settings[settingOf[request.method]] === false) {
    throw new Refusal(405, `${wordOf[request.method]} not allowed on this repository.`);
  }
  if (approvalsOf(world, repository, pull) < reviewsNeeded(world, repository, pull.base.ref, actor))
    throw refused('review-required');
  const git = openGit(world, repository);
  const ref = `refs/heads/${pull.base.ref}`;
  const base = await git.ref(ref);
  if (!base || !(await factsOf(world, repository, pull)).mergeable) throw notMergeable();
  const after = await commitMerge(world, repository, pull, request, base, actor);
  // Merged before the branch moves, so that the moving branch does not close it once more.
  const before = { ...pull };
  closePull(world, pull, actor, after);
  pull.base.sha = base;
  try {
    await updateRef(world, repository, { ref, before: base, after }, actor, { merging: true });
    recordMerge(world, repository, ref);
  } catch (error) {
    Object.assign(pull, before);
    throw error;
  }
  await announcePull(world, repository, pull, 'closed', actor);
  return after;
}

async function commitMerge(
  world: World,
  repository: Repository,
  pull: Pull,
  request: MergeRequest,
  base: string,
  actor: Actor,
): Promise<string> {
  const git = openGit(world, repository);
  if (request.method === 'rebase') return rebase(world, git, base, pull.head.sha);
  const merged = await mergeCommits(git, base, pull.head.sha);
  if (merged.tree === undefined) throw notMergeable();
  const owner = world.state.account(repository.owner).login;
  const squash = request.method === 'squash';
  const title =
    request.title ??
    (squash ? `${pull.title} (#${pull.number})` : `Merge pull request #${pull.number} from ${owner}/${pull.head.ref}`);
  const text = request.message ?? (squash ? await squashText(git, base, pull.head.sha) : pull.title);
  const message = text === '' ? title : `${title}\n\n${text}`;
  const parents = squash ? [base] : [base, pull.head.sha];
  return writeCommit(world, repository, { message, tree: merged.tree, parents }, actor, true);
}

async function commitsBetween(git: GitRepository, base: string, head: string): Promise<Commit[]> {
  const list = (await git.commitsOf(head, [base])).toReversed();
  const commits = (await Promise.all(list.map((oid) => git.commit(oid)))).filter((commit) => commit !== undefined);
  return commits.filter(({ parents }) => parents.length < 2);
}

async function squashText(git: GitRepository, base: string, head: string): Promise<string> {
  const commits = await commitsBetween(git, base, head);
  const [only] = commits;
  if (commits.length === 1 && only) return only.message.split('\n').slice(2).join('\n').trim();
  return commits.map((commit) => `* ${commit.message.trim()}`).join('\n\n');
}

/** Each commit again on top of the other, by a merge whose base is the commit's own parent. */
async function rebase(world: World, git: GitRepository, base: string, head: string): Promise<string> {
  let tip = base;
  const committer = webFlowIdentity(world.clock.now());
  for (const commit of await commitsBetween(git, base, head)) {
    const parent = commit.parents[0] === undefined ? undefined : await git.commit(commit.parents[0]);
    const onto = await git.commit(tip);
    if (!parent || !onto) throw notMergeable();
    const plain = { author: committer, committer, message: 'for a three-way merge', signature: null };
    const root = await git.writeCommit({ ...plain, tree: parent.tree, parents: [] });
    const left = await git.writeCommit({ ...plain, tree: onto.tree, parents: [root] });
    const right = await git.writeCommit({ ...plain, tree: commit.tree, parents: [root] });
    const merged = await mergeCommits(git, left, right);
    if (merged.tree === undefined) throw notMergeable();
    const { author, message } = commit;
    tip = await git.writeCommit(sign(world.state, { tree: merged.tree, parents: [tip], author, committer, message }));
  }
  return tip;
}

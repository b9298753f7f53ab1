// What git says of a pull request: can it be merged, how many commits, how large a change.
import { identityOf } from '../present/commits.ts';
import { mergeCommits } from '../git/merge.ts';
import { zeroOid } from '../git/objects.ts';
import { openGit } from '../world/open-git.ts';
import type { Repository } from '../world/records.ts';
import { sign } from '../world/signatures.ts';
import type { World } from '../world/world.ts';
import type { Pull } from './records.ts';

type Facts = NonNullable<Pull['facts']>;

/** Kept until base or head move; also keeps refs/pull/N/merge at the trial merge. */
export async function factsOf(world: World, repository: Repository, pull: Pull): Promise<Facts> {
  const git = openGit(world, repository);
  const tip = pull.mergeCommit === null ? await git.ref(`refs/heads/${pull.base.ref}`) : undefined;
  const base = tip ?? pull.base.sha;
  const { sha: head } = pull.head;
  const of = `${base}...${head}`;
  if (pull.facts?.of === of || (pull.facts && pull.mergeCommit !== null)) return pull.facts;
  const numbers = await git.run(['diff', '--shortstat', '-M', of]);
  const number = (word: string) => Number(new RegExp(`(\\d+) ${word}`).exec(numbers.stdout.toString())?.[1] ?? 0);
  const commits = await git.commitsOf(head, [base]);
  const merged = await mergeCommits(git, base, head);
  pull.facts = {
    of,
    mergeable: merged.tree !== undefined,
    mergeSha: merged.tree === undefined ? null : await trialMerge(world, repository, pull, base, merged.tree),
    commits: commits.length,
    additions: number('insertion'),
    deletions: number('deletion'),
    files: number('file'),
  };
  return pull.facts;
}

async function trialMerge(
  world: World,
  repository: Repository,
  pull: Pull,
  base: string,
  tree: string,
): Promise<string> {
  const git = openGit(world, repository);
  const author = identityOf(world.state.account(pull.user), new Date(pull.updatedAt));
  const message = `Merge ${pull.head.sha} into ${base}`;
  const commit = sign(world.state, { tree, parents: [base, pull.head.sha], author, committer: author, message });
  const oid = await git.writeCommit(commit);
  const ref = `refs/pull/${pull.number}/merge`;
  await git.moveRef(ref, (await git.ref(ref)) ?? zeroOid, oid);
  return oid;
}

/** refs/pull/N/head: how anybody fetches a pull request. */
export async function pointHead(world: World, repository: Repository, pull: Pull): Promise<void> {
  const git = openGit(world, repository);
  const ref = `refs/pull/${pull.number}/head`;
  await git.moveRef(ref, (await git.ref(ref)) ?? zeroOid, pull.head.sha);
}

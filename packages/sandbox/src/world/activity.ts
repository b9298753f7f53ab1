// What became of each branch and when: GitHub's own record of pushes, which a forced push or a deletion adds to and never changes.
import { stamp } from './clock.ts';
import { zeroOid } from '../git/objects.ts';
import type { GitRepository } from '../git/store.ts';
import type { Account, Repository } from './records.ts';
import type { World } from './world.ts';

export type Activity = {
  id: number;
  ref: string;
  before: string;
  after: string;
  timestamp: string;
  type: 'push' | 'force_push' | 'branch_creation' | 'branch_deletion' | 'pr_merge';
  actor: number;
};

type Change = { ref: string; before: string; after: string };

/** The record of a repository, oldest first. */
export function activitiesOf({ state }: Pick<World, 'state'>, { id }: Repository): Activity[] {
  return (state.area('activity', (): Record<number, Activity[]> => ({}))[id] ??= []);
}

export async function recordActivity(
  world: World,
  repository: Repository,
  git: GitRepository,
  { ref, before, after }: Change,
  sender: Account,
): Promise<void> {
  const timestamp = stamp(world.clock.now());
  const type = await typeOf(git, before, after);
  activitiesOf(world, repository).push({
    id: world.state.nextId(),
    ref,
    before,
    after,
    timestamp,
    type,
    actor: sender.id,
  });
}

async function typeOf(git: GitRepository, before: string, after: string): Promise<Activity['type']> {
  if (before === zeroOid) return 'branch_creation';
  if (after === zeroOid) return 'branch_deletion';
  return (await git.isAncestor(before, after)) ? 'push' : 'force_push';
}

/** The last move of that branch was the merge of a pull request. */
export function recordMerge(world: World, repository: Repository, ref: string): void {
  const last = activitiesOf(world, repository).findLast((activity) => activity.ref === ref);
  if (last) last.type = 'pr_merge';
}

// The reviews that a protected branch asks for, and those that a pull request has.
import { isOwner, roleAtLeast, roleOf } from '../world/access.ts';
import type { Actor } from '../world/actor.ts';
import type { Repository } from '../world/records.ts';
import type { World } from '../world/world.ts';
import { pullArea, type Pull } from './records.ts';

type Required = {
  required_approving_review_count?: number;
  bypass_pull_request_allowances?: { apps?: string[]; users?: string[] };
} | null;

/** How many approving reviews a change of the branch needs from this actor; 0 where it may just move it. */
export function reviewsNeeded(
  world: Pick<World, 'state'>,
  repository: Repository,
  branch: string,
  actor: Actor,
): number {
  const rules = repository.protection[branch];
  const required = rules?.required_pull_request_reviews as Required | undefined;
  if (!rules || !required) return 0;
  const { apps = [], users = [] } = required.bypass_pull_request_allowances ?? {};
  if (actor.kind === 'installation' && apps.includes(actor.app.slug)) return 0;
  if (actor.kind === 'user') {
    if (users.includes(actor.account.login)) return 0;
    const admin =
      isOwner(world.state, repository.owner, actor.account.id) ||
      roleAtLeast(roleOf(world.state, actor.account.id, repository), 'admin');
    if (admin && rules.enforce_admins !== true) return 0;
  }
  return required.required_approving_review_count ?? 1;
}

/** Those whose last word on the pull request is an approval, and who may write. */
export function approvalsOf(world: Pick<World, 'state'>, repository: Repository, pull: Pull): number {
  const last = new Map<number, string>();
  for (const review of Object.values(pullArea(world.state).reviews)) {
    if (review.pull === pull.id && review.state !== 'COMMENTED' && review.state !== 'PENDING')
      last.set(review.user, review.state);
  }
  return [...last].filter(
    ([user, state]) => state === 'APPROVED' && roleAtLeast(roleOf(world.state, user, repository), 'push'),
  ).length;
}

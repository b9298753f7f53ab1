// The pull_request event, and closing.
import { senderOf, type Actor } from '../world/actor.ts';
import { stamp } from '../world/clock.ts';
import type { Repository } from '../world/records.ts';
import type { World } from '../world/world.ts';
import { presentPullFull } from './present.ts';
import type { Pull } from './records.ts';

export async function announcePull(
  world: World,
  repository: Repository,
  pull: Pull,
  action: string,
  actor: Actor,
  more: Record<string, unknown> = {},
): Promise<void> {
  const sender = senderOf(actor);
  if (!sender) return;
  const fresh = action === 'opened' || action === 'synchronize' || action === 'reopened' ? 'unknown' : 'known';
  const payload = { number: pull.number, pull_request: await presentPullFull(world, repository, pull, fresh), ...more };
  world.emit({ event: 'pull_request', action, payload, repository, sender, actor });
}

/** Marks it closed, or merged by `mergeCommit`; the caller announces it. */
export function closePull(world: World, pull: Pull, actor: Actor, mergeCommit?: string): void {
  const now = stamp(world.clock.now());
  pull.state = 'closed';
  pull.closedAt = now;
  pull.updatedAt = now;
  if (mergeCommit === undefined) return;
  pull.mergeCommit = mergeCommit;
  pull.mergedAt = now;
  pull.mergedBy = senderOf(actor)?.id ?? null;
}

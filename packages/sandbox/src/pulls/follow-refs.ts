// Pull requests follow their branches: new head → synchronize; head in base → merged; branch deleted → closed.
import type { Actor } from '../world/actor.ts';
import { stamp } from '../world/clock.ts';
import { zeroOid } from '../git/objects.ts';
import { openGit } from '../world/open-git.ts';
import type { Repository } from '../world/records.ts';
import type { World } from '../world/world.ts';
import { announcePull, closePull } from './announce.ts';
import { factsOf, pointHead } from './facts.ts';
import { pullsOf, type Pull } from './records.ts';

export async function followRefs(
  world: World,
  repository: Repository,
  change: { ref: string; before: string; after: string },
  actor: Actor,
): Promise<void> {
  const branch = change.ref.replace(/^refs\/heads\//, '');
  for (const pull of pullsOf(world.state, repository)) {
    if (pull.state !== 'open') continue;
    if (pull.head.ref === branch) await followHead(world, repository, pull, change.after, actor);
    else if (pull.base.ref === branch) await followBase(world, repository, pull, change.after, actor);
  }
}

async function followHead(
  world: World,
  repository: Repository,
  pull: Pull,
  after: string,
  actor: Actor,
): Promise<void> {
  const before = pull.head.sha;
  if (after === zeroOid) {
    closePull(world, pull, actor);
    await announcePull(world, repository, pull, 'closed', actor);
    return;
  }
  const git = openGit(world, repository);
  const base = await git.ref(`refs/heads/${pull.base.ref}`);
  pull.head.sha = after;
  pull.updatedAt = stamp(world.clock.now());
  await pointHead(world, repository, pull);
  if (base !== undefined && (await git.isAncestor(after, base))) {
    // Nothing is left to merge: GitHub closes it.
    closePull(world, pull, actor);
    await announcePull(world, repository, pull, 'closed', actor);
    return;
  }
  if (base !== undefined) pull.base.sha = base;
  await factsOf(world, repository, pull);
  await announcePull(world, repository, pull, 'synchronize', actor, { before, after });
}

async function followBase(
  world: World,
  repository: Repository,
  pull: Pull,
  after: string,
  actor: Actor,
): Promise<void> {
  if (after === zeroOid) closePull(world, pull, actor);
  else if (await openGit(world, repository).isAncestor(pull.head.sha, after)) {
    await factsOf(world, repository, pull);
    closePull(world, pull, actor, after);
  } else return;
  await announcePull(world, repository, pull, 'closed', actor);
}

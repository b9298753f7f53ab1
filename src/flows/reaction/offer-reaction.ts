// A pull request of the course plans the next release: say what looking at the class first would cost. Nothing runs yet.
import type { LiveEvent } from '../../domain/placement/live/events.ts';
import {
  pipelineId,
  reactionId,
  reactWorkflow,
  readRunName,
  sampleOwners,
  wholeClass,
  type Reaction,
} from '../../domain/reaction/reaction.ts';
import type { FlowPorts } from '../../ports/flow-ports.ts';
import { advancePlacement } from '../placement/advance-placement.ts';
import { inForce, type InForce } from '../course/in-force.ts';
import { findReleases, type NextRelease } from './find-release.ts';
import { showReaction } from './show-reaction.ts';

type Asked = { organisation: string; repository: string; commit: string; pull: number };

export async function offerReaction(
  ports: FlowPorts,
  { organisation, repository, commit, pull }: Asked,
): Promise<void> {
  if (repository !== ports.courseRepository) return;
  const found = await inForce(ports.store, organisation);
  if (!found || repository !== found.record.repository) return;
  await supersedeOthers(ports, found, pull, commit);
  const known = (await ports.store.reactions.ofPull(organisation, pull)).findLast(
    (candidate) => candidate.commit === commit,
  );
  if (known) return showReaction(ports, found, known);
  const next = (await findReleases(ports, found, commit)).find(
    (findRelease) => findRelease.changed && findRelease.shipments.length > 0,
  );
  if (!next) return;
  const reaction = newReaction(found, next, { commit, pull, turn: 0 });
  await ports.store.reactions.save(organisation, reaction);
  await showReaction(ports, found, reaction);
}

/** Of the whole class, or of a sample that the commit draws. */
export function newReaction(
  { challenges }: InForce,
  { challenge, release, shipments }: NextRelease,
  { commit, pull, turn, most = wholeClass }: Pick<Reaction, 'commit' | 'pull' | 'turn'> & { most?: number },
): Reaction {
  const about = { challenge: challenge.name, commit, turn };
  const places = new Map(shipments.map(({ owner, repository }) => [owner, repository]));
  const looked = sampleOwners([...places.keys()], most, commit);
  return {
    ...about,
    id: reactionId(about),
    release,
    pull,
    state: 'offered',
    students: places.size,
    by: challenges.some(({ placement }) => placement !== undefined) ? 'queue' : 'hosted',
    runs: looked.map((owner) => ({ owner, repository: places.get(owner)!, state: 'waiting' })),
  };
}

/** Nobody needs to know what an older commit would have done: what waits is taken back, what runs is stopped. */
async function supersedeOthers(ports: FlowPorts, found: InForce, pull: number, commit: string): Promise<void> {
  const { store, clock } = ports;
  const { organisation, repository } = found.record;
  for (const { id, commit: other, state } of await store.reactions.ofPull(organisation, pull)) {
    if (other === commit || (state !== 'running' && state !== 'offered')) continue;
    const reaction = await store.transaction(async (inside) => {
      const held = await inside.reactions.lock(organisation, id);
      if (!held || held.state === 'over') return undefined;
      await inside.reactions.save(organisation, { ...held, state: 'superseded' });
      return held;
    });
    if (!reaction) continue;
    if (reaction.state === 'running' && reaction.by === 'queue') {
      const at = clock.now().getTime() / 1000;
      const events = reaction.runs.map((_, index): LiveEvent => ({
        type: 'cancelled',
        id: pipelineId(reaction, index),
        at,
      }));
      await advancePlacement(ports, organisation, events);
    } else if (reaction.state === 'running') {
      const { placements } = ports.github(found.record);
      for (const run of await placements.runs(repository, reactWorkflow))
        if (readRunName(run.name)?.id === id && run.status !== 'completed') await placements.cancel(repository, run.id);
    }
    await showReaction(ports, found, { ...reaction, state: 'superseded' });
  }
}

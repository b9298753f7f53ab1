// One step of a reaction: give up what is silent, start what may start, show how far it is.
import {
  giveUpSilent,
  nextRuns,
  readRunName,
  reactWorkflow,
  runName,
  endRun,
  type Reaction,
} from '../../domain/reaction/reaction.ts';
import type { ReactionOutcome } from '../../domain/reaction/outcome.ts';
import type { Job, JobPayload } from '../../ports/job-map.ts';
import type { FlowPorts } from '../../ports/flow-ports.ts';
import { inForce, type InForce } from '../course/in-force.ts';
import { placeTask, tellPlacement } from '../placement/carry-out-placement.ts';
import type { JobWebhook } from '../placement/follow-placement.ts';
import { showReaction } from './show-reaction.ts';

/** A run that is lost tells nobody. */
const lookEveryMs = 600_000;
const hostedLabels = ['ubuntu-latest'];

export function advanceJob(organisation: string, id: string, dueAt: Date): Job {
  const key = organisation.toLowerCase();
  return {
    key: `advance-reaction/${key}/${id}`,
    name: 'advance-reaction',
    payload: { organisation: key, id },
    dueAt,
    lane: `reaction/${key}`,
  };
}

export async function advanceReaction(
  ports: FlowPorts,
  { organisation, id }: { organisation: string; id: string },
): Promise<void> {
  const { store, clock } = ports;
  const found = await inForce(store, organisation);
  if (!found) return;
  const now = clock.now();
  const reaction = await store.transaction(async ({ reactions }) => {
    const held = await reactions.lock(organisation, id);
    if (held?.state !== 'running') return held;
    giveUpSilent(held, now);
    for (const index of nextRuns(held)) Object.assign(held.runs[index]!, { state: 'started', startedAt: now });
    await reactions.save(organisation, held);
    return held;
  });
  if (!reaction || reaction.state === 'superseded') return;
  if (reaction.by === 'hosted') await sendStarted(ports, found, reaction);
  await showReaction(ports, found, reaction);
  if (reaction.state === 'running')
    await store.enqueue([advanceJob(organisation, id, new Date(now.getTime() + lookEveryMs))]);
}

/** Looks for a run of its name before it starts one, so that a kill between the two repeats none. */
async function sendStarted(ports: FlowPorts, found: InForce, reaction: Reaction): Promise<void> {
  const { organisation } = found.record;
  for (const [index, run] of reaction.runs.entries()) {
    if (run.state !== 'started' || run.sent || reaction.state !== 'running') continue;
    await dispatchRun(ports, found, reaction, { index, name: runName(reaction, index), labels: hostedLabels });
    await change(ports, organisation, reaction.id, (held) => {
      held.runs[index]!.sent = true;
      return true;
    });
  }
}

type Place = { index: number; name: string; labels: readonly string[] };

async function dispatchRun(
  ports: FlowPorts,
  { record }: InForce,
  { runs }: Reaction,
  { index, name, labels }: Place,
): Promise<void> {
  const { repository, commit } = runs[index]!;
  if (commit === undefined) return;
  await ports.github(record).placements.dispatch(
    record.repository,
    name,
    {
      repository: `${record.login}/${repository}`,
      sha: commit,
      labels: JSON.stringify(labels),
      app: ports.appUrl,
      dispatch: name,
    },
    reactWorkflow,
  );
}

/** The queue has chosen a runner, for a task of a student's or for a run of a reaction. */
export function placeEither(ports: FlowPorts, payload: JobPayload<'place-task'>): Promise<void> {
  return readRunName(payload.action.pipeline) ? placeReaction(ports, payload) : placeTask(ports, payload);
}

/** The same for what it says of them: of a reaction, no student hears. */
export function tellEither(ports: FlowPorts, payload: JobPayload<'tell-placement'>): Promise<void> {
  return readRunName(payload.action.id) ? tellReaction(ports, payload) : tellPlacement(ports, payload);
}

async function placeReaction(ports: FlowPorts, { organisation, action }: JobPayload<'place-task'>): Promise<void> {
  const named = readRunName(action.pipeline);
  const found = await inForce(ports.store, organisation);
  const reaction = named && (await ports.store.reactions.reaction(organisation, named.id));
  if (!found || !reaction || reaction.state !== 'running') return;
  await dispatchRun(ports, found, reaction, { index: named.index, name: action.id, labels: action.labels });
}

/** The queue says what became of a run. Nobody else is told: the check run is not in the student's repository. */
async function tellReaction(ports: FlowPorts, { organisation, action }: JobPayload<'tell-placement'>): Promise<void> {
  const { status, title } = action.report;
  const named = readRunName(action.id);
  if (!named || status !== 'completed') return;
  await settleRun(ports, organisation, named, { why: `the queue says: ${title}` });
}

/** A run on GitHub's machines that has ended without having said anything. */
export async function followReactionJob(ports: FlowPorts, job: JobWebhook): Promise<void> {
  const named =
    job.action === 'completed' && job.repository === ports.courseRepository ? readRunName(job.name) : undefined;
  if (!named) return;
  const reaction = await ports.store.reactions.reaction(job.organisation, named.id);
  if (reaction?.by !== 'hosted') return;
  const why =
    job.conclusion === 'success'
      ? 'its run said nothing'
      : `its run ended with ${job.conclusion ?? 'failure'} before it said anything`;
  await settleRun(ports, job.organisation, named, { why });
}

/** True where this was the first that was heard of it. */
export async function settleRun(
  ports: FlowPorts,
  organisation: string,
  { id, index }: { id: string; index: number },
  with_: { outcome: ReactionOutcome } | { why: string },
): Promise<boolean> {
  const first = await change(ports, organisation, id, (held) => endRun(held, index, with_));
  if (first) await ports.store.enqueue([advanceJob(organisation, id, ports.clock.now())]);
  return first;
}

async function change(
  { store }: FlowPorts,
  organisation: string,
  id: string,
  by: (held: Reaction) => boolean,
): Promise<boolean> {
  return store.transaction(async ({ reactions }) => {
    const held = await reactions.lock(organisation, id);
    if (!held || !by(held)) return false;
    await reactions.save(organisation, held);
    return true;
  });
}

// The staff has seen what it costs and wants to know: every head is taken down, and its run put where runs wait.
import type { ReactionWords } from '../../domain/messages/reaction-message.ts';
import { endRun, pipelineId, reactWorkflow, type Reaction } from '../../domain/reaction/reaction.ts';
import type { LiveEvent } from '../../domain/placement/live/events.ts';
import { readSubmitted } from '../../domain/placement/live/read-submitted.ts';
import type { Job } from '../../ports/job-map.ts';
import type { FlowPorts } from '../../ports/flow-ports.ts';
import { advancePlacement } from '../placement/advance-placement.ts';
import { readSettings } from '../placement/read-submission.ts';
import { inForce, type InForce } from '../course/in-force.ts';
import { advanceJob } from './advance-reaction.ts';
import { findReleases } from './find-release.ts';
import { newReaction } from './offer-reaction.ts';
import { showReaction, showWords } from './show-reaction.ts';

export type ReactionAskedFor = {
  organisation: string;
  commit: string;
  pull: number;
  challenge?: string;
  most?: number;
};

export function startReactionJob(payload: ReactionAskedFor, dueAt: Date): Job {
  const { organisation, commit, pull } = payload;
  return {
    key: `start-reaction/${organisation}/${pull}/${commit}`.toLowerCase(),
    name: 'start-reaction',
    payload,
    dueAt,
    lane: `reaction/${organisation}`.toLowerCase(),
  };
}

export async function startReaction(ports: FlowPorts, asked: ReactionAskedFor): Promise<void> {
  const { organisation, commit, pull, most, challenge } = asked;
  const { store, clock } = ports;
  const found = await inForce(store, organisation);
  if (!found) return;
  const refuse = (title: string, summary: string): Promise<void> =>
    showWords(ports, found, { commit, pull }, { conclusion: 'action_required', title, summary });
  const obstacle = await obstacleOf(ports, found);
  if (obstacle) return refuse(obstacle.title, obstacle.summary);
  const before = (await store.reactions.ofPull(organisation, pull)).filter((reaction) => reaction.commit === commit);
  const running = before.find(({ state }) => state === 'running');
  // Asked twice, or this job was ended in the middle: the same runs, once.
  if (running) return begin(ports, found, running);
  const releases = await findReleases(ports, found, commit);
  const next = releases.find((release) =>
    challenge === undefined ? release.shipments.length > 0 : release.challenge.name === challenge,
  );
  if (!next)
    return refuse(
      'There is no next release',
      'At this commit no release by git is still to come, or the course has errors: the check *plan* names them.',
    );
  if (next.shipments.length === 0)
    return refuse(
      'Nothing is known',
      `The next release of ${next.challenge.name} does not travel by git, or nobody has a repository yet: there is nothing to run it in.`,
    );
  const turn = before.filter((reaction) => reaction.state !== 'offered').length;
  const reaction = newReaction(found, next, { commit, pull, turn, ...(most === undefined ? {} : { most }) });
  reaction.state = 'running';
  const { placements } = ports.github(found.record);
  for (const [index, run] of reaction.runs.entries()) {
    const head = await placements.commitOf(run.repository, undefined);
    if (head === undefined) endRun(reaction, index, { why: 'its repository has no commit' });
    else run.commit = head;
  }
  await store.reactions.save(organisation, reaction);
  await begin(ports, found, reaction);
  ports.log.info({ organisation, pull, runs: reaction.runs.length, at: clock.now() }, 'began a reaction');
}

/** Why nothing may run: what the runs print is read by whoever may read the course repository. */
async function obstacleOf(
  ports: FlowPorts,
  { record }: InForce,
): Promise<Pick<ReactionWords, 'title' | 'summary'> | undefined> {
  const { courseRepository, placements } = ports.github(record);
  const head = await courseRepository.head(record.repository);
  if (!head?.isPrivate)
    return {
      title: 'The course repository is public',
      summary:
        'Its runs could be read by everybody, and with them parts of a release that nobody has yet. Make it private, then ask again.',
    };
  if ((await placements.textAt(record.repository, head.commit, `.github/workflows/${reactWorkflow}`)) === undefined)
    return {
      title: `There is no ${reactWorkflow}`,
      summary: `Copy \`templates/course/.github/workflows/${reactWorkflow}\` into the default branch of the course repository, then ask again.`,
    };
  return undefined;
}

async function begin(ports: FlowPorts, found: InForce, reaction: Reaction): Promise<void> {
  await showReaction(ports, found, reaction);
  if (reaction.by === 'queue') await submitAll(ports, found, reaction);
  const { organisation } = found.record;
  await ports.store.enqueue([advanceJob(organisation, reaction.id, ports.clock.now())]);
}

/** One task each, all of one owner: the class's own pipelines have their turns between them. */
async function submitAll(ports: FlowPorts, found: InForce, reaction: Reaction): Promise<void> {
  const { store, clock } = ports;
  const { record } = found;
  const { placements } = ports.github(record);
  const at = clock.now().getTime() / 1000;
  const events: LiveEvent[] = [{ type: 'runners', runners: await placements.runners(), at }];
  for (const [index, { repository, commit, state }] of reaction.runs.entries()) {
    const id = pipelineId(reaction, index);
    const pipeline = pipelineOf(id);
    if (commit === undefined || state === 'over' || !pipeline) continue;
    await store.placements.saveSubmission(record.organisation, { id, repository, commit, file: reactWorkflow });
    events.push({ type: 'submitted', id, title: `reaction, run ${index + 1}`, pipeline, owner: 'reaction', at });
  }
  await advancePlacement(ports, record.organisation, events, await readSettings(placements, found));
}

/** As the queue sees it: one task, which trains. */
function pipelineOf(name: string): Extract<LiveEvent, { type: 'submitted' }>['pipeline'] | undefined {
  const text = `version: 1\nname: reaction\ntasks:\n  react: { kind: train, run: "true" }\n`;
  return readSubmitted('pipeline.yml', (path) => (path === 'pipeline.yml' ? text : undefined), {
    name,
    card: { rows: 1, columns: 1 },
  }).value?.pipeline;
}

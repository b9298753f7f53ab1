// The queue of pipelines: what happened goes in, the core decides, and the new state and its jobs are stored at once.
import { parse } from 'yaml';
import type { Challenge } from '../domain/challenge.ts';
import { deriveMetadata } from '../domain/placement/derive-metadata.ts';
import { describePipeline } from '../domain/placement/describe-pipeline.ts';
import { defaultHeuristics } from '../domain/placement/heuristics.ts';
import { decide, nextWake, type LiveAction } from '../domain/placement/live.ts';
import type { LiveEvent } from '../domain/placement/live-events.ts';
import { forgetBefore, isOver, startLive, type LiveSettings } from '../domain/placement/live-state.ts';
import { readNodes, type Node } from '../domain/placement/node.ts';
import { repositoryName } from '../domain/repository-name.ts';
import type { JobRequest, Outside } from '../ports.ts';
import type { Placements } from '../ports-placement.ts';
import { inForce, type InForce } from './in-force.ts';

type Where = { organisation: string; repository: string };

const defaultWindow = 10;
const limits = { lostAfter: 300, pickupWithin: 600, attempts: 3 };
/** While something waits or runs, runners are looked at this often: a lost one tells nobody. */
const lookEverySeconds = 60;
const keptDays = 120;

/** A push to a repository of a challenge with `placement`: its pipeline.yml is submitted. */
export async function pipelinePushed(
  { store, clock }: Outside,
  { organisation, repository, commit }: Where & { commit: string },
): Promise<void> {
  const found = await inForce(store, organisation);
  if (!found || !placedChallenge(found, repository)) return;
  await store.enqueue([
    {
      key: `submit-pipeline/${organisation}/${repository}/${commit}`.toLowerCase(),
      name: 'submit-pipeline',
      payload: { organisation, repository, commit },
      dueAt: clock.now(),
      lane: `placement/${organisation}`.toLowerCase(),
    },
  ]);
}

export async function submitPipeline(outside: Outside, payload: Where & { commit: string }): Promise<void> {
  const { organisation, repository, commit } = payload;
  const { store, clock } = outside;
  const found = await inForce(store, organisation);
  const challenge = found && placedChallenge(found, repository);
  if (!found || !challenge?.placement) return;
  const { placements, checkRuns } = outside.github(found.record);
  const text = await placements.textAt(repository, commit, 'pipeline.yml');
  if (text === undefined) return;
  const facts = found.record.facts[challenge.dataset.source];
  const card = { rows: facts?.rows ?? 1, columns: Math.max(1, facts?.columns.length ?? 1) };
  const { value, problems } = deriveMetadata(text, 'pipeline.yml', card);
  const id = `${repository}-${commit.slice(0, 10)}`;
  const described = value && describePipeline(value, { name: id });
  if (!described || 'circle' in described) {
    const why = problems.filter(({ level }) => level === 'error').map(({ message }) => message);
    await checkRuns.publish(repository, {
      name: 'placement',
      headSha: commit,
      externalId: 'placement',
      conclusion: 'action_required',
      title: 'pipeline.yml cannot be placed',
      summary:
        why.length > 0
          ? `\`\`\`text\n${why.join('\n').replaceAll('`', "'")}\n\`\`\``
          : 'Its tasks wait for each other.',
    });
    return;
  }
  const at = clock.now().getTime() / 1000;
  const runners = await placements.runners();
  const settings = await readSettings(placements, found, challenge.placement);
  await store.placements.saveSubmission(organisation, { id, repository, commit });
  const events: LiveEvent[] = [
    { type: 'runners', runners, at },
    { type: 'submitted', id, title: `${repository} at ${commit.slice(0, 7)}`, pipeline: described.pipeline, at },
  ];
  await advance(outside, organisation, events, { settings, seed: challenge.placement.seed });
}

/** The challenge that this repository is of, if its pipelines are placed. */
function placedChallenge({ course, challenges, owners }: InForce, repository: string): Challenge | undefined {
  return challenges.find(
    ({ name, placement }) =>
      placement !== undefined &&
      owners.some((owner) => repositoryName(course, name, owner).toLowerCase() === repository.toLowerCase()),
  );
}

async function readSettings(
  placements: Placements,
  { record }: InForce,
  rule: NonNullable<Challenge['placement']>,
): Promise<LiveSettings> {
  const text = rule.nodes && (await placements.textAt(record.repository, record.commitSha, rule.nodes));
  return {
    placer: rule.placer,
    nodes: text ? readNodeFile(text, rule.nodes!) : [],
    heuristics: defaultHeuristics,
    window: rule.window === undefined ? defaultWindow : rule.window / 1000,
    ...limits,
  };
}

/** A file that cannot be read leaves runners to be described by their labels. */
function readNodeFile(text: string, file: string): Node[] {
  try {
    return readNodes(JSON.stringify(parse(text, { maxAliasCount: 20 })), file).value?.nodes ?? [];
  } catch {
    return [];
  }
}

/** Now and then: who is lost, what waits too long, and whether a window has closed. */
export async function tickPlacement(outside: Outside, { organisation }: { organisation: string }): Promise<void> {
  const record = await outside.store.course(organisation);
  if (!record) return;
  const runners = await outside.github(record).placements.runners();
  await advance(outside, organisation, [{ type: 'runners', runners, at: outside.clock.now().getTime() / 1000 }]);
}

export type JobWebhook = Where & {
  action: string;
  name: string;
  jobId: number;
  runId: number;
  runner: string | null;
  conclusion: string | null;
  at: Date;
};

/** A job of the placement workflow bears the id of its dispatch as its name. */
export async function followPlacedJob(outside: Outside, job: JobWebhook): Promise<void> {
  if (job.repository !== outside.courseRepository) return;
  const { action, name: dispatch, runId, jobId, at } = job;
  const common = { type: 'job' as const, dispatch, runId, jobId, at: at.getTime() / 1000 };
  if (action === 'queued') await advance(outside, job.organisation, [{ ...common, action }]);
  if (action === 'in_progress')
    await advance(outside, job.organisation, [{ ...common, action, runner: job.runner ?? '' }]);
  if (action === 'completed')
    await advance(outside, job.organisation, [{ ...common, action, conclusion: job.conclusion ?? 'failure' }]);
}

/** State, samples and jobs in one transaction: a kill at any point loses no decision and repeats none. */
async function advance(
  { store, clock }: Outside,
  organisation: string,
  events: readonly LiveEvent[],
  start?: { settings: LiveSettings; seed: number },
): Promise<void> {
  const now = clock.now();
  await store.transaction(async ({ placements, enqueue }) => {
    const before = (await placements.queue(organisation)) ?? (start && startLive(start.settings, start.seed));
    if (!before) return;
    const known = start ? { ...before, settings: start.settings } : before;
    const { state, actions } = decide(known, events, now);
    await placements.saveQueue(organisation, forgetBefore(state, new Date(now.getTime() - keptDays * 86_400_000)));
    const at = now.getTime() / 1000;
    await placements.addSamples(
      organisation,
      actions.flatMap((action) => (action.type === 'sample' ? [{ at, ...action }] : [])),
    );
    await enqueue(actions.flatMap((action) => jobFor(organisation, action, now)));
    const wake = nextWake(state, now);
    const look = state.pipelines.some((entry) => !isOver(entry)) ? now.getTime() + lookEverySeconds * 1000 : undefined;
    const next = Math.min(wake?.getTime() ?? Infinity, look ?? Infinity);
    if (next < Infinity) await enqueue([tickJob(organisation, new Date(next))]);
  });
}

function tickJob(organisation: string, dueAt: Date): JobRequest {
  const key = organisation.toLowerCase();
  return { key: `tick-placement/${key}`, name: 'tick-placement', payload: { organisation: key }, dueAt };
}

/** Every action that is carried out on GitHub has a job, whose key makes the same decision the same work. */
function jobFor(organisation: string, action: LiveAction, dueAt: Date): JobRequest[] {
  const prefix = organisation.toLowerCase();
  const payload = { organisation, action };
  if (action.type === 'dispatch')
    return [{ key: `place-task/${prefix}/${action.id}`, name: 'place-task', payload, dueAt }];
  if (action.type === 'stop')
    return [{ key: `stop-task/${prefix}/${action.runId}`, name: 'stop-task', payload, dueAt }];
  if (action.type === 'report')
    return [{ key: `tell-placement/${prefix}/${action.id}`, name: 'tell-placement', payload, dueAt }];
  return [];
}

// Pipelines on their way into the queue, by push, comment or command, and out of it before they are done.
import { readAside } from '../aside/read-aside.ts';
import type { Challenge } from '../../domain/challenge/challenge.ts';
import type { LiveEvent } from '../../domain/placement/live/events.ts';
import { isOver } from '../../domain/placement/live/state.ts';
import { isFailure } from '../../domain/text/failure.ts';
import type { Problem } from '../../domain/text/problem.ts';
import type { Owner } from '../../domain/course/course.ts';
import { repositoryName } from '../../domain/course/repository-name.ts';
import type { Job } from '../../ports/job-map.ts';
import type { FlowPorts } from '../../ports/flow-ports.ts';
import type { CheckRunDraft } from '../../ports/github.ts';
import { advancePlacement } from './advance-placement.ts';
import { inForce, type InForce } from '../course/in-force.ts';
import { findSubmitted, readSettings, readWithFiles } from './read-submission.ts';

type Where = { organisation: string; repository: string };
/**
 * `asked` tells two submissions of one commit apart; absent for a push, which submits a commit once. `branch` says what a newer submission
 * replaces while it waits.
 */
type Asked = Where & { commit: string; asked?: string; placer?: string; branch?: string; priority?: 'high' };

/** A push to a repository of a challenge with `placement`: its pipeline is submitted. */
export async function pipelinePushed({ store, clock }: FlowPorts, payload: Where & { commit: string }): Promise<void> {
  const found = await inForce(store, payload.organisation);
  if (!found || !placedChallenge(found, payload.repository)) return;
  await store.enqueue([submitJob({ ...payload, branch: 'default' }, clock.now())]);
}

export function submitJob(payload: Asked, dueAt: Date): Job {
  const { organisation, repository, commit, asked } = payload;
  return {
    key: `submit-pipeline/${organisation}/${repository}/${commit}${asked ? `/${asked}` : ''}`.toLowerCase(),
    name: 'submit-pipeline',
    payload,
    dueAt,
    lane: `placement/${organisation}`.toLowerCase(),
  };
}

export function withdrawJob(payload: Where & { by: string }, dueAt: Date): Job {
  const { organisation, repository } = payload;
  return {
    key: `withdraw-pipelines/${organisation}/${repository}`.toLowerCase(),
    name: 'withdraw-pipelines',
    payload,
    dueAt,
    lane: `placement/${organisation}`.toLowerCase(),
  };
}

export async function submitPipeline(ports: FlowPorts, payload: Asked): Promise<void> {
  const { organisation, repository, commit, asked } = payload;
  const { store, clock } = ports;
  const found = await inForce(store, organisation);
  const placed = found && placedOwner(found, repository);
  if (!found || !placed?.challenge.placement) return;
  const { challenge, owner } = placed;
  const { placements, checkRuns } = ports.github(found.record);
  const file = await findSubmitted(placements, repository, commit);
  const refuse = (title: string, summary: string): Promise<unknown> =>
    checkRuns.publish(repository, refusal(commit, title, summary));
  if (file === undefined) {
    if (asked) await refuse('There is no pipeline to place', 'The commit has neither `pipeline.yml` nor `dvc.yaml`.');
    return;
  }
  const facts = found.record.facts[challenge.dataset.source];
  const card = { rows: facts?.rows || 1, columns: Math.max(1, facts?.columns.length ?? 1) };
  const base = `${repository}-${commit.slice(0, 10)}`;
  if (asked && (await isOpen(ports, organisation, base))) return;
  const id = asked ? `${base}-${asked}` : base;
  const { pipeline, problems } = await readWithFiles({ placements, repository, commit }, (known) =>
    readAside(ports, repository, 'readSubmitted', known, file, { name: id, card }),
  ).catch((error: unknown) => unreadable(file, error));
  if (!pipeline) {
    const why = problems.filter(({ level }) => level === 'error');
    const lines = why.map(({ file: name, line, message }) => `${name}:${line} ${message}`).join('\n');
    await refuse(`${file} cannot be placed`, `\`\`\`text\n${lines.replaceAll('`', "'")}\n\`\`\``);
    return;
  }
  const at = clock.now().getTime() / 1000;
  const placer = payload.placer ?? placed.challenge.placement.placer;
  const title = `${repository} at ${commit.slice(0, 7)}`;
  const events: LiveEvent[] = [
    { type: 'runners', runners: await placements.runners(), at },
    {
      type: 'submitted',
      id,
      title,
      placer,
      pipeline: { ...pipeline, ...deadlineOf(challenge, at) },
      owner: owner.slug,
      ...(payload.branch === undefined ? {} : { branch: `${repository}@${payload.branch}`.toLowerCase() }),
      ...(payload.priority === undefined ? {} : { priority: payload.priority }),
      at,
    },
  ];
  await store.placements.saveSubmission(organisation, { id, repository, commit, file });
  await advancePlacement(ports, organisation, events, await readSettings(placements, found));
}

/** A file that takes too long fails itself, on its commit, and is not tried again. */
function unreadable(file: string, error: unknown): { pipeline?: never; problems: Problem[] } {
  if (!isFailure(error, 'reading-exceeded')) throw error;
  const message = `the file was given up: ${(error as Error).message}`;
  return { problems: [{ file, line: 1, column: 1, level: 'error', code: 'file-too-costly', message }] };
}

/** Takes everything of a repository out of the queue that is not over. */
export async function withdrawPipelines(ports: FlowPorts, payload: Where & { by: string }): Promise<void> {
  const { organisation, repository, by } = payload;
  const open = await openOf(ports, organisation, `${repository}-`);
  const at = ports.clock.now().getTime() / 1000;
  const events: LiveEvent[] = [];
  for (const id of open) {
    const submission = await ports.store.placements.submission(organisation, id);
    // A repository's name may be the beginning of another's.
    if (submission?.repository.toLowerCase() === repository.toLowerCase())
      events.push({ type: 'cancelled', id, by, at });
  }
  if (events.length > 0) await advancePlacement(ports, organisation, events);
}

async function isOpen(ports: FlowPorts, organisation: string, base: string): Promise<boolean> {
  return (await openOf(ports, organisation, base)).length > 0;
}

/** Ids in the queue that begin like this and are not over. */
async function openOf({ store }: FlowPorts, organisation: string, begin: string): Promise<string[]> {
  const state = await store.placements.queue(organisation);
  const wanted = begin.toLowerCase();
  return (state?.pipelines ?? [])
    .filter((entry) => !isOver(entry) && entry.id.toLowerCase().startsWith(wanted))
    .map(({ id }) => id);
}

/** A pipeline should be done before the next data of its challenge comes, or before the challenge ends. */
function deadlineOf({ releases, ends }: Challenge, at: number): { deadline?: number } {
  const coming = [...releases.map(({ due }) => due), ends]
    .map((date) => date.getTime() / 1000)
    .filter((due) => due > at);
  return coming.length > 0 ? { deadline: Math.min(...coming) } : {};
}

/** The challenge that this repository is of, if its pipelines are placed. */
export function placedChallenge(found: InForce, repository: string): Challenge | undefined {
  return placedOwner(found, repository)?.challenge;
}

function placedOwner(
  { course, challenges, owners }: InForce,
  repository: string,
): { challenge: Challenge; owner: Owner } | undefined {
  const wanted = repository.toLowerCase();
  for (const challenge of challenges) {
    if (challenge.placement === undefined) continue;
    const owner = owners.find(
      (candidate) => repositoryName(course, challenge.name, candidate).toLowerCase() === wanted,
    );
    if (owner) return { challenge, owner };
  }
  return undefined;
}

export function refusal(headSha: string, title: string, summary: string): CheckRunDraft {
  return {
    name: 'placement',
    externalId: 'placement',
    conclusion: 'action_required',
    headSha,
    title,
    summary,
  };
}

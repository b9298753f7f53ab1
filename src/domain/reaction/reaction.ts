// A reaction: what a release that nobody has yet would do to the pipelines of a class. A state, and how it changes.
import { createHash } from 'node:crypto';
import type { ReactionOutcome } from './outcome.ts';

/** `over` without an outcome: it is not known, and `why` says why not. */
export type ReactionRun = {
  owner: string;
  repository: string;
  /** Head of its default branch when the reaction began. */
  commit?: string;
  state: 'waiting' | 'started' | 'over';
  startedAt?: Date;
  /** GitHub was asked for its run. */
  sent?: true;
  outcome?: ReactionOutcome;
  why?: string;
};

export type Reaction = {
  id: string;
  challenge: string;
  release: string;
  /** Of the course repository: what the pull request would bring. */
  commit: string;
  pull: number;
  /** How often this commit was looked at before. */
  turn: number;
  state: 'offered' | 'running' | 'over' | 'superseded';
  /** Who would get the release; `runs` are of those that are looked at. */
  students: number;
  /** On the course's own runners, through their queue, or on those of GitHub. */
  by: 'queue' | 'hosted';
  runs: ReactionRun[];
};

/** Ends this one run however long a pipeline would go on: `timeout-minutes` of react.yml. */
export const mostMinutes = 60;
/** At a time on GitHub's own runners: the class's own runs need some as well. */
export const atOnce = 4;
/** A run of which nothing was heard for so long is given up: it may have waited for a machine. */
export const patienceMinutes = 6 * mostMinutes;
/** A class is looked at whole up to here. */
export const wholeClass = 60;

export const reactWorkflow = 'react.yml';
const task = 'react';

/** Another for each time that a commit is looked at. */
export function reactionId({ commit, challenge, turn }: Pick<Reaction, 'commit' | 'challenge' | 'turn'>): string {
  const digest = createHash('sha256')
    .update(JSON.stringify([commit, challenge, turn]))
    .digest('hex');
  return `reaction-${digest.slice(0, 12)}`;
}

/** What the queue calls the run's pipeline. */
export function pipelineId({ id }: Pick<Reaction, 'id'>, index: number): string {
  return `${id}-${index}`;
}

/** What GitHub calls the run: as the queue calls the first attempt of its only task. */
export function runName(reaction: Pick<Reaction, 'id'>, index: number): string {
  return `${pipelineId(reaction, index)}/${task}/1`;
}

/** The reaction and the run that a name stands for; undefined for what is none of a reaction's. */
export function readRunName(name: string): { id: string; index: number } | undefined {
  const [, id, index] = /^(reaction-[0-9a-f]{12})-(\d{1,5})(?:\/react\/\d+)?$/.exec(name) ?? [];
  return id === undefined ? undefined : { id, index: Number(index) };
}

/** Owners in a random order that the commit decides: looking again at the same commit looks at the same ones. */
export function sampleOwners(owners: readonly string[], most: number, seed: string): string[] {
  if (owners.length <= most) return [...owners];
  const drawn = (owner: string): string => createHash('sha256').update(`${seed}\n${owner}`).digest('hex');
  const chosen = new Set(
    owners
      .map((owner) => [drawn(owner), owner] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .slice(0, most)
      .map(([, owner]) => owner),
  );
  return owners.filter((owner) => chosen.has(owner));
}

/** The largest error of a share, with 95 of 100 samples, whatever the share is; 0 where everybody was looked at. */
export function errorBound(looked: number, all: number): number {
  if (looked >= all) return 0;
  if (looked === 0) return 1;
  return Math.min(1, 1.96 * Math.sqrt((0.25 / looked) * ((all - looked) / Math.max(1, all - 1))));
}

/** Which runs begin next on GitHub's runners. */
export function nextRuns({ state, by, runs }: Reaction): number[] {
  if (state !== 'running' || by !== 'hosted') return [];
  const free = atOnce - runs.filter((run) => run.state === 'started').length;
  const waiting = runs.flatMap((run, index) => (run.state === 'waiting' ? [index] : []));
  return waiting.slice(0, Math.max(0, free));
}

/** Ends a run once. Whoever comes later, or to a reaction that is over, changes nothing. */
export function endRun(
  reaction: Reaction,
  index: number,
  with_: { outcome: ReactionOutcome } | { why: string },
): boolean {
  const run = reaction.runs[index];
  if (reaction.state !== 'running' || !run || run.state === 'over') return false;
  Object.assign(run, { state: 'over', ...with_ });
  if (reaction.runs.every(({ state }) => state === 'over')) reaction.state = 'over';
  return true;
}

/** Gives up the runs of which nothing was heard for too long. */
export function giveUpSilent(reaction: Reaction, now: Date): boolean {
  const before = now.getTime() - patienceMinutes * 60_000;
  const silent = reaction.runs.flatMap((run, index) =>
    run.state === 'started' && (run.startedAt?.getTime() ?? 0) <= before ? [index] : [],
  );
  return silent.filter((index) => endRun(reaction, index, { why: 'nothing was heard of its run' })).length > 0;
}

// How far each release got with one owner: from planned to the first counted green run that used it.
import type { Evidence, RunEvidence } from './evidence.ts';
import { sortRuns } from './counted-runs.ts';
import type { ScoredShipment } from './criterion.ts';
import type { ScorePolicy } from './policy.ts';

export const progresses = [
  'planned',
  'failed',
  'cancelled',
  'shipped',
  'closed',
  'merged',
  'altered',
  'uncounted',
  'red',
  'green',
] as const;
export type Progress = (typeof progresses)[number];

export type ReleaseProgress = {
  challenge: string;
  release: string;
  due: Date;
  progress: Progress;
  /** When it got there. */
  at?: Date;
  shippedAt?: Date;
  mergedAt?: Date;
  /** The first counted run that succeeded with it. */
  greenAt?: Date;
};

/** With everything that was run with it, counted or not, in order of time. */
export type RunProgress = ReleaseProgress & { runs: RunEvidence[] };

/** What of a shipment tells how far it got. */
type Sent = Pick<ScoredShipment, 'release' | 'due' | 'state' | 'dispatchedAt'>;

/** One for each release of one owner in one challenge, all its carriers together, in the order of the shipments. */
export function progressOf(
  policy: ScorePolicy,
  shipments: readonly Sent[],
  evidence: readonly Evidence[],
  now: Date,
): RunProgress[] {
  const counted = new Set(countedRuns(policy, evidence, now));
  const groups = Map.groupBy(shipments, ({ release }) => release);
  return [...groups].map(([release, group]) => toProgress(policy.challenge, release, group, evidence, counted));
}

/** The runs that count for freshness: the same rule as the score's. */
function countedRuns(policy: ScorePolicy, evidence: readonly Evidence[], now: Date): RunEvidence[] {
  const { freshness, pipeline } = policy.criteria;
  const rule = freshness ?? pipeline ?? { points: 0, trust: 'claimed' as const };
  return sortRuns({ policy, evidence, shipments: [], now }, rule).counted;
}

function toProgress(
  challenge: string,
  release: string,
  shipments: readonly Sent[],
  evidence: readonly Evidence[],
  counted: ReadonlySet<RunEvidence>,
): RunProgress {
  const data = evidence
    .filter((item) => item.kind === 'data')
    .filter((dataEvidence) => dataEvidence.release === release);
  const runs = evidence.filter((item) => item.kind === 'run').filter((run) => run.releases.includes(release));
  const shippedAt = earliest(shipments.flatMap(({ dispatchedAt }) => dispatchedAt ?? []));
  const mergedAt = data.find(({ event }) => event === 'merged')?.at;
  const greenAt = runs.find((run) => counted.has(run) && run.conclusion === 'success')?.at;
  const last = data.findLast(({ event }) => event !== 'shipped');
  return {
    challenge,
    release,
    due: shipments[0]!.due,
    ...stateOf(shipments, last, runs, counted, shippedAt, greenAt),
    ...(shippedAt ? { shippedAt } : {}),
    ...(mergedAt ? { mergedAt } : {}),
    ...(greenAt ? { greenAt } : {}),
    runs,
  };
}

function stateOf(
  shipments: readonly Sent[],
  last: { event: string; at: Date } | undefined,
  runs: readonly RunEvidence[],
  counted: ReadonlySet<RunEvidence>,
  shippedAt: Date | undefined,
  greenAt: Date | undefined,
): { progress: Progress; at?: Date } {
  if (greenAt) return { progress: 'green', at: greenAt };
  const red = runs.findLast((run) => counted.has(run));
  if (red) return { progress: 'red', at: red.at };
  const uncounted = runs.findLast(({ conclusion }) => conclusion === 'success');
  if (uncounted) return { progress: 'uncounted', at: uncounted.at };
  if (last) return { progress: last.event as 'merged' | 'altered' | 'closed', at: last.at };
  if (shippedAt) return { progress: 'shipped', at: shippedAt };
  const states = new Set(shipments.map(({ state }) => state));
  return { progress: states.has('failed') ? 'failed' : states.has('planned') ? 'planned' : 'cancelled' };
}

function earliest(dates: readonly Date[]): Date | undefined {
  return dates.length === 0 ? undefined : new Date(Math.min(...dates.map((date) => date.getTime())));
}

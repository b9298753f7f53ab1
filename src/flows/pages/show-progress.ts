// How far each release got with one owner: from planned to the first counted green run that used it.
import type { Evidence, RunEvidence } from '../../domain/evidence/evidence.ts';
import { sortRuns } from '../../domain/evidence/counted-runs.ts';
import type { ScorePolicy } from '../../domain/evidence/policy.ts';
import type { StoredShipment } from '../../ports/records.ts';

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

export type ReleaseCell = {
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
  /** Everything that was run with it, counted or not, in order of time. */
  runs: RunEvidence[];
  shipments: StoredShipment[];
};

/** One cell per release of one owner, all its carriers together, in order of due date. */
export function cellsOf(
  policies: readonly ScorePolicy[],
  shipments: readonly StoredShipment[],
  evidence: readonly Evidence[],
  now: Date,
): ReleaseCell[] {
  return policies.flatMap((policy) => {
    const about = evidence.filter(({ challenge }) => challenge === policy.challenge);
    const counted = new Set(countedRuns(policy, about, now));
    const mine = shipments.filter(({ shipment }) => shipment.challenge === policy.challenge);
    const groups = Map.groupBy(mine, ({ shipment }) => shipment.release);
    return [...groups].map(([release, group]) => toCell(policy.challenge, release, group, about, counted));
  });
}

/** The runs that count for freshness: the same rule as the score's. */
function countedRuns(policy: ScorePolicy, evidence: readonly Evidence[], now: Date): RunEvidence[] {
  const { freshness, pipeline } = policy.criteria;
  const rule = freshness ?? pipeline ?? { points: 0, trust: 'claimed' as const };
  return sortRuns({ policy, evidence, shipments: [], now }, rule).counted;
}

function toCell(
  challenge: string,
  release: string,
  shipments: StoredShipment[],
  evidence: readonly Evidence[],
  counted: ReadonlySet<RunEvidence>,
): ReleaseCell {
  const data = evidence.filter((one) => one.kind === 'data').filter((one) => one.release === release);
  const runs = evidence.filter((one) => one.kind === 'run').filter((run) => run.releases.includes(release));
  const shippedAt = earliest(shipments.flatMap(({ dispatchedAt }) => dispatchedAt ?? []));
  const mergedAt = data.find(({ event }) => event === 'merged')?.at;
  const greenAt = runs.find((run) => counted.has(run) && run.conclusion === 'success')?.at;
  return {
    challenge,
    release,
    due: new Date(shipments[0]!.shipment.due),
    ...progressOf(
      shipments,
      data.findLast(({ event }) => event !== 'shipped'),
      runs,
      counted,
      shippedAt,
      greenAt,
    ),
    ...(shippedAt ? { shippedAt } : {}),
    ...(mergedAt ? { mergedAt } : {}),
    ...(greenAt ? { greenAt } : {}),
    runs,
    shipments,
  };
}

function progressOf(
  shipments: readonly StoredShipment[],
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

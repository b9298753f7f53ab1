// Who falls behind, since when, and from when on it is said: pure over the releases of one owner.
import type { RunProgress } from './release-progress.ts';

/** Worst first: nothing was merged at all, a run fails, a release lies unmerged, or nothing has run with it. */
export const riskKinds = ['silent', 'red', 'unmerged', 'idle'] as const;
export type Risk = {
  kind: (typeof riskKinds)[number];
  /** When the oldest release without a counted green run was shipped. */
  since: Date;
  /** Releases without a counted green run, of those that were shipped. */
  open: number;
  of: number;
};

/**
 * Undefined while every shipped release has a counted green run. A release that is too young for one is no reason: the risk
 * holds after `from`. `grace` by challenge.
 */
export function riskOf(
  releases: readonly RunProgress[],
  grace: ReadonlyMap<string, number>,
): (Risk & { from: Date }) | undefined {
  const shipped = releases.filter(({ shippedAt }) => shippedAt);
  const open = shipped.filter(({ greenAt }) => !greenAt);
  if (open.length === 0) return undefined;
  const least = (time: (runProgress: RunProgress) => number): Date => new Date(Math.min(...open.map(time)));
  return {
    kind: kindOf(shipped, open),
    since: least(({ shippedAt }) => shippedAt!.getTime()),
    from: least(({ shippedAt, challenge }) => shippedAt!.getTime() + (grace.get(challenge) ?? 86_400_000)),
    open: open.length,
    of: shipped.length,
  };
}

function kindOf(shipped: readonly RunProgress[], open: readonly RunProgress[]): Risk['kind'] {
  const taken = ({ mergedAt, runs }: RunProgress): boolean => mergedAt !== undefined || runs.length > 0;
  if (!shipped.some(taken)) return 'silent';
  if (open.some(({ progress }) => progress === 'red')) return 'red';
  return open.some((runProgress) => !taken(runProgress)) ? 'unmerged' : 'idle';
}

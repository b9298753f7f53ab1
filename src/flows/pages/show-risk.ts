// Who falls behind, and since when: pure over the cells of one owner.
import type { ReleaseCell } from './show-progress.ts';

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

/** Undefined while every shipped release has a counted green run, or is too young for that: `grace` by challenge. */
export function riskOf(cells: readonly ReleaseCell[], grace: ReadonlyMap<string, number>, now: Date): Risk | undefined {
  const shipped = cells.filter((cell) => cell.shippedAt);
  const open = shipped.filter((cell) => !cell.greenAt);
  const since = Math.min(...open.map((cell) => cell.shippedAt!.getTime()));
  const late = open.some(
    (cell) => now.getTime() - cell.shippedAt!.getTime() > (grace.get(cell.challenge) ?? 86_400_000),
  );
  if (!late) return undefined;
  return { kind: kindOf(shipped, open), since: new Date(since), open: open.length, of: shipped.length };
}

function kindOf(shipped: readonly ReleaseCell[], open: readonly ReleaseCell[]): Risk['kind'] {
  const taken = (cell: ReleaseCell): boolean => cell.mergedAt !== undefined || cell.runs.length > 0;
  if (!shipped.some(taken)) return 'silent';
  if (open.some(({ progress }) => progress === 'red')) return 'red';
  return open.some((cell) => !taken(cell)) ? 'unmerged' : 'idle';
}

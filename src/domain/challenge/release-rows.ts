// Which rows each release takes of a dataset whose size is known.
import type { Drafted } from './release-dates.ts';
import type { Release, Take } from './challenge.ts';
import type { RowRange } from '../dataset/dataset.ts';
import type { DatasetFacts } from '../dataset/facts.ts';
import type { Report } from '../text/report-problems.ts';
import { releasedRows, sliceRows } from '../dataset/slices.ts';

/**
 * Ranges of the released rows in release order, one per release; null where a condition chooses the rows.
 * The ranges of shares partition the released rows exactly.
 */
export function releaseRanges(releases: readonly Pick<Release, 'take'>[], rows: number): (RowRange | null)[] {
  const shares = releases.flatMap(({ take }) => (take.kind === 'share' ? [take.share] : []));
  const slices = sliceRows(shares, rows);
  // Shares that miss 1 by float noise must not lose the last row of a very large file.
  const last = slices.at(-1);
  if (last && Math.abs(last[1] - rows) <= Math.max(1, rows * 1e-9)) last[1] = rows;
  let next = 0;
  return releases.map(({ take }) => {
    if (take.kind === 'share') return slices[next++]!;
    return take.kind === 'rows' ? take.rows : null;
  });
}

/** Row ranges against each other, and against the data when it is known. */
export function checkRows(
  drafted: readonly Drafted[],
  holdOut: number,
  facts: DatasetFacts | undefined,
  report: Report,
): void {
  const taken = drafted.filter((draft): draft is Drafted & { take: Take } => draft.take !== undefined);
  checkOverlaps(taken, report);
  if (!facts || facts.rows === 0 || holdOut >= 1) return;
  const released = releasedRows(facts.rows, holdOut);
  if (released === 0) return;
  for (const [index, range] of releaseRanges(taken, released).entries()) {
    const { name, path, take } = taken[index]!;
    if (!range) continue;
    const [from, to] = range;
    const at = take.kind === 'rows' ? [...path, 'rows'] : path;
    if (take.kind === 'rows' && to > released) {
      const hint = facts.rows === released ? undefined : `${facts.rows} in the file, ${facts.rows - released} held out`;
      report.error(at, 'rows-out-of-range', `\`${name}\` ends at row ${to}, but ${released} rows are released`, hint);
    } else if (take.kind === 'share' && take.share > 0 && from === to) {
      report.error(at, 'empty-release', `\`${name}\` would have no rows (${released} rows are released in all)`);
    }
  }
  if (taken.length > 0 && taken.every(({ take }) => take.kind === 'rows')) checkGaps(taken, released, report);
}

/** Rows that no condition takes are never released: that may be meant, and may be a slip. `counts`: of each release. */
export function checkCounts(
  { facts, counts }: { facts?: DatasetFacts; counts?: readonly number[] },
  holdOut: number,
  drafted: readonly Drafted[],
  report: Report,
): void {
  if (!facts || counts?.length !== drafted.length) return;
  const released = releasedRows(facts.rows, holdOut);
  const left = released - counts.reduce((sum, rows) => sum + rows, 0);
  if (left <= 0) return;
  const message = `${left} of ${released} rows meet the conditions of no release, and are never released`;
  const hint = 'meant so? then nothing is to be done; else add a release, or widen a condition';
  report.warning(drafted[0]?.path.slice(0, -1) ?? ['releases'], 'rows-not-released', message, hint);
}

type Ranged = { name: string; path: Drafted['path']; rows: RowRange };

function rangesOf(taken: readonly (Drafted & { take: Take })[]): Ranged[] {
  return taken
    .flatMap(({ name, path, take }) =>
      take.kind === 'rows' && take.rows[0] < take.rows[1] ? [{ name, path, rows: take.rows }] : [],
    )
    .toSorted((a, b) => a.rows[0] - b.rows[0]);
}

function checkOverlaps(taken: readonly (Drafted & { take: Take })[], report: Report): void {
  let reach: Ranged | undefined;
  for (const ranged of rangesOf(taken)) {
    if (reach && ranged.rows[0] < reach.rows[1]) {
      const shared = `[${ranged.rows[0]}, ${Math.min(ranged.rows[1], reach.rows[1])}]`;
      report.error(
        [...ranged.path, 'rows'],
        'rows-overlap',
        `\`${ranged.name}\` and \`${reach.name}\` both have the rows ${shared}`,
      );
    }
    if (!reach || ranged.rows[1] > reach.rows[1]) reach = ranged;
  }
}

function checkGaps(taken: readonly (Drafted & { take: Take })[], released: number, report: Report): void {
  let next = 0;
  let missing = 0;
  for (const { rows } of rangesOf(taken)) {
    missing += Math.max(0, Math.min(rows[0], released) - next);
    next = Math.max(next, rows[1]);
  }
  missing += Math.max(0, released - next);
  if (missing > 0) {
    const message = `${missing} of ${released} rows are in no release`;
    report.warning(taken[0]?.path.slice(0, -1) ?? ['releases'], 'rows-not-released', message);
  }
}

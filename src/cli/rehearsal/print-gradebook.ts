// What came of a rehearsal, for a terminal: why each student has the points, then all of them in a table, then the end.
import { criteria } from '../../domain/challenge/challenge.ts';
import type { Gradebook, GradebookRow } from '../../domain/grade/gradebook.ts';
import type { Io } from '../options/command.ts';
import { sayVerification } from '../../domain/ledger/say-verification.ts';
import { alignLeft } from '../../domain/text/align-left.ts';
import type { Summary } from './summarise-rehearsal.ts';

type Summed = Summary['gradebook'][number];

/** Reasons of more rows than this are a screen that nobody reads. */
const mostInFull = 10;

export function printGradebook(io: Pick<Io, 'out'>, gradebook: Gradebook, summary: Summary): void {
  const { shipments, students, releases, elapsedSeconds } = summary;
  io.out(
    `${summary.course}: ${students} students, ${releases} releases, ${shipments.dispatched} of ${shipments.planned} shipments dispatched, ${shipments.failed} failed (${elapsedSeconds} s)\n`,
  );
  const rows = gradebook.rows.map((row) => ({
    row,
    summed: summary.gradebook.find(({ owner, challenge }) => owner === row.owner && challenge === row.challenge),
  }));
  const shown = rows.length > mostInFull ? telling(rows) : rows;
  for (const { row, summed } of shown) printStudent(io, row, summed);
  if (shown.length < rows.length)
    io.out(
      `\nShown are the first of each kind and everybody who did not do as expected; --json has the reasons of all ${rows.length}.\n`,
    );
  printTable(io, summary.gradebook);
  for (const { owner, release, why } of shipments.undelivered)
    io.out(`Not delivered: ${release} to ${owner}: ${why}\n`);
  for (const line of summary.unexpected) io.out(`Not as expected: ${line}.\n`);
  if (summary.unexpected.length === 0) io.out('Every student did what its kind is meant to, as far as can be told.\n');
  io.out(`\nledger: ${sayVerification(summary.ledger)}\n`);
}

type GradebookLine = { row: GradebookRow; summed: Summed | undefined };

/** The first of each kind in each challenge, and whoever surprises. */
function telling(rows: readonly GradebookLine[]): GradebookLine[] {
  const seen = new Set<string>();
  return rows.filter(({ row, summed }) => {
    const kind = `${row.challenge}/${summed?.kind}`;
    const first = !seen.has(kind);
    seen.add(kind);
    return first || summed?.expectations.some(({ held }) => held === false) === true;
  });
}

function printStudent(io: Pick<Io, 'out'>, row: GradebookRow, summed: Summed | undefined): void {
  io.out(`\n${row.name} (${row.owner}, ${summed?.kind}), ${row.challenge}: ${row.total} of ${row.of} points\n`);
  if (summed) io.out(`${sayMeant(summed)}\n`);
  for (const criterion of criteria) {
    const scored = row.criteria[criterion];
    if (!scored) continue;
    const points = scored.of === 0 ? '–' : `${scored.points} of ${scored.of}`;
    const [first = '', ...rest] = scored.reasons.map(({ text }) => text);
    io.out(`  ${criterion.padEnd(10)} ${points.padStart(12)}  ${first}\n`);
    for (const reason of rest) io.out(`${' '.repeat(27)}${reason}\n`);
  }
}

function sayMeant({ meant, expectations }: Summed): string {
  const list = (wanted: boolean): string[] =>
    expectations.filter(({ held }) => held === wanted).map(({ says }) => says);
  const [met, unmet] = [list(true), list(false)];
  const parts = [
    ...(met.length > 0 ? [`as expected, ${met.join('; ')}`] : []),
    ...(unmet.length > 0 ? [`NOT as expected: ${unmet.join('; ')}`] : []),
  ];
  return `  meant: ${meant}\n  came:  ${parts.join('. ') || 'nothing of it can be told'}`;
}

/** One line for each student and challenge. */
function printTable(io: Pick<Io, 'out'>, rows: readonly Summed[]): void {
  const cells = rows.map(({ owner, kind, challenge, total, of, expectations }) => [
    owner,
    kind,
    challenge,
    `${total} of ${of}`,
    expectations.some(({ held }) => held === false) ? 'NO' : 'yes',
  ]);
  const table = [['student', 'kind', 'challenge', 'points', 'as expected'], ...cells];
  io.out(`\n${alignLeft(table).join('\n')}\n\n`);
}

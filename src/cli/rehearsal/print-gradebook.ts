// The gradebook for a terminal: a line per student, and under it why.
import { criteria } from '../../domain/challenge/challenge.ts';
import type { Gradebook } from '../../domain/grade/gradebook.ts';
import type { Io } from '../options/command.ts';
import { sayVerification } from '../../domain/ledger/say-verification.ts';
import type { Summary } from './summarise-rehearsal.ts';

export function printGradebook(io: Pick<Io, 'out'>, gradebook: Gradebook, summary: Summary): void {
  const { shipments, students, releases, elapsedSeconds } = summary;
  io.out(
    `${summary.course}: ${students} students, ${releases} releases, ${shipments.dispatched} of ${shipments.planned} shipments dispatched, ${shipments.failed} failed (${elapsedSeconds} s)\n`,
  );
  for (const row of gradebook.rows) {
    const summed = summary.gradebook.find(({ owner, challenge }) => owner === row.owner && challenge === row.challenge);
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
  for (const line of summary.unexpected) io.out(`\nNot as expected: ${line}.\n`);
  io.out(`\nledger: ${sayVerification(summary.ledger)}\n`);
}

function sayMeant({ meant, expectations }: Summary['gradebook'][number]): string {
  const list = (wanted: boolean): string[] =>
    expectations.filter(({ held }) => held === wanted).map(({ says }) => says);
  const [met, unmet] = [list(true), list(false)];
  const parts = [
    ...(met.length > 0 ? [`as expected, ${met.join('; ')}`] : []),
    ...(unmet.length > 0 ? [`NOT as expected: ${unmet.join('; ')}`] : []),
  ];
  return `  meant: ${meant}\n  came:  ${parts.join('. ') || 'nothing of it can be told'}`;
}

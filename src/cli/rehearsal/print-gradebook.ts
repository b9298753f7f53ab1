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
    const kind = summary.gradebook.find(({ owner }) => owner === row.owner)?.kind;
    io.out(`\n${row.name} (${row.owner}, ${kind}): ${row.total} of ${row.of} points\n`);
    for (const criterion of criteria) {
      const scored = row.criteria[criterion];
      if (!scored) continue;
      const points = scored.of === 0 ? '–' : `${scored.points} of ${scored.of}`;
      const [first = '', ...rest] = scored.reasons.map(({ text }) => text);
      io.out(`  ${criterion.padEnd(10)} ${points.padStart(12)}  ${first}\n`);
      for (const reason of rest) io.out(`${' '.repeat(27)}${reason}\n`);
    }
  }
  io.out(`\nledger: ${sayVerification(summary.ledger)}\n`);
}

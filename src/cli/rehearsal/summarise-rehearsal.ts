// A rehearsal as one JSON object: what happened, and every point with its reason.
import { criteria } from '../../domain/challenge/challenge.ts';
import type { Course } from '../../domain/course/course.ts';
import type { Verification } from '../../domain/ledger/verify.ts';
import type { Rehearsal } from '../../rehearsal/rehearse.ts';

export type Summary = {
  course: string;
  students: number;
  releases: number;
  shipments: { planned: number; dispatched: number; failed: number };
  repositories: string[];
  checkRuns: { name: string; repository: string; headSha: string; conclusion: string | null; app: string }[];
  gradebook: {
    owner: string;
    name: string;
    kind: string;
    total: number;
    of: number;
    criteria: Record<string, { points: number; of: number; reason: string }>;
  }[];
  /** What `practicum ledger verify` says of it. */
  ledger: Verification;
  elapsedSeconds: number;
};

/** `planned` counts every shipment of the plan, whatever became of it. */
export function summarise(
  { organisation, shipments, releases, students, gradebook, checkRuns, ledger }: Rehearsal,
  course: Course,
  elapsedSeconds: number,
): Summary {
  const count = (state: string): number => shipments.filter((shipment) => shipment.state === state).length;
  return {
    course: course.title,
    students: new Set(gradebook.rows.map(({ owner }) => owner)).size,
    releases: releases.length,
    shipments: {
      planned: shipments.length - count('cancelled'),
      dispatched: count('dispatched'),
      failed: count('failed'),
    },
    repositories: [...new Set(students.map(({ repository }) => `${organisation}/${repository}`))].toSorted(),
    checkRuns,
    gradebook: gradebook.rows.map((row) => ({
      owner: row.owner,
      name: row.name,
      kind: students.find(({ owner }) => owner === row.owner)?.kind ?? 'unknown',
      total: row.total,
      of: row.of,
      criteria: Object.fromEntries(
        criteria.flatMap((criterion) => {
          const scored = row.criteria[criterion];
          return scored ? [[criterion, { points: scored.points, of: scored.of, reason: scored.reason }]] : [];
        }),
      ),
    })),
    ledger,
    elapsedSeconds: Math.round(elapsedSeconds * 10) / 10,
  };
}

// A rehearsal as one JSON object: what happened, and every point with its reason.
import { criteria } from '../../domain/challenge/challenge.ts';
import type { Course } from '../../domain/course/course.ts';
import type { Verification } from '../../domain/ledger/verify.ts';
import type { GradebookRow } from '../../domain/grade/gradebook.ts';
import { judgePersona, meanings, type Expectation, type Played } from '../../rehearsal/personas.ts';
import type { Rehearsal } from '../../rehearsal/rehearse.ts';
import type { Student } from '../../rehearsal/student.ts';

export type Summary = {
  course: string;
  students: number;
  releases: number;
  shipments: {
    planned: number;
    dispatched: number;
    failed: number;
    /** Those that were due and did not arrive, each with its last error. */
    undelivered: { owner: string; challenge: string; release: string; why: string }[];
  };
  repositories: string[];
  checkRuns: { name: string; repository: string; headSha: string; conclusion: string | null; app: string }[];
  gradebook: {
    owner: string;
    name: string;
    challenge: string;
    kind: string;
    /** What a student of this kind is meant to do, and whether what can be told of it came true. */
    meant: string;
    expectations: Expectation[];
    total: number;
    of: number;
    criteria: Record<string, { points: number; of: number; reason: string }>;
  }[];
  /** Expectations that did not come true, as sentences. */
  unexpected: string[];
  /** What `practicum ledger verify` says of it. */
  ledger: Verification;
  elapsedSeconds: number;
};

/** `planned` counts every shipment of the plan, whatever became of it. */
export function summarise(rehearsal: Rehearsal, course: Course, elapsedSeconds: number): Summary {
  const { organisation, shipments, releases, students, gradebook, checkRuns, ledger } = rehearsal;
  const count = (state: string): number => shipments.filter((shipment) => shipment.state === state).length;
  const rows = gradebook.rows.map((row) => summariseRow(rehearsal, row));
  return {
    course: course.title,
    students: new Set(gradebook.rows.map(({ owner }) => owner)).size,
    releases: releases.length,
    shipments: {
      planned: shipments.length - count('cancelled'),
      dispatched: count('dispatched'),
      failed: count('failed'),
      undelivered: undelivered(shipments),
    },
    repositories: [...new Set(students.map(({ repository }) => `${organisation}/${repository}`))].toSorted(),
    checkRuns,
    gradebook: rows,
    unexpected: rows.flatMap(({ owner, challenge, kind, expectations }) =>
      expectations
        .filter(({ held }) => held === false)
        .map(({ says }) => `${owner} (${kind}) in ${challenge}: it did not come true that the student ${says}`),
    ),
    ledger,
    elapsedSeconds: Math.round(elapsedSeconds * 10) / 10,
  };
}

function undelivered(shipments: Rehearsal['shipments']): Summary['shipments']['undelivered'] {
  return shipments
    .filter(({ state }) => state !== 'cancelled' && state !== 'dispatched')
    .map(({ shipment: { owner, challenge, release }, state, lastError }) => ({
      owner,
      challenge,
      release,
      why: lastError ?? `it is still ${state}`,
    }));
}

function summariseRow(rehearsal: Rehearsal, row: GradebookRow): Summary['gradebook'][number] {
  const { owner, name, challenge, total, of } = row;
  const student = rehearsal.students.find(
    (candidate) => candidate.owner === owner && candidate.challenge === challenge,
  );
  const scored = criteria.flatMap((criterion) => {
    const { points, of: most, reason } = row.criteria[criterion] ?? {};
    return points === undefined ? [] : [[criterion, { points, of: most, reason }]];
  });
  return {
    owner,
    name,
    challenge,
    kind: student?.kind ?? 'unknown',
    meant: student ? meanings[student.kind] : '',
    expectations: student ? judgePersona(played(rehearsal, row, student)) : [],
    total,
    of,
    criteria: Object.fromEntries(scored) as Summary['gradebook'][number]['criteria'],
  };
}

function played(rehearsal: Rehearsal, row: GradebookRow, { kind, repository }: Student): Played {
  const { organisation, gradebook, students, releases, checkRuns } = rehearsal;
  const others = students.filter(({ challenge }) => challenge === row.challenge);
  return {
    row,
    kind,
    rows: gradebook.rows.flatMap((gradebookRow) => {
      const found =
        gradebookRow.challenge === row.challenge && others.find(({ owner }) => owner === gradebookRow.owner);
      return found ? [{ row: gradebookRow, kind: found.kind }] : [];
    }),
    releases: releases.filter(({ challenge }) => challenge === row.challenge),
    forged: checkRuns.some(
      (run) =>
        run.name === pipelineCheck &&
        run.app === 'github-actions' &&
        run.repository === `${organisation}/${repository}`,
    ),
  };
}

const pipelineCheck = 'practicum/pipeline';

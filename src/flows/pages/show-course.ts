// A course at a glance: for every student and release, how far the data got; the scores; and what waits for a person.
import type { Challenge } from '../../domain/challenge/challenge.ts';
import type { Course, Owner } from '../../domain/course/course.ts';
import type { GradebookRow } from '../../domain/grade/gradebook.ts';
import { scorePolicy } from '../../domain/evidence/policy.ts';
import type { CourseRecord, StoredShipment, StudentRepository } from '../../ports/records.ts';
import type { Hold, ParkedJob } from '../../ports/jobs.ts';
import type { DisputedEndpoint } from '../../ports/practice.ts';
import type { Store } from '../../ports/store.ts';
import { claimsSince } from '../endpoint/identify-service.ts';
import { missingPeople, type MissingPeople } from '../course/missing-people.ts';
import { cellsOf, type ReleaseCell } from './show-progress.ts';
import { riskOf, type Risk } from './show-risk.ts';
import { readState } from './show-state.ts';

export type StudentLine = {
  owner: Owner;
  repositories: StudentRepository[];
  cells: ReleaseCell[];
  rows: GradebookRow[];
  total: number;
  /** Points that could be earned so far. */
  of: number;
  risk?: Risk;
};

export type CourseView = {
  record: CourseRecord & { repository: string; commitSha: string };
  course: Course;
  now: Date;
  challenges: Challenge[];
  releases: { challenge: string; name: string; due: Date }[];
  students: StudentLine[];
  shipments: StoredShipment[];
  /** What waits for GitHub, the disk or the clock: of this course, or of all. */
  holds: Hold[];
  /** Services whose owner is in doubt. */
  disputed: DisputedEndpoint[];
  /** All of them, also those of people who left. */
  repositories: StudentRepository[];
  missing: MissingPeople;
  /** Work that failed permanently, until a person acts. */
  parked: ParkedJob[];
};

export async function showCourse(store: Store, organisation: string, now: Date): Promise<CourseView | undefined> {
  const state = await readState(store, organisation, now);
  if (!state) return undefined;
  const { record, course, challenges, shipments } = state;
  return {
    record,
    course,
    now,
    challenges,
    releases: challenges.flatMap(({ name: challenge, releases }) =>
      releases.map(({ name, due }) => ({ challenge, name, due })),
    ),
    students: toLines(state, now),
    shipments,
    holds: (await store.holds()).filter(
      ({ scope, organisation: whose }) => !scope.startsWith('github/') || whose === record.organisation,
    ),
    disputed: await store.disputedEndpoints(organisation, claimsSince(now)),
    repositories: state.repositories,
    missing: await missingPeople(store, state),
    parked: await showParked(store, organisation),
  };
}

function toLines(
  {
    course,
    challenges,
    owners,
    shipments,
    evidence,
    repositories,
    gradebook,
  }: NonNullable<Awaited<ReturnType<typeof readState>>>,
  now: Date,
): StudentLine[] {
  const policies = challenges.map((challenge) => scorePolicy(challenge, course));
  const grace = new Map(challenges.map(({ name, freshness }) => [name, freshness.full]));
  const byOwner = {
    shipments: Map.groupBy(shipments, ({ shipment }) => shipment.owner),
    evidence: Map.groupBy(evidence, ({ owner }) => owner),
    repositories: Map.groupBy(repositories, ({ owner }) => owner),
    rows: Map.groupBy(gradebook.rows, ({ owner }) => owner),
  };
  return owners.map((owner) => {
    const { slug } = owner;
    const cells = cellsOf(policies, byOwner.shipments.get(slug) ?? [], byOwner.evidence.get(slug) ?? [], now);
    const rows = byOwner.rows.get(slug) ?? [];
    const risk = riskOf(cells, grace, now);
    return {
      owner,
      cells,
      rows,
      repositories: byOwner.repositories.get(slug) ?? [],
      total: rows.reduce((sum, row) => sum + row.total, 0),
      of: rows.reduce((sum, row) => sum + row.of, 0),
      ...(risk ? { risk } : {}),
    };
  });
}

/** The queue is one for all courses. What belongs to none, or to nobody knows which, is shown with each. */
export async function showParked(store: Store, organisation: string): Promise<ParkedJob[]> {
  const own = organisation.toLowerCase();
  const shown: ParkedJob[] = [];
  for (const job of await store.parkedJobs()) {
    const whose = await courseOf(store, job.key);
    if (whose === undefined || whose === own) shown.push(job);
  }
  return shown;
}

/** A job's key names its course; that of a webhook names the webhook. */
async function courseOf(store: Store, key: string): Promise<string | undefined> {
  const [name, where = ''] = key.split('/');
  if (name === 'reconcile') return undefined;
  if (name !== 'delivery') return where.toLowerCase();
  const delivery = await store.delivery(where);
  const byRepository = delivery?.repository?.split('/')[0];
  if (byRepository !== undefined || delivery?.installationId === undefined) return byRepository;
  return (await store.courses()).find(({ installationId }) => installationId === delivery.installationId)?.organisation;
}

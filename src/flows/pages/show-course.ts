// A course at a glance: the class in sums, how far the data got with each student of a page, and what waits for a person.
import type { Challenge } from '../../domain/challenge/challenge.ts';
import type { Course } from '../../domain/course/course.ts';
import type { Risk } from '../../domain/evidence/fall-behind.ts';
import type { CourseRecord, StudentRepository } from '../../ports/records.ts';
import type { Hold, ParkedJob } from '../../ports/jobs.ts';
import type { DisputedEndpoint } from '../../ports/practice.ts';
import type { ClassTotals, Cut, StudentSelection, StudentStanding } from '../../ports/standings.ts';
import type { Store } from '../../ports/store.ts';
import { inForce } from '../course/in-force.ts';
import { claimsSince } from '../endpoint/identify-service.ts';
import { missingPeople, type MissingPeople } from '../course/missing-people.ts';
import { freshenStandings } from '../grade/keep-standings.ts';
import { cutTo, pageSize, type Page } from './cut-page.ts';
import { showFigures, type ClassFigures } from './show-figures.ts';
import { showParked } from './show-parked.ts';

export type CourseSelection = StudentSelection & { challenge: string; page: number };

export type ReleaseColumn = { challenge: string; name: string; due: Date };
export type ShownCell = Awaited<ReturnType<Store['releasesOf']>>[number];
export type StudentLine = StudentStanding & { cells: ShownCell[] };

export type CourseView = {
  record: CourseRecord & { repository: string; commitSha: string };
  course: Course;
  now: Date;
  challenges: Challenge[];
  releases: ReleaseColumn[];
  /** Of them those in the table. */
  columns: ReleaseColumn[];
  totals: ClassTotals;
  /** How many students do not stand here as of now yet. */
  pending: number;
  groups: { slug: string; name: string }[];
  students: Page<StudentLine>;
  /** Who falls behind, the worst first: the first few. */
  behind: (StudentStanding & { risk: Risk })[];
  /** Of the challenge asked for, or of the one that began last. */
  figures?: ClassFigures;
  broken: Cut<StudentRepository>;
  differing: Cut<StudentRepository>;
  /** What waits for GitHub, the disk or the clock: of this course, or of all. */
  holds: Hold[];
  /** Services whose owner is in doubt. */
  disputed: DisputedEndpoint[];
  missing: MissingPeople;
  /** Work that failed permanently, until a person acts. */
  parked: ParkedJob[];
};

/** More columns than this are shown one challenge at a time. */
const maxColumns = 12;
/** What needs attention is named so far, and counted. */
export const mostNamed = 8;
/** Of repositories and people every one has something else to be done about. */
export const mostDiffering = 50;

const everybody: CourseSelection = {
  sort: 'name',
  descending: false,
  show: 'all',
  group: '',
  text: '',
  challenge: '',
  page: 1,
};

export async function showCourse(
  store: Store,
  organisation: string,
  now: Date,
  selection: CourseSelection = everybody,
): Promise<CourseView | undefined> {
  const found = await inForce(store, organisation);
  if (!found) return undefined;
  const { record, course, challenges } = found;
  const pending = await freshenStandings(store, { ...found, organisation, now });
  const releases = challenges.flatMap(({ name: challenge, releases: of }) =>
    of.map(({ name, due }) => ({ challenge, name, due })),
  );
  const columns = columnsOf(challenges, releases, selection.challenge, now);
  const focus = focusOf(challenges, selection.challenge, now);
  const totals = await store.classTotals(organisation, now);
  return {
    record,
    course,
    now,
    challenges,
    releases,
    columns,
    totals,
    pending,
    groups: totals.groups === 0 ? [] : await store.groupsOf(organisation),
    students: await showStudents(store, organisation, now, selection, columns),
    behind: await store.behindFirst(organisation, now, mostNamed),
    ...(focus ? { figures: await showFigures(store, organisation, focus) } : {}),
    ...(await store.wrongRepositories(organisation, mostDiffering)),
    holds: (await store.holds()).filter(
      ({ scope, organisation: whose }) => !scope.startsWith('github/') || whose === record.organisation,
    ),
    disputed: await store.disputedEndpoints(organisation, claimsSince(now)),
    missing: await missingPeople(store, found),
    parked: await showParked(store, organisation),
  };
}

async function showStudents(
  store: Store,
  organisation: string,
  now: Date,
  selection: CourseSelection,
  columns: readonly ReleaseColumn[],
): Promise<Page<StudentLine>> {
  const page = await cutTo(selection.page, pageSize, (window) =>
    store.findStudents(organisation, selection, now, window),
  );
  const shown = [...new Set(columns.map(({ challenge }) => challenge))];
  const slugs = page.rows.map(({ owner }) => owner);
  const cells = Map.groupBy(await store.releasesOf(organisation, slugs, shown), ({ owner }) => owner);
  return { ...page, rows: page.rows.map((row) => ({ ...row, cells: cells.get(row.owner) ?? [] })) };
}

function columnsOf(
  challenges: readonly Challenge[],
  releases: readonly ReleaseColumn[],
  wanted: string,
  now: Date,
): ReleaseColumn[] {
  const of = (name: string): ReleaseColumn[] => releases.filter(({ challenge }) => challenge === name);
  if (challenges.some(({ name }) => name === wanted)) return of(wanted);
  if (releases.length <= maxColumns) return [...releases];
  const latest = challenges.filter(({ starts }) => starts <= now).at(-1) ?? challenges[0];
  return latest ? of(latest.name) : [];
}

/** The challenge of the plots: the one asked for, or the one that began last. */
function focusOf(challenges: readonly Challenge[], wanted: string, now: Date): Challenge | undefined {
  const begun = challenges.filter(({ starts }) => starts <= now).toSorted((a, b) => +a.starts - +b.starts);
  return challenges.find(({ name }) => name === wanted) ?? begun.at(-1) ?? challenges[0];
}

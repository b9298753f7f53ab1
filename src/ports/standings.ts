// What the pages about a whole class read: each student as last computed, found, ordered, cut into pages and summed up by the database.
import type { Criterion } from '../domain/challenge/challenge.ts';
import type { Member, Owner } from '../domain/course/course.ts';
import type { ReleaseProgress } from '../domain/evidence/release-progress.ts';
import type { Risk } from '../domain/evidence/fall-behind.ts';
import type { GradebookRow } from '../domain/grade/gradebook.ts';
import type { StudentRepository } from './records.ts';

/** Who is to be computed again, and how often that was done before. */
export type StaleOwner = { owner: string; version: number };

/** One owner as computed at `at`. */
export type KeptStanding = StaleOwner & {
  rules: string;
  at: Date;
  /** Time alone may change it after that. */
  until: Date;
  rows: readonly GradebookRow[];
  releases: readonly ReleaseProgress[];
  /** Shipments by their state. */
  shipments: { planned: number; dispatched: number; failed: number };
  /** Holds after `from`. */
  risk?: Risk & { from: Date };
};

export type StudentSelection = {
  sort: 'name' | 'score' | 'progress' | 'risk';
  descending: boolean;
  show: 'all' | 'risk' | 'silent' | 'red' | 'done';
  /** Empty for all, `-` for those without a group. */
  group: string;
  /** In lower case. */
  text: string;
};

/** Some rows, and how many there are in all. */
export type Cut<Row> = { rows: Row[]; total: number };
export type Window = { from: number; limit: number };

export type StudentStanding = {
  owner: string;
  name: string;
  kind: Owner['kind'];
  members: Member[];
  /** False: it is not known yet how this student stands. */
  isKnown: boolean;
  total: number;
  /** Points that could be earned so far. */
  of: number;
  shipped: number;
  green: number;
  risk?: Risk;
};

export type ClassTotals = {
  students: number;
  groups: number;
  /** Releases, each counted for each student, by how far they got. */
  shipped: number;
  merged: number;
  green: number;
  /** Shipments by their state. */
  planned: number;
  dispatched: number;
  failed: number;
  /** Those who can have earned anything, and the mean of the shares that they have. */
  graded: number;
  mean: number;
  behind: number;
};

/** One release of a challenge over the class. Times in milliseconds from shipment to the first counted green run. */
export type ReleaseFigures = {
  release: string;
  shipped: number;
  merged: number;
  green: number;
  red: number;
  /** Of those whose time is known. */
  timed: number;
  prompt: number;
  median?: number;
  slowest?: number;
  /** The last that was merged or green. */
  last?: Date;
};

/** One student's time, or that of several in the same place of a scale. */
export type TimeDot = { release: string; took: number; name: string; owner: string };
export type TimeBin = { release: string; place: number; took: number; count: number };
/** How many had merged a release, or run it green, by then. */
export type GrowthStep = { release: string; kind: 'merged' | 'green'; at: Date; count: number };

export type GradebookSelection = {
  /** `name`, `score` or a criterion. */
  sort: 'name' | 'score' | Criterion;
  descending: boolean;
  text: string;
};

export interface StandingStore {
  /** Brings the rows to this roster, which is in order of names; does nothing where they were made for the same one. */
  keepRoster(organisation: string, digest: string, owners: readonly Owner[]): Promise<void>;
  /** Lets the roster be compared again. */
  forgetRoster(organisation: string): Promise<void>;
  /** Those about whom there is news, for whom time has run out, or who were computed by other rules; the first `limit`. */
  staleOwners(organisation: string, rules: string, now: Date, limit: number): Promise<StaleOwner[]>;
  countStale(organisation: string, rules: string, now: Date): Promise<number>;
  /** Numbers of the news about these owners. */
  standingNews(organisation: string, owners: readonly string[]): Promise<number[]>;
  /** News about whoever is not on the roster: should they come onto it, they are computed anyway. */
  dropStrayNews(organisation: string): Promise<void>;
  /** Keeps those whom nobody else has kept since their version, and drops the news about them; returns them. In a transaction. */
  saveStandings(organisation: string, all: readonly KeptStanding[], news: readonly number[]): Promise<string[]>;
  /** Courses of which time alone may have changed something. */
  coursesOutOfTime(now: Date): Promise<string[]>;
  /** Those that hold this criterion, without their reasons. */
  standingsWith(
    organisation: string,
    criterion: Criterion,
  ): Promise<(Pick<GradebookRow, 'owner' | 'name' | 'challenge'> & { of: number; worth: number })[]>;

  classTotals(organisation: string, now: Date): Promise<ClassTotals>;
  groupsOf(organisation: string): Promise<{ slug: string; name: string }[]>;
  findStudents(
    organisation: string,
    selection: StudentSelection,
    now: Date,
    window: Window,
  ): Promise<Cut<StudentStanding>>;
  /** Who falls behind, worst first. */
  behindFirst(organisation: string, now: Date, limit: number): Promise<(StudentStanding & { risk: Risk })[]>;
  releasesOf(
    organisation: string,
    owners: readonly string[],
    challenges: readonly string[],
  ): Promise<(Omit<ReleaseProgress, 'due' | 'at'> & { owner: string })[]>;
  /** What is wrong with repositories: could not be made, or is not as the course wants it. */
  wrongRepositories(
    organisation: string,
    limit: number,
  ): Promise<{ broken: Cut<StudentRepository>; differing: Cut<StudentRepository> }>;

  /** `prompt`: within how many milliseconds is in time. */
  releaseFigures(organisation: string, challenge: string, prompt: number): Promise<ReleaseFigures[]>;
  timeDots(organisation: string, challenge: string, releases: readonly string[]): Promise<TimeDot[]>;
  /** Places are 0 to `places`, along the root of the time up to `longest`. */
  timeBins(
    organisation: string,
    challenge: string,
    releases: readonly string[],
    scale: { longest: number; places: number },
  ): Promise<TimeBin[]>;
  /** In order of time; of several in one of `places` between both moments, the last. */
  growth(
    organisation: string,
    challenge: string,
    scale: { from: Date; until: Date; places: number },
  ): Promise<GrowthStep[]>;

  findGrades(
    organisation: string,
    challenges: readonly string[],
    selection: GradebookSelection,
    window: Window,
  ): Promise<Cut<GradebookRow> & { all: number }>;
}

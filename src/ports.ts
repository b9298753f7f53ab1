// What flows need from outside, as small interfaces; adapters implement them, main.ts hands them over.
import type { DatasetFacts } from './domain/dataset-facts.ts';
import type { Evidence } from './domain/evidence.ts';
import type { Problem } from './domain/problem.ts';
import type { Shipment, ShipmentState } from './domain/shipment.ts';
import type { GitHub, Hooks, NextShipments } from './ports-github.ts';
import type { PlacementOutside, PlacementStore } from './ports-placement.ts';
import type { Endpoints, PracticeStore } from './ports-practice.ts';
import type { ReportStore, VerifyToken } from './ports-report.ts';
import type { Slices } from './ports-slices.ts';
import type { TemplateStore } from './ports-repository.ts';

/** Course time. Real time in production; a rehearsal moves it by hand, and then `runs` is false. */
export type Clock = {
  now: () => Date;
  /** Tells when the time was moved by hand; returns how to stop listening. */
  onChange: (listener: () => void) => () => void;
  runs: boolean;
};

/** Structured logging, as pino does it. Secrets never go in. */
export type Log = Record<'debug' | 'info' | 'warn' | 'error', (facts: object, message: string) => void>;

// ---- work ----

/**
 * `prompt`, the default: somebody waits for it. `bulk`: what a whole class is due, and leaves room for that. `upkeep`: making,
 * updating and describing repositories, which goes on while nothing of the bulk is due.
 */
export type JobKind = 'prompt' | 'bulk' | 'upkeep';
/** `challenge` orders what is due at the same time. */
export type JobRequest = {
  key: string;
  name: string;
  payload: unknown;
  dueAt: Date;
  lane?: string;
  kind?: JobKind;
  challenge?: string;
};
export type ClaimedJob = { key: string; name: string; payload: unknown; attempts: number };

export interface JobQueue {
  enqueue(jobs: readonly JobRequest[]): Promise<void>;
  /** Leases up to `limit` jobs of the kind that are due at `now`. */
  claim(now: Date, limit: number, kind?: JobKind): Promise<ClaimedJob[]>;
  renew(keys: readonly string[]): Promise<void>;
  complete(key: string): Promise<void>;
  /** Gives a job back to be tried after `seconds`, without counting a failure. */
  postpone(key: string, seconds: number, why?: string): Promise<void>;
  fail(key: string, error: string, retryAfterSeconds?: number): Promise<'open' | 'parked'>;
  park(key: string, error: string): Promise<'parked'>;
  nextWake(now: Date): Promise<{ due: Date | undefined; waitSeconds: number | undefined }>;
}

export type ParkedJob = { key: string; name: string; attempts: number; lastError: string };
/** Where a job stands: waiting for its time or its next try, held by a person, or given up. */
export type JobStatus = { key: string; state: 'open' | 'paused' | 'parked'; nextTry: Date };

// ---- what is remembered ----

export type Installation = { id: number; login: string; organisationId: number };

export type CourseRecord = {
  /** Lower-case login: the key of everything. */
  organisation: string;
  login: string;
  /** GitHub's id of the organisation. */
  organisationId: number;
  installationId: number;
  repository?: string;
  commitSha?: string;
  /** Path → text of the files in force. */
  files: Record<string, string>;
  /** Rows and columns by `dataset.source`, at that commit. */
  facts: Record<string, DatasetFacts>;
  /** When they came into force. */
  syncedAt?: Date;
  /** The newest commit, where it has errors. */
  refused?: RefusedCommit;
};

export type RefusedCommit = { repository: string; commit: string; at: Date; problems: Problem[] };

export type StudentRepository = {
  name: string;
  owner: string;
  members: string[];
  state: 'planned' | 'ready' | 'failed';
  repositoryId?: number;
  templateSha?: string;
  defaultBranch?: string;
  lastError?: string;
};

/** Where a dispatched shipment is. */
export type Receipt = {
  commit: string;
  /** Git's hash of the slice's bytes: the slice is unaltered where the path has this blob. */
  blob: string;
  /** Where that blob is, for a pointer; absent where it is at the shipment's own path. */
  path?: string;
  bytes: number;
  sha256: string;
  rows: number;
  pullRequest?: number;
  /** What was wrong with the student's manifest, which was written anew. */
  fault?: string;
  url: string;
};

export type StoredShipment = {
  shipment: Shipment;
  state: ShipmentState;
  attempts: number;
  lastError?: string;
  dispatchedAt?: Date;
  receipt?: Receipt;
  /** When its branch was made, before it is due. */
  stagedAt?: Date;
};

export type DeliveryRecord = {
  guid: string;
  event: string;
  action?: string;
  installationId?: number;
  repository?: string;
  payload: unknown;
  receivedAt: Date;
};

/** Everything remembered, in the database. Inside `transaction`, all of it is stored or nothing. */
export interface Store extends PracticeStore, TemplateStore, ReportStore {
  transaction<T>(work: (store: Store) => Promise<T>): Promise<T>;

  courses(): Promise<CourseRecord[]>;
  course(organisation: string): Promise<CourseRecord | undefined>;
  saveInstallation(installation: Installation): Promise<void>;
  removeInstallation(organisation: string): Promise<void>;
  saveCourse(
    organisation: string,
    course: Pick<CourseRecord, 'repository' | 'commitSha' | 'files' | 'facts'>,
    at: Date,
  ): Promise<void>;
  /** Remembers what is wrong with the newest commit, until another comes into force. */
  saveRefused(organisation: string, refused: RefusedCommit): Promise<void>;

  studentRepositories(organisation: string): Promise<StudentRepository[]>;
  studentRepository(organisation: string, name: string): Promise<StudentRepository | undefined>;
  saveStudentRepository(organisation: string, repository: StudentRepository): Promise<void>;

  shipments(organisation: string, filter?: { repository?: string; challenge?: string }): Promise<StoredShipment[]>;
  shipment(organisation: string, id: string): Promise<StoredShipment | undefined>;
  saveShipment(organisation: string, stored: StoredShipment): Promise<void>;
  nextShipments: NextShipments;

  /** Returns false when this evidence is known already: it is append-only. */
  addEvidence(organisation: string, evidence: Evidence): Promise<boolean>;
  /** In order of time; of these kinds only, where they are named. */
  evidence(
    organisation: string,
    challenge: string,
    owner?: string,
    kinds?: readonly Evidence['kind'][],
  ): Promise<Evidence[]>;

  placements: PlacementStore;

  /** Returns false when the delivery is known already. */
  addDelivery(delivery: DeliveryRecord): Promise<boolean>;
  delivery(guid: string): Promise<DeliveryRecord | undefined>;
  /** Forgets webhooks that are worked off and older than this: GitHub cannot send them again by then. */
  forgetDeliveries(before: Date): Promise<void>;

  enqueue(jobs: readonly JobRequest[]): Promise<void>;
  /** Moves those of these jobs that wait for their first try to their new time. */
  reschedule(jobs: readonly JobRequest[]): Promise<void>;
  dequeue(keys: readonly string[]): Promise<void>;
  parkedJobs(): Promise<ParkedJob[]>;
  /** Lets a parked job be tried again from the start; does nothing to any other. */
  retryParked(key: string): Promise<void>;
  /** Of those keys that are queued. */
  jobs(keys: readonly string[]): Promise<JobStatus[]>;
  /** Holds a job that nobody is working on, or lets it go on; true when it did. */
  pauseJob(key: string): Promise<boolean>;
  resumeJob(key: string): Promise<boolean>;
}

/** What every flow is given. */
export type Outside = PlacementOutside & {
  clock: Clock;
  log: Log;
  store: Store;
  slices: Slices;
  endpoints: Endpoints;
  hooks: Hooks;
  verifyToken: VerifyToken;
  github: (course: Pick<CourseRecord, 'login' | 'installationId'>) => GitHub;
  /** A course to start from: what the onboarding pull request holds. */
  courseTemplate: () => Promise<{ path: string; contents: Buffer }[]>;
  /** Name of the course repository in each organisation. */
  courseRepository: string;
  /** The App's slug: its own check runs and commits are told from others by it. */
  appSlug: string;
  /** Address of a student's own page. */
  studentPage: (organisation: string, owner: string) => string;
};

// What flows need from outside, as small interfaces; adapters implement them, main.ts hands them over.
import type { Challenge, CarrierKind } from './domain/challenge.ts';
import type { Course, Owner, Permission, Visibility } from './domain/course.ts';
import type { DatasetFacts } from './domain/dataset-facts.ts';
import type { Evidence } from './domain/evidence.ts';
import type { Problem } from './domain/problem.ts';
import type { Report } from './domain/report.ts';
import type { Shipment, ShipmentState } from './domain/shipment.ts';
import type { Endpoints, StudentFiles, PracticeStore, RowSource } from './ports-practice.ts';
import type { Placements, PlacementStore } from './ports-placement.ts';
import type { RepositoryPorts, TemplateStore } from './ports-repository.ts';

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

export type JobRequest = { key: string; name: string; payload: unknown; dueAt: Date; lane?: string };
export type ClaimedJob = { key: string; name: string; payload: unknown; attempts: number };

export interface JobQueue {
  enqueue(jobs: readonly JobRequest[]): Promise<void>;
  /** Leases up to `limit` jobs that are due at `now`. */
  claim(now: Date, limit: number): Promise<ClaimedJob[]>;
  renew(keys: readonly string[]): Promise<void>;
  complete(key: string): Promise<void>;
  /** Gives a job back to be tried after `seconds`, without counting a failure. */
  postpone(key: string, seconds: number): Promise<void>;
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
};

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
  url: string;
};

export type StoredShipment = {
  shipment: Shipment;
  state: ShipmentState;
  attempts: number;
  lastError?: string;
  dispatchedAt?: Date;
  receipt?: Receipt;
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
export interface Store extends PracticeStore, TemplateStore {
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

  studentRepositories(organisation: string): Promise<StudentRepository[]>;
  studentRepository(organisation: string, name: string): Promise<StudentRepository | undefined>;
  saveStudentRepository(organisation: string, repository: StudentRepository): Promise<void>;

  shipments(organisation: string, filter?: { repository?: string; challenge?: string }): Promise<StoredShipment[]>;
  shipment(organisation: string, id: string): Promise<StoredShipment | undefined>;
  saveShipment(organisation: string, stored: StoredShipment): Promise<void>;

  /** Returns false when this evidence is known already: it is append-only. */
  addEvidence(organisation: string, evidence: Evidence): Promise<boolean>;
  evidence(organisation: string, challenge: string, owner?: string): Promise<Evidence[]>;

  placements: PlacementStore;
  /** Marks an identity token as used by a check run; false when another check run used it before. */
  useToken(jti: string, checkRunId: number): Promise<boolean>;

  /** Returns false when the delivery is known already. */
  addDelivery(delivery: DeliveryRecord): Promise<boolean>;
  delivery(guid: string): Promise<DeliveryRecord | undefined>;
  /** Forgets webhooks that are worked off and older than this: GitHub cannot send them again by then. */
  forgetDeliveries(before: Date): Promise<void>;

  enqueue(jobs: readonly JobRequest[]): Promise<void>;
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

// ---- GitHub, as one installation sees it ----

export type Annotation = {
  path: string;
  line: number;
  column?: number;
  level: 'notice' | 'warning' | 'failure';
  title?: string;
  message: string;
};

export type CheckRunDraft = {
  name: string;
  headSha: string;
  /** What the re-run button hands back: `flow:argument`. */
  externalId: string;
  conclusion: 'success' | 'failure' | 'neutral' | 'action_required' | 'cancelled';
  /** Not over yet: then the conclusion says nothing. */
  status?: 'queued' | 'in_progress';
  title: string;
  summary: string;
  text?: string;
  annotations?: Annotation[];
};

export interface CheckRuns {
  /** A new check run in progress, which the next `publish` of that name completes. */
  restart(repository: string, check: Pick<CheckRunDraft, 'name' | 'headSha' | 'externalId'>): Promise<void>;
  /** Shows this on the commit: once, however often it is called with the same content. */
  publish(repository: string, draft: CheckRunDraft): Promise<{ id: number; url: string }>;
}

export interface StudentRepositories {
  /** Creates the repository from its template unless it exists; undefined while GitHub is still copying. */
  ensure(wanted: { name: string; template?: string; visibility: Visibility }): Promise<EnsuredRepository | undefined>;
  /** The present name of the repository with this id, or undefined when it was deleted or moved away. */
  locate(id: number): Promise<string | undefined>;
  /** Lets the members in, and the staff team. */
  grant(name: string, members: readonly string[], permission: Permission, staff?: string): Promise<void>;
  /** Labels with their colours and meanings, made unless they are there. */
  ensureLabels(name: string, labels: readonly { name: string; color: string; description: string }[]): Promise<void>;
  /** Commits the file unless the default branch has it with this content already. */
  ensureFile(name: string, file: { path: string; content: string; message: string }): Promise<void>;
  /** Text of a file of the default branch, or undefined. */
  readFile(name: string, path: string): Promise<string | undefined>;
}
export type EnsuredRepository = { id: number; defaultBranch: string; headSha: string; templateSha?: string };

/** A slice on this machine's disk, ready to travel. */
export type Slice = {
  path: string;
  bytes: number;
  rows: number;
  columns: string[];
  sha256: string;
  /** What the slice holds and what changed since the last one, as Markdown. */
  card?: string;
};

/** What goes with a slice: the commit's message and, for a pull request, its words. */
export type Consignment = { message: string; title: string; body: string; labels: string[] };

export interface CarrierPort {
  /** Carries the slice, or finds that it was carried before. Throws coded errors. */
  carry(shipment: Shipment, slice: Slice, consignment: Consignment): Promise<Receipt>;
}
export type Carriers = Partial<Record<CarrierKind, CarrierPort>>;

/** What becomes of the pull requests that carried slices. */
export interface DataPulls {
  /** Puts an open pull request back on top of the default branch when it fell behind; tells whether it had to. */
  refresh(shipment: Shipment, slice: Slice, message: string): Promise<boolean>;
  relabel(repository: string, number: number, label: string): Promise<void>;
  /** Says something once: a comment with the same marker is not repeated. */
  comment(repository: string, number: number, marker: string, body: string): Promise<void>;
}

/** One issue for one matter, found again by the marker hidden in its body. */
export interface Issues {
  /** Opens the issue, or brings it up to date (and reopens it). */
  show(repository: string, marker: string, issue: { title: string; body: string }): Promise<void>;
  /** Says `body` in it and closes it; does nothing where there is none that is open. */
  close(repository: string, marker: string, body: string): Promise<void>;
}

/** What GitHub itself says of a workflow run. */
export type WorkflowRunFacts = {
  id: number;
  attempt: number;
  status: string;
  conclusion?: string;
  path: string;
  event: string;
  headSha: string;
  headRepository?: string;
  /** When GitHub last changed it: for a completed run, its end. */
  updatedAt: Date;
  referencedWorkflows: { path: string; sha: string; ref?: string }[];
  jobs: { id: number; name: string; status: string; conclusion?: string }[];
  url: string;
};

export type ForeignCheckRun = {
  id: number;
  name: string;
  app: string;
  headSha: string;
  status: string;
  conclusion?: string;
  text?: string;
  completedAt?: Date;
  url: string;
};

export interface Runs {
  workflowRun(repository: string, id: number): Promise<WorkflowRunFacts | undefined>;
  /** Check runs of the Action on a commit, ours left out. */
  reports(repository: string, headSha: string): Promise<ForeignCheckRun[]>;
  /** Git's blob hash of each path at a commit; a path that is not there is left out. */
  blobs(repository: string, commit: string, paths: readonly string[]): Promise<Map<string, string>>;
}

/** The course repository at one commit, checked out. */
export type CourseSnapshot = {
  directory: string;
  /** True where there is neither a course.yml nor a challenge.yml. */
  isEmpty: boolean;
  files: Record<string, string>;
  facts: Record<string, DatasetFacts>;
  course?: Course;
  challenges: Challenge[];
  owners: Owner[];
  problems: Problem[];
};

export interface CourseRepository {
  /** Head of the default branch, or undefined when there is no such repository (yet). */
  head(repository: string): Promise<{ branch: string; commit: string } | undefined>;
  snapshot(repository: string, commit: string): Promise<CourseSnapshot>;
}

export interface GitHub extends RepositoryPorts {
  login: string;
  checkRuns: CheckRuns;
  studentRepositories: StudentRepositories;
  carriers: Carriers;
  dataPulls: DataPulls;
  issues: Issues;
  runs: Runs;
  placements: Placements;
  studentFiles: StudentFiles;
  courseRepository: CourseRepository;
}

/** GitHub as the App itself sees it, without an installation. */
export interface Hooks {
  /** Asks GitHub to send again what it could not deliver since `since`; returns how many. */
  redeliverFailed(since: Date): Promise<number>;
  installations(): Promise<Installation[]>;
}

/** Whether the token in a report proves it. */
export type VerifyToken = (proof: {
  report: Report;
  token: string | undefined;
  record: CourseRecord;
  repositoryId: number;
  workflowShas: readonly string[];
  checkRunId: number;
}) => Promise<{ accepted: true } | { accepted: false; reason: string }>;

/** Slices of a challenge, computed once from its source. */
export interface Slices extends RowSource {
  slice(shipment: Shipment, courseDirectory: string): Promise<Slice>;
}

/** What every flow is given. */
export type Outside = {
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

// What flows need from GitHub, as one installation of the App sees it.
import type { CarrierKind } from '../domain/carrier/carriers.ts';
import type { RepositoryStates } from './repository-state.ts';
import type { ForeignCheckRun, OnceCommitted, Receipt, Installation } from './records.ts';
import type { Challenge } from '../domain/challenge/challenge.ts';
import type { Course, Owner, Visibility } from '../domain/course/course.ts';
import type { DatasetFacts } from '../domain/dataset/facts.ts';
import type { Annotation } from '../domain/text/annotation.ts';
import type { Problem } from '../domain/text/problem.ts';
import type { Shipment } from '../domain/shipment/shipment.ts';
import type { Placements } from './placement.ts';
import type { StudentFiles } from './practice.ts';
import type { Preparation } from './set-up.ts';
import type { RepositoryPorts } from './repository.ts';
import type { Slice } from './slices.ts';

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
  /** Buttons, which GitHub shows once it is over: three at most, 20 characters for label and identifier, 40 for the description. */
  actions?: { label: string; description: string; identifier: string }[];
};

export interface CheckRuns {
  /** A new check run in progress, which the next `publish` of that name completes. */
  restart(repository: string, check: Pick<CheckRunDraft, 'name' | 'headSha' | 'externalId'>): Promise<void>;
  /** Ours on a commit, the latest of each name. */
  list(repository: string, headSha: string): Promise<{ name: string; externalId: string }[]>;
  /** Shows the latest check run of this name again, as a new one: the answer to a re-run that finds nothing new. */
  repeat(repository: string, check: Pick<CheckRunDraft, 'name' | 'headSha'>): Promise<void>;
  /** Shows this on the commit: once, however often it is called with the same content. */
  publish(repository: string, draft: CheckRunDraft): Promise<{ id: number; url: string }>;
}

export interface StudentRepositories {
  /** Creates the repository from its template unless it exists; undefined while GitHub is still copying. */
  ensure(wanted: { name: string; template?: string; visibility: Visibility }): Promise<EnsuredRepository | undefined>;
  /** Whether repositories can be made from it. */
  template(name: string): Promise<TemplateStanding>;
  /** The present name of the repository with this id, or undefined when it was deleted or moved away. */
  locate(id: number): Promise<string | undefined>;
  /** Labels with their colours and meanings, made unless they are there. */
  ensureLabels(name: string, labels: readonly { name: string; color: string; description: string }[]): Promise<void>;
  /** Commits the file unless the default branch has it with this content already. */
  ensureFile(name: string, file: { path: string; content: string; message: string }): Promise<void>;
  /** Text of a file of the default branch, or undefined. */
  readFile(name: string, path: string): Promise<string | undefined>;
}
export type TemplateStanding = 'good' | 'missing' | 'not-a-template' | 'empty';
export type EnsuredRepository = { id: number; defaultBranch: string; headSha: string; templateSha?: string };

/** What goes with a slice: the commit's message and, for a pull request, its words. */
export type Consignment = { message: string; title: string; body: string; labels: string[] };

export interface CarrierPort {
  /** Carries the slice, or finds that it was carried before. With `seen` a first attempt need not look. Throws coded errors. */
  carry(shipment: Shipment, slice: Slice, consignment: Consignment, seen?: Seen): Promise<Receipt>;
  /** Does what can be done before the due date without notifying anybody, or finds it done. */
  stage?(shipment: Shipment, slice: Slice, consignment: Consignment): Promise<void>;
  /** Takes back what was staged, unless it was carried since. */
  unstage?(shipment: Shipment): Promise<void>;
}
/** A shipment that should find its repository under this id. */
export type Expected = { shipment: Shipment; repositoryId: number };
/** Shipments by git that are due and were never tried, one for each repository: `first`, then by due date and challenge. */
export type NextShipments = (
  organisation: string,
  now: Date,
  which: { first: string; but: readonly string[]; limit: number },
) => Promise<Expected[]>;
/** A repository without any trace of the shipment: its present name, where its default branch is, and the manifest there. */
export type Seen = { repository: string; head: { branch: string; oid: string }; manifest: string | undefined };
/** One question about up to a hundred repositories, by shipment; what is not plain is left out. */
export type PrefetchHeads = (expected: readonly Expected[]) => Promise<Map<string, Seen>>;

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
  /**
   * Opens the issue, or brings it up to date (and reopens it). `number` is where it was last time: one look instead of a
   * search. Returns its number, or undefined where the repository has no issues.
   */
  show(
    repository: string,
    marker: string,
    issue: { title: string; body: string },
    number?: number,
  ): Promise<number | undefined>;
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
  /** Of all attempts. */
  jobs: {
    id: number;
    name: string;
    status: string;
    conclusion?: string;
    attempt?: number;
    startedAt?: Date;
    completedAt?: Date;
  }[];
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
  /** Rows of each release, by file of the challenge, where conditions choose them. */
  counts: Record<string, number[]>;
  course?: Course;
  challenges: Challenge[];
  owners: Owner[];
  problems: Problem[];
};

export interface CourseRepository {
  /** Head of the default branch, or undefined when there is no such repository (yet). */
  head(repository: string): Promise<{ branch: string; commit: string; isPrivate: boolean } | undefined>;
  /** `fresh`: sources from elsewhere are asked whether they have changed since the commit was last read. */
  snapshot(repository: string, commit: string, options?: { fresh: boolean }): Promise<CourseSnapshot>;
  /** Commits what `change` makes of a file of the default branch; does nothing where it stays the same. Throws `conflict` where somebody was faster. */
  changeFile(repository: string, path: string, message: string, change: (text: string) => string): Promise<void>;
  /** Commits the files once, as the trailer tells. Throws `course-public` where everybody could read them. */
  commit(repository: string, commit: OnceCommitted): Promise<string>;
}

export interface GitHub extends RepositoryPorts {
  login: string;
  /** Where its repositories are, for people. */
  url: string;
  checkRuns: CheckRuns;
  studentRepositories: StudentRepositories;
  repositoryStates: RepositoryStates;
  carriers: Carriers;
  prefetchHeads: PrefetchHeads;
  dataPulls: DataPulls;
  issues: Issues;
  runs: Runs;
  placements: Placements;
  studentFiles: StudentFiles;
  courseRepository: CourseRepository;
  preparation: Preparation;
}

/** GitHub as the App itself sees it, without an installation. */
export interface Hooks {
  /** Asks GitHub to send again what it could not deliver since `since`; returns how many, undefined where it keeps no record. */
  redeliverFailed(since: Date): Promise<number | undefined>;
  installations(): Promise<Installation[]>;
}

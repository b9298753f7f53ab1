// What the flows of placement need from outside: the queue in the database, and runners and runs on GitHub.
import type { Sample } from '../domain/placement/results/export-results.ts';
import type { LiveState, RunnerView } from '../domain/placement/live/state.ts';

/** Which commit a pipeline of the queue is, and the file that describes it. */
export type Submission = { id: string; repository: string; commit: string; file: string };

export interface PlacementStore {
  /** The queue as it is now. */
  queue(organisation: string): Promise<LiveState | undefined>;
  /** The queue, which nobody else changes until the end of this transaction. */
  lockQueue(organisation: string): Promise<LiveState | undefined>;
  saveQueue(organisation: string, state: LiveState): Promise<void>;
  saveSubmission(organisation: string, submission: Submission): Promise<void>;
  submission(organisation: string, id: string): Promise<Submission | undefined>;
  submissions(organisation: string): Promise<Submission[]>;
  addSamples(organisation: string, samples: readonly Sample[]): Promise<void>;
  samples(organisation: string): Promise<Sample[]>;
  forgetSamples(organisation: string, before: Date): Promise<void>;
}

/** What GitHub says of one run of the placement workflow. */
export type PlacedRun = {
  id: number;
  attempt: number;
  repositoryId: number;
  path: string;
  event: string;
  headSha: string;
  headBranch: string;
  /** The id of its dispatch: the workflow takes it as the run's name. */
  name: string;
  /** Login of whoever started this attempt. */
  startedBy: string;
  status: string;
};
export type PlacedJob = {
  id: number;
  status: string;
  conclusion: string | undefined;
  runner: string | undefined;
  startedAt: Date | undefined;
  completedAt: Date | undefined;
};

export type Reaction = '+1' | '-1' | 'confused';

export interface Placements {
  /** Text of a file at a commit, or undefined. */
  textAt(repository: string, commit: string, path: string): Promise<string | undefined>;
  /** The commit that a branch, tag or commit means; the default branch without a ref. Undefined where there is none. */
  commitOf(repository: string, ref: string | undefined): Promise<string | undefined>;
  runners(): Promise<RunnerView[]>;
  /** Starts a workflow of the course, the one for placement where none is named, unless a run of this name was started before. */
  dispatch(courseRepository: string, name: string, inputs: Record<string, string>, workflow?: string): Promise<void>;
  /** The newest runs of that workflow. */
  runs(courseRepository: string, workflow?: string): Promise<PlacedRun[]>;
  run(courseRepository: string, runId: number): Promise<PlacedRun | undefined>;
  /** The job of a run, once there is one. */
  job(courseRepository: string, runId: number): Promise<PlacedJob | undefined>;
  /** Cancels a run; one that is over stays as it is. */
  cancel(courseRepository: string, runId: number): Promise<void>;
  /** A token that reads the contents of one repository, for an hour. */
  checkoutToken(repository: string): Promise<string>;
  /** Head of a pull request from the repository itself; undefined for a fork's. */
  pullHead(repository: string, number: number): Promise<string | undefined>;
  /** Answers a comment; the same again changes nothing. */
  react(repository: string, commentId: number, reaction: Reaction): Promise<void>;
}

/** What an identity token says, if GitHub Actions signed it and it is valid now; otherwise why it is not. */
export type ReadIdentity = (
  token: string,
  leewaySeconds: number,
) => Promise<{ payload: unknown; issuers: readonly string[]; now: Date } | { code: string; reason: string }>;

/** What GitHub says that a person's own token may do in a repository (owner/name). */
export type ReadAccess = (
  token: string,
  repository: string,
) => Promise<{ repositoryId: string; ownerId: string; mayPush: boolean } | 'not-valid' | 'not-seen'>;

export type PlacementPorts = {
  readIdentity: ReadIdentity;
  readAccess: ReadAccess;
  /** Address of this app, as others reach it. */
  appUrl: string;
};

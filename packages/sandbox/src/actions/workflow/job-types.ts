// The words shared by the files that execute one job.
import type { JobLog } from './job-log.ts';
import type { JobDefinition, Json, JsonMap, StepDefinition } from './read-workflow.ts';
import type { LoggedAnnotation } from './workflow-commands.ts';

export type Conclusion = 'success' | 'failure' | 'cancelled' | 'skipped';

/** One step as the REST API shows it. */
export type StepRecord = {
  name: string;
  status: 'queued' | 'in_progress' | 'completed';
  conclusion: Conclusion | null;
  number: number;
  started_at: string | null;
  completed_at: string | null;
};

/** One entry of the `steps` context. */
export type StepResult = { outputs: Record<string, string>; outcome: Conclusion; conclusion: Conclusion };

/** The machine a job runs on. `speed` below 1 stretches every step; nothing can be made faster than it is. */
export type RunnerFacts = { name: string; environment: 'github-hosted' | 'self-hosted'; speed: number };

/** What a job needs from the GitHub around it. */
export type JobServices = {
  /** The folder with the tree of `owner/name` at `ref`. Throws a sentence when there is none or the job may not read it. */
  fetchAction: (repository: string, ref: string) => Promise<string>;
  /** Where a commit lies, if the token may read it: a sha, or what a full reference names; HEAD for none. */
  findCommit: (
    repository: string,
    token: string,
    wanted: { sha: string; ref: string },
  ) => Promise<{ directory: string; sha: string } | undefined>;
  uploadArtifact: (artifact: {
    name: string;
    zip: Buffer;
    overwrite: boolean;
    retentionDays: number | undefined;
  }) => Promise<{ id: number; digest: string; url: string }>;
  downloadArtifacts: (from: {
    repository?: string;
    runId?: number;
    token?: string;
  }) => Promise<{ name: string; zip: Buffer }[]>;
};

export type JobRequest = {
  definition: JobDefinition;
  name: string;
  /** `defaults.run` of the workflow. */
  workflowDefaults: JsonMap;
  /** github (with token), vars, secrets, needs, strategy, matrix, inputs; env and the rest are made here. */
  contexts: Record<string, Json> & { github: JsonMap };
  /** Evaluated `env:` of the workflow. */
  workflowEnv: Record<string, string>;
  event: Json;
  runner: RunnerFacts;
  /** Set in the environment of every step: OIDC request address and token, runtime token. */
  extraEnv: Record<string, string>;
  masks: readonly string[];
  services: JobServices;
  /** Folder under which the job makes, and afterwards removes, its own. */
  root: string;
  /** Host PATH, with the Node that runs the sandbox first. */
  path: string;
  /** A person or a newer run cancels: steps with `always()` still run. */
  cancel: AbortSignal;
  /** The sandbox closes: everything ends now. */
  kill: AbortSignal;
  log: JobLog;
  now: () => Date;
  onSteps: (steps: readonly StepRecord[]) => void;
};

export type JobOutcome = {
  conclusion: Conclusion;
  outputs: Record<string, string>;
  steps: StepRecord[];
  annotations: LoggedAnnotation[];
  summary: string;
};

export type Folders = {
  base: string;
  workspace: string;
  temp: string;
  tools: string;
  home: string;
  files: string;
  event: string;
};

export type StatusFlags = { success: boolean; failure: boolean; cancelled: boolean };

/** The steps of a job, or of a composite action inside it. */
export type Frame = {
  inputs: Json;
  steps: Record<string, StepResult>;
  status: StatusFlags;
  env: Record<string, string>;
  /** How many composite actions deep. */
  depth: number;
  action?: { path: string; repository: string; ref: string };
};

/** A job while it runs. */
export type LiveJob = JobRequest & {
  folders: Folders;
  env: Record<string, string>;
  paths: string[];
  annotations: LoggedAnnotation[];
  summary: string;
  posts: PostStep[];
  cancelled: boolean;
  runSteps: (frame: Frame, steps: readonly StepDefinition[]) => Promise<void>;
};

export type PostStep = {
  name: string;
  condition: Json | undefined;
  run: (step: StepContext) => Promise<void>;
  frame: Frame;
};

/** What carries out a step is given; it throws to fail the step. */
export type StepContext = {
  job: LiveJob;
  frame: Frame;
  definition: StepDefinition;
  name: string;
  env: Record<string, string>;
  outputs: Record<string, string>;
  state: Record<string, string>;
  signal: AbortSignal;
};

/** A step that failed for a reason worth a line in the log. */
export class StepFailure extends Error {
  readonly code = 'step_failure';
}

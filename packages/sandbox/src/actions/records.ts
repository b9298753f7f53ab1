// What the sandbox remembers of Actions: workflows, runs, jobs, artifacts, runners, secrets. Plain JSON.
import type { State } from '../world/state.ts';
import type { Conclusion, StepRecord } from './workflow/job-types.ts';
import type { Json } from './workflow/read-workflow.ts';

export type WorkflowRecord = {
  id: number;
  repository: number;
  path: string;
  name: string;
  state: 'active' | 'deleted' | 'disabled_manually';
  runs: number;
  createdAt: string;
  updatedAt: string;
};

export type RunConclusion = Conclusion | 'startup_failure';

export type ReferencedWorkflow = { path: string; sha: string; ref: string };

export type Attempt = {
  attempt: number;
  conclusion: RunConclusion | null;
  startedAt: string;
  updatedAt: string;
  triggeringActor: number;
};

export type RunRecord = {
  id: number;
  repository: number;
  workflow: number;
  runNumber: number;
  attempt: number;
  name: string;
  path: string;
  displayTitle: string;
  event: string;
  /** Branch or tag name of the head, as the API shows it. */
  headBranch: string | null;
  headSha: string;
  /** `github.ref` and `github.sha`: for a pull request those of the merge. */
  ref: string;
  sha: string;
  headRef: string;
  baseRef: string;
  actor: number;
  triggeringActor: number;
  suite: number;
  status: 'queued' | 'pending' | 'in_progress' | 'completed';
  conclusion: RunConclusion | null;
  createdAt: string;
  updatedAt: string;
  startedAt: string;
  referenced: ReferencedWorkflow[];
  inputs: Json;
  /** The webhook payload of the event. */
  payload: Json;
  pulls: number[];
  /** Why it could not start. */
  message: string | null;
  /** How many workflow_run events led here. */
  chain: number;
  attempts: Attempt[];
};

export type JobRecord = {
  id: number;
  run: number;
  repository: number;
  attempt: number;
  /** Where it stands in the workflow, called workflows and matrix included: unique within an attempt. */
  key: string;
  /** The keys of all jobs that had to end before it, callers' needs included, without matrix numbers. */
  needs: string[];
  name: string;
  status: 'queued' | 'in_progress' | 'completed';
  conclusion: Conclusion | null;
  createdAt: string;
  startedAt: string | null;
  completedAt: string | null;
  labels: string[];
  runner: { id: number; name: string; group: number; groupName: string } | null;
  steps: StepRecord[];
  outputs: Record<string, string>;
  /** What steps wrote to GITHUB_STEP_SUMMARY; the REST API never shows it. */
  summary: string;
};

export type ArtifactRecord = {
  id: number;
  repository: number;
  run: number;
  name: string;
  size: number;
  digest: string;
  createdAt: string;
  expiresAt: string;
};

export type RunnerRecord = {
  id: number;
  /** The organisation or the repository that it serves. */
  account: number | null;
  repository: number | null;
  name: string;
  os: string;
  labels: string[];
  online: boolean;
  ephemeral: boolean;
  /** 1 is this machine; 0.5 takes twice as long for every step. */
  speed: number;
};

export type ActionsArea = {
  workflows: Record<number, WorkflowRecord>;
  runs: Record<number, RunRecord>;
  jobs: Record<number, JobRecord>;
  artifacts: Record<number, ArtifactRecord>;
  runners: Record<number, RunnerRecord>;
  /** Secrets and variables by `repo:ID` or `org:ID`. */
  secrets: Record<string, Record<string, string>>;
  variables: Record<string, Record<string, string>>;
  /** Settings of repositories: who else may use their workflows, and what GITHUB_TOKEN may do by default. */
  settings: Record<number, { access?: 'none' | 'organization'; token?: 'read' | 'write' }>;
};

export function actionsOf(state: State): ActionsArea {
  return state.area<ActionsArea>('actions', () => ({
    workflows: {},
    runs: {},
    jobs: {},
    artifacts: {},
    runners: {},
    secrets: {},
    variables: {},
    settings: {},
  }));
}

export function jobsOf(state: State, run: RunRecord, attempt = run.attempt): JobRecord[] {
  return Object.values(actionsOf(state).jobs).filter((job) => job.run === run.id && job.attempt === attempt);
}

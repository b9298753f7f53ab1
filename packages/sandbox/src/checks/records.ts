// What the sandbox remembers of check suites, check runs and commit statuses.
import type { State } from '../world/state.ts';

export type CheckStatus = 'queued' | 'in_progress' | 'completed' | 'waiting' | 'requested' | 'pending';
export type CheckConclusion =
  | 'action_required'
  | 'cancelled'
  | 'failure'
  | 'neutral'
  | 'success'
  | 'skipped'
  | 'stale'
  | 'timed_out'
  | 'startup_failure';

export type CheckAnnotation = {
  path: string;
  start_line: number;
  end_line: number;
  start_column: number | null;
  end_column: number | null;
  annotation_level: 'notice' | 'warning' | 'failure';
  message: string;
  title: string | null;
  raw_details: string | null;
};

export type CheckAction = { label: string; description: string; identifier: string };

export type CheckSuite = {
  id: number;
  repository: number;
  app: number;
  headSha: string;
  headBranch: string | null;
  before: string | null;
  /** Set while a re-request waits for its answer: the suite counts as queued again. */
  rerequested: boolean;
  /** The Actions run that the suite belongs to. */
  workflowRun: number | null;
  createdAt: string;
  updatedAt: string;
};

export type CheckRun = {
  id: number;
  suite: number;
  repository: number;
  app: number;
  name: string;
  headSha: string;
  status: CheckStatus;
  conclusion: CheckConclusion | null;
  startedAt: string | null;
  completedAt: string | null;
  detailsUrl: string | null;
  externalId: string | null;
  output: { title: string | null; summary: string | null; text: string | null };
  annotations: CheckAnnotation[];
  actions: CheckAction[];
  /** True for the check run of a workflow's job: only Actions itself may change it. */
  job: boolean;
};

export type CommitStatus = {
  id: number;
  repository: number;
  sha: string;
  state: 'error' | 'failure' | 'pending' | 'success';
  context: string;
  description: string | null;
  targetUrl: string | null;
  creator: number;
  createdAt: string;
  updatedAt: string;
};

export type Checks = {
  suites: Record<number, CheckSuite>;
  runs: Record<number, CheckRun>;
  statuses: Record<number, CommitStatus>;
};

export function checksOf(state: State): Checks {
  return state.area<Checks>('checks', () => ({ suites: {}, runs: {}, statuses: {} }));
}

/** The run's suite; a run without one is a defect of the sandbox. */
export function suiteOf(state: State, run: CheckRun): CheckSuite {
  const suite = checksOf(state).suites[run.suite];
  if (!suite) throw new Error(`check run ${run.id} has no suite`);
  return suite;
}

/** The newest run of each name: only these count for the suite. */
export function latestRuns(state: State, suite: CheckSuite): CheckRun[] {
  const latest = new Map<string, CheckRun>();
  for (const run of runsOfSuite(state, suite)) latest.set(run.name, run);
  return [...latest.values()];
}

export function runsOfSuite(state: State, suite: CheckSuite): CheckRun[] {
  return Object.values(checksOf(state).runs).filter((run) => run.suite === suite.id);
}

const SEVERITY: readonly CheckConclusion[] = [
  'success',
  'skipped',
  'neutral',
  'stale',
  'cancelled',
  'action_required',
  'timed_out',
  'startup_failure',
  'failure',
];

/** A suite has the worst conclusion of its runs, once all have one. */
export function suiteState(
  runs: readonly CheckRun[],
  suite: CheckSuite,
): { status: CheckStatus; conclusion: CheckConclusion | null } {
  if (runs.length === 0 || suite.rerequested) return { status: 'queued', conclusion: null };
  if (runs.some((run) => run.status !== 'completed')) {
    return { status: runs.every((run) => run.status === 'queued') ? 'queued' : 'in_progress', conclusion: null };
  }
  const worst = Math.max(...runs.map((run) => SEVERITY.indexOf(run.conclusion ?? 'success')));
  return { status: 'completed', conclusion: SEVERITY[worst] ?? 'success' };
}

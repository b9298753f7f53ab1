// Is a check run of the Action what it says it is? Held against what GitHub itself says of the workflow run that it names.
import type { ReadReport, Report } from './report.ts';

/** The check run as GitHub shows it, and what its text says: the student's word. */
export type CheckRunClaim = { id: number; name: string; headSha: string; conclusion?: string; read: ReadReport };

/** The workflow run as GitHub's API describes it: not forgeable by code that runs in it. */
export type RunFacts = {
  status: string;
  attempt: number;
  conclusion?: string;
  headSha: string;
  headRepository?: string;
  referencedWorkflows: readonly { path: string; ref?: string }[];
  /** Of all attempts. */
  jobs: readonly {
    id: number;
    name: string;
    status: string;
    conclusion?: string;
    /** How the step of that name ended in this job, where it has one. */
    pipelineStep?: string;
    attempt?: number;
  }[];
};

export type Confirmation =
  | { state: 'confirmed'; report: Report; digest: string; token?: string }
  | { state: 'pending'; report: Report }
  | { state: 'rejected'; code: string; reason: string; conclusion: Report['conclusion'] };

/** Where the course keeps the one workflow whose runs count. */
export const courseWorkflowPath = '.github/workflows/practicum.yml';
/** Full names of the repositories whose workflow counts: the one that has it alone, and the course repository, which older repositories call. */
export function workflowPlaces(record: { login: string; repository?: string; workflowRepository?: string }): string[] {
  const { login, repository, workflowRepository } = record;
  return [workflowRepository, repository].flatMap((name) => (name === undefined ? [] : [`${login}/${name}`]));
}
/** The step of that workflow that runs the pipeline. What fails after it, such as an upload, is not the pipeline's fault. */
export const pipelineStep = 'Run the pipeline and probe the service';
/** The job of that workflow that runs the student's code, as GitHub names it: `<calling job> / run`. */
const runJob = /(^|\/ )run$/;

/** The workflow run that a report names, to be looked up; undefined when it names none. */
export function namedRun({ read }: CheckRunClaim): number | undefined {
  return read.ok ? read.report.run_id : undefined;
}

/**
 * Compares the claim with the facts. Pending while the run's student job has not ended.
 * @param repository full name of the student repository
 * @param courseRepository full name of the course repository, and of the one that holds the workflow alone, where there is one
 */
export function confirmReport(
  check: CheckRunClaim,
  run: RunFacts | undefined,
  repository: string,
  courseRepository: string | readonly string[],
): Confirmation {
  const { read } = check;
  const claimed = asConclusion(check.conclusion);
  const reject = (code: string, reason: string): Confirmation => ({
    state: 'rejected',
    code,
    reason,
    conclusion: claimed,
  });
  if (!read.ok) {
    const nothing = 'it names no workflow run, so nothing shows that the course workflow made it';
    return reject(read.code, read.code === 'no-report' ? nothing : read.reason);
  }
  const { report, digest, token } = read;
  const same = (a: string | undefined, b: string): boolean => a?.toLowerCase() === b.toLowerCase();

  if (!same(report.repository, repository))
    return reject('other-repository', `its report is about ${report.repository}`);
  if (report.head_sha !== check.headSha)
    return reject('other-commit', `its report is about commit ${report.head_sha.slice(0, 7)}`);
  if (!run) return reject('no-such-run', `this repository has no workflow run ${report.run_id}`);
  if (run.headSha !== check.headSha)
    return reject('run-of-other-commit', `workflow run ${report.run_id} ran on commit ${run.headSha.slice(0, 7)}`);
  if (run.headRepository !== undefined && !same(run.headRepository, repository)) {
    return reject('run-of-a-fork', `workflow run ${report.run_id} ran code of ${run.headRepository}`);
  }
  const workflows = [courseRepository].flat().map((place) => `${place}/${courseWorkflowPath}`);
  const called = run.referencedWorkflows.map(({ path }) => path.split('@')[0]);
  if (!workflows.some((workflow) => called.some((path) => same(path, workflow)))) {
    return reject(
      'not-the-course-workflow',
      `workflow run ${report.run_id} did not call the course's workflow ${workflows.join(' or ')}`,
    );
  }
  if (report.run_attempt > run.attempt)
    return reject('no-such-attempt', `workflow run ${report.run_id} has had ${run.attempt} attempts`);
  const jobs = jobsOf(run, report.run_attempt).filter(({ name }) => runJob.test(name));
  if (jobs.length === 0) return reject('no-run-job', `workflow run ${report.run_id} has no job that ran the pipeline`);
  if (jobs.some(({ status }) => status !== 'completed')) return { state: 'pending', report };
  const green = jobs.every((job) => (job.pipelineStep ?? job.conclusion) === 'success');
  if (report.conclusion === 'success' && !green) {
    return reject(
      'outcome-contradicted',
      `it says the pipeline passed, but GitHub says that its job did not (workflow run ${report.run_id})`,
    );
  }
  if (report.conclusion !== claimed) {
    return reject('verdict-contradicted', `it shows ${claimed}, but its own report says ${report.conclusion}`);
  }
  return { state: 'confirmed', report, digest, ...(token === undefined ? {} : { token }) };
}

/** The jobs as an attempt saw them: what it did not run again it has from an earlier one. */
function jobsOf({ jobs }: RunFacts, attempt: number): RunFacts['jobs'] {
  const seen = new Map<string, RunFacts['jobs'][number]>();
  for (const job of jobs) {
    const before = seen.get(job.name);
    if ((job.attempt ?? 1) <= attempt && (!before || (before.attempt ?? 1) <= (job.attempt ?? 1)))
      seen.set(job.name, job);
  }
  return [...seen.values()];
}

/** Ids of the jobs that may sign a report of this attempt: those of the course's workflow that run no student code. */
export function signingJobs(run: RunFacts, attempt: number): string[] {
  const jobs = jobsOf(run, attempt);
  const callers = jobs.flatMap(({ name }) => (runJob.test(name) ? [name.replace(/run$/, '')] : []));
  return jobs
    .filter(({ name }) => !runJob.test(name) && callers.some((caller) => name.startsWith(caller)))
    .map(({ id }) => String(id));
}

function asConclusion(conclusion: string | undefined): Report['conclusion'] {
  return conclusion === 'success' || conclusion === 'neutral' || conclusion === 'cancelled' ? conclusion : 'failure';
}

// Forgeries: each is held against what GitHub says of the run it names, and is refused with a reason.
import { expect, test } from 'vitest';
import {
  confirmReport,
  namedRun,
  workflowPlaces,
  signingJobs,
  type CheckRunClaim,
  type RunFacts,
} from '../../../src/domain/report/confirm-report.ts';
import { readReportBlock, writeReportBlock, type Report } from '../../../src/domain/report/report.ts';

const sha = 'a'.repeat(40);
const report: Report = {
  version: 1,
  repository: 'org/weather-ada',
  repository_id: '5',
  sha,
  head_sha: sha,
  event: 'push',
  workflow: 'org/weather-ada/.github/workflows/course.yml@refs/heads/main',
  job: 'report',
  run_id: 11,
  run_attempt: 1,
  mode: 'report',
  conclusion: 'success',
  pipeline: null,
  tasks: [],
  tasks_omitted: 0,
  data: { manifest: null, releases: [] },
  model: null,
  outputs: {},
  metrics: {},
  endpoint: null,
};
const run: RunFacts = {
  status: 'in_progress',
  attempt: 1,
  headSha: sha,
  headRepository: 'org/weather-ada',
  referencedWorkflows: [{ path: 'org/course/.github/workflows/practicum.yml@refs/heads/main' }],
  jobs: [
    { id: 101, name: 'practicum / run', status: 'completed', conclusion: 'success' },
    { id: 102, name: 'practicum / report', status: 'in_progress' },
  ],
};
const claim = (change: Partial<Report> = {}, check: Partial<CheckRunClaim> = {}): CheckRunClaim => ({
  id: 1,
  name: 'practicum/pipeline',
  headSha: sha,
  conclusion: 'success',
  read: readReportBlock(writeReportBlock({ ...report, ...change })),
  ...check,
});
const judge = (check: CheckRunClaim, facts: RunFacts | undefined = run) =>
  confirmReport(check, facts, 'org/weather-ada', 'org/course');

test('a job that failed after its pipeline, as by an upload, does not speak against it', () => {
  const jobs = [
    { id: 101, name: 'practicum / run', status: 'completed', conclusion: 'failure', pipelineStep: 'success' },
  ];
  expect(judge(claim(), { ...run, jobs }).state).toBe('confirmed');
});

test('an honest report of a run of the course workflow is confirmed, while the reporting job still runs', () => {
  expect(namedRun(claim())).toBe(11);
  expect(judge(claim())).toMatchObject({ state: 'confirmed', report: { run_id: 11 } });
  expect(confirmReport(claim(), run, 'ORG/weather-ADA', 'Org/Course').state).toBe('confirmed');
});

test('the workflow counts where it has a repository of its own, and in the course repository, which older ones call', () => {
  const record = { login: 'org', repository: 'course', workflowRepository: 'course-workflows' };
  const calling = (place: string): RunFacts => ({
    ...run,
    referencedWorkflows: [{ path: `${place}/.github/workflows/practicum.yml@refs/heads/main` }],
  });
  const judged = (place: string) => confirmReport(claim(), calling(place), 'org/weather-ada', workflowPlaces(record));
  expect(judged('org/course-workflows').state).toBe('confirmed');
  expect(judged('org/course').state).toBe('confirmed');
  for (const place of ['org/course-workflow', 'other/course-workflows', 'org/weather-ada'])
    expect(judged(place), place).toMatchObject({ code: 'not-the-course-workflow' });
  expect(workflowPlaces({ login: 'org' })).toEqual([]);
});

test('a report before the student job has ended waits', () => {
  expect(judge(claim(), { ...run, jobs: [{ id: 101, name: 'practicum / run', status: 'in_progress' }] }).state).toBe(
    'pending',
  );
});

test.each<[string, string, CheckRunClaim, RunFacts | undefined]>([
  [
    'a check run without a report',
    'no-report',
    claim({}, { read: readReportBlock('All tasks succeeded.') }),
    undefined,
  ],
  ['a report about another repository', 'other-repository', claim({ repository: 'org/weather-bob' }), run],
  ['a report about another commit', 'other-commit', claim({ head_sha: 'b'.repeat(40) }), run],
  ['a run that does not exist here', 'no-such-run', claim(), undefined],
  ['a run of an old commit', 'run-of-other-commit', claim(), { ...run, headSha: 'c'.repeat(40) }],
  ['a run of code from a fork', 'run-of-a-fork', claim(), { ...run, headRepository: 'mallory/weather-ada' }],
  ['a workflow of the student’s own', 'not-the-course-workflow', claim(), { ...run, referencedWorkflows: [] }],
  [
    'a workflow whose name only begins like ours',
    'not-the-course-workflow',
    claim(),
    { ...run, referencedWorkflows: [{ path: 'org/course-copy/.github/workflows/practicum.yml@main' }] },
  ],
  ['an attempt that has not happened', 'no-such-attempt', claim({ run_attempt: 2 }), run],
  [
    'a run in which nothing ran the pipeline',
    'no-run-job',
    claim(),
    { ...run, jobs: [{ id: 101, name: 'green', status: 'completed', conclusion: 'success' }] },
  ],
  [
    'green, where the job was red',
    'outcome-contradicted',
    claim(),
    { ...run, jobs: [{ id: 101, name: 'practicum / run', status: 'completed', conclusion: 'failure' }] },
  ],
  [
    'green, where the step that ran the pipeline was red in a job that was not',
    'outcome-contradicted',
    claim(),
    {
      ...run,
      jobs: [{ id: 101, name: 'practicum / run', status: 'completed', conclusion: 'success', pipelineStep: 'failure' }],
    },
  ],
  [
    'green, where one of two such jobs was red',
    'outcome-contradicted',
    claim(),
    { ...run, jobs: [...run.jobs, { id: 103, name: 'x / run', status: 'completed', conclusion: 'failure' }] },
  ],
  ['a green check run over a red report', 'verdict-contradicted', claim({ conclusion: 'failure' }), run],
])('%s is refused: %s', (_what, code, check, facts) => {
  // Passing undefined on purpose: `judge` would put the honest run in its place.
  expect(confirmReport(check, facts, 'org/weather-ada', 'org/course')).toMatchObject({
    state: 'rejected',
    code,
    reason: expect.stringMatching(/\w+ \w+/),
  });
});

test('a report is held against its own attempt, whatever a later one did', () => {
  const again: RunFacts = {
    ...run,
    attempt: 2,
    jobs: [
      { id: 101, name: 'practicum / run', status: 'completed', conclusion: 'failure', attempt: 1 },
      { id: 201, name: 'practicum / run', status: 'completed', conclusion: 'success', attempt: 2 },
      { id: 102, name: 'practicum / report', status: 'completed', conclusion: 'success', attempt: 1 },
    ],
  };
  expect(judge(claim(), again)).toMatchObject({ state: 'rejected', code: 'outcome-contradicted' });
  expect(judge(claim({ run_attempt: 2 }), again).state).toBe('confirmed');
});

test('only the jobs of the called workflow that run no student code may sign, in the attempt of the report', () => {
  const jobs: RunFacts['jobs'] = [
    { id: 1, name: 'practicum / run', status: 'completed', attempt: 1 },
    { id: 2, name: 'practicum / report', status: 'completed', attempt: 1 },
    { id: 3, name: 'own', status: 'completed', attempt: 1 },
    { id: 4, name: 'other / report', status: 'completed', attempt: 1 },
    { id: 5, name: 'practicum / report', status: 'in_progress', attempt: 2 },
  ];
  expect(signingJobs({ ...run, jobs }, 1)).toEqual(['2']);
  // Only what failed was run again: the first job's id stays the old one.
  expect(signingJobs({ ...run, jobs }, 2)).toEqual(['5']);
  expect(signingJobs({ ...run, jobs: [] }, 1)).toEqual([]);
});

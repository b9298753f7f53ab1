// A push to a student's branch: evidence, a check run that is never red, and points for hygiene.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeDatabase, mlflowTables } from '../aside/make-database.ts';
import { courseFiles, organisation, startLive, type Live } from './start-live.ts';

let live: Live;
const repo = 'prices-ada';
const calls: string[] = [];

beforeAll(async () => {
  live = await startLive({ students: ['ada'] });
  const { sandbox } = live;
  await live.makeRepository('student-template', { 'README.md': 'A project\n' }, { is_template: true });
  await live.makeRepository(
    'course',
    courseFiles(
      ['ada'],
      'score: { data: 10, hygiene: { points: 20, trust: claimed } }\nmilestones: { card_words: 2, board: 1 }\n',
    ),
  );
  live.install();
  await live.pass(3600);
  sandbox.onExchange(({ method, path }) => calls.push(`${method} ${path}`));
});
afterAll(async () => live.stop());

const checks = async (ref: string) => {
  const { data } = await live.asTeacher.request('GET /repos/{owner}/{repo}/commits/{ref}/check-runs', {
    owner: organisation,
    repo,
    ref,
  });
  return data.check_runs;
};
const milestones = async () =>
  (await live.store.evidence(organisation, 'prices', 'ada')).filter((evidence) => evidence.kind === 'milestone');

test('a push is looked at once it has settled, and the check run says what is missing without being red', async () => {
  const before = (await milestones()).length;
  await live.push(repo, live.person('ada'), { 'MODEL_CARD.md': '# Model card\n', Dockerfile: 'FROM scratch\n' });
  await live.quiet();
  expect((await milestones()).length).toBe(before);
  const head = await live.push(repo, live.person('ada'), { 'requirements.txt': 'numpy==2.1.0\n' });
  await live.pass(60);
  const seen = (await milestones()).filter(({ id }) => id.includes(head));
  expect(seen.map(({ milestone }) => milestone).toSorted()).toEqual([
    'deployment',
    'inception',
    'quality',
    'reproducibility',
  ]);
  expect(seen.map(({ milestone, trust }) => `${milestone} ${trust}`)).toContain('inception measured');
  expect(seen.find(({ milestone }) => milestone === 'quality')?.trust).toBe('claimed');
  // The Dockerfile is there, nothing else of the service is.
  expect(seen.find(({ milestone }) => milestone === 'deployment')).toMatchObject({ done: 1 });
  const check = (await checks(head)).find(({ name }) => name === 'milestones')!;
  expect(check.app?.slug).toBe('practicum');
  expect(check.conclusion).toBe('neutral');
  expect(check.output.summary).toContain('| inception |');
  const score = (await checks(head)).find(({ name }) => name === 'score')!;
  expect(score.output.summary).toContain('Milestone deployment: 1 of');
});

test('the commit before is not looked at, since the branch has moved on, and the same look twice adds nothing', async () => {
  const count = (await milestones()).length;
  const { data } = await live.asTeacher.request('GET /repos/{owner}/{repo}/commits', { owner: organisation, repo });
  const check = (await checks(data[0]!.sha)).find(({ name }) => name === 'milestones')!;
  await live.asTeacher.request('POST /repos/{owner}/{repo}/check-runs/{check_run_id}/rerequest', {
    owner: organisation,
    repo,
    check_run_id: check.id,
  });
  await live.pass(60);
  expect((await milestones()).length).toBe(count);
  expect((await milestones()).some(({ id }) => id.includes(data[1]!.sha))).toBe(false);
});

test('issues in use and a closed one count, and one look costs at most six calls', async () => {
  const inception = async () => (await milestones()).findLast(({ milestone }) => milestone === 'inception')!;
  const before = await inception();
  let number = 0;
  for (const title of ['one', 'two', 'three']) {
    const { data } = await live.asTeacher.request('POST /repos/{owner}/{repo}/issues', {
      owner: organisation,
      repo,
      title,
    });
    number = data.number;
  }
  await live.asTeacher.request('PATCH /repos/{owner}/{repo}/issues/{issue_number}', {
    owner: organisation,
    repo,
    issue_number: number,
    state: 'closed',
  });
  await live.push(repo, live.person('ada'), { 'notes.md': 'work\n' });
  await live.quiet();
  const from = calls.length;
  await live.pass(60);
  expect((await inception()).done).toBe(before.done + 2);
  const look = calls.slice(from).filter((call) => !call.includes('access_tokens') && !call.startsWith('GET /_'));
  const reads = look.filter((call) => /git\/trees|graphql|issues/.test(call));
  expect(reads).toHaveLength(3);
  // Check runs: one list to read; a list and a write each for "milestones" and for "score".
  expect(look.filter((call) => call.includes('check-runs')).length).toBeLessThanOrEqual(5);
});

test('an issue on a board of the organisation counts; without the permission nobody is blamed, and all else is read', async () => {
  const { sandbox } = live;
  const head = async () => {
    const { data } = await live.asTeacher.request('GET /repos/{owner}/{repo}/commits', { owner: organisation, repo });
    return data[0]!.sha;
  };
  const summary = async () => (await checks(await head())).find(({ name }) => name === 'milestones')!.output.summary!;
  expect(await summary()).toContain('project board of the organisation: 0 so far');
  const { organization, repository } = await live.asTeacher.graphql<any>(
    `{ organization(login: "${organisation}") { id } repository(owner: "${organisation}", name: "${repo}") { issues(last: 1) { nodes { id } } } }`,
  );
  const made = await live.asTeacher.graphql<any>(
    'mutation ($owner: ID!) { createProjectV2(input: { ownerId: $owner, title: "Prices" }) { projectV2 { id } } }',
    { owner: organization.id },
  );
  await live.asTeacher.graphql(
    'mutation ($project: ID!, $issue: ID!) { addProjectV2ItemById(input: { projectId: $project, contentId: $issue }) { item { id } } }',
    { project: made.createProjectV2.projectV2.id, issue: repository.issues.nodes[0].id },
  );
  await live.push(repo, live.person('ada'), { 'notes.md': 'planned\n' });
  await live.pass(60);
  expect(await summary()).toContain('1 of 3 issues are on a project board');
  expect(await summary()).not.toContain('so far');
  await live.restart(async () => {
    for (const installation of Object.values(sandbox.world.state.store.installations))
      delete installation.permissions['organization_projects'];
  });
  const refused = (): number => calls.filter((call) => call.includes('access_tokens')).length;
  await live.push(repo, live.person('ada'), { 'notes.md': 'planned again\n' });
  await live.pass(60);
  expect(await summary()).toContain('project boards could not be seen');
  expect(await summary()).not.toContain('on a project board of the organisation');
  expect(await summary()).not.toContain('plan the work as issues');
  const asked = refused();
  await live.push(repo, live.person('ada'), { 'notes.md': 'and again\n' });
  await live.pass(60);
  expect(await summary()).toContain('project boards could not be seen');
  // A permission that was refused is not asked for at every look.
  expect(refused()).toBe(asked);
});

test('a database of MLflow is read from the commit; a broken one leaves its step open and says why', async () => {
  const summary = async (ref: string) => (await checks(ref)).find(({ name }) => name === 'milestones')!.output.summary!;
  const rows = `INSERT INTO runs (run_uuid, name, status, start_time) VALUES ('a', 'bold-owl', 'FINISHED', 1);
    INSERT INTO latest_metrics VALUES ('accuracy', 0.9, 1, 0, 0, 'a'); INSERT INTO params VALUES ('seed', '7', 'a');`;
  const database = Buffer.from(makeDatabase(mlflowTables + rows));
  const whole = await live.push(repo, live.person('ada'), { 'mlflow.db': database });
  await live.pass(60);
  expect(await summary(whole)).toContain('MLflow: 1 run, 1 finished; newest bold-owl: accuracy 0.9');
  const cut = await live.push(repo, live.person('ada'), { 'mlflow.db': database.subarray(0, 4096) });
  await live.pass(60);
  expect(await summary(cut)).toContain('not understood: mlflow.db: it is cut off');
});

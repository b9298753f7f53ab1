// The dashboard issue: one per student repository, following what happens there, and back when somebody removes it.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { dashboardMarker } from '../../../src/domain/messages/dashboard-message.ts';
import { dataOf, org, readRequests, readText, startCourse, type CourseInSandbox } from '../start-course.ts';

const challenge = `version: 1
name: heat
title: Hot or cold
starts: 2027-01-11T09:00
ends: 2027-02-05T23:59
dataset: { source: data.csv, target: label }
releases: { first: 2027-01-11T09:00, every: 7d, proportions: [0.5, 0.5], path: "data/incoming/{release}.csv", carrier: commit }
requests:
  - { on: release, kind: data_validation, rows: 1, answer_within: 2d, attempts: 2 }
endpoint: { every: 1h }
score: { data: 20, requests: 20 }
`;
const course = 'version: 1\ntitle: Heat\ntimezone: Europe/Copenhagen\nrepositories: { template: student-template }\n';

let world: CourseInSandbox;
beforeAll(async () => {
  world = await startCourse(
    {
      'course.yml': course,
      'roster.csv': 'login,name\nada,Ada\n',
      'challenges/heat/challenge.yml': challenge,
      'challenges/heat/data.csv': dataOf(20),
    },
    ['ada'],
    new Date('2027-01-11T08:00:00Z'),
  );
}, 120_000);
afterAll(() => world.stop());

const repo = 'heat-ada';
type ShownIssue = { number: number; body: string; state: string; title: string; node_id: string; updated_at: string };

/** Every dashboard issue there is, open or closed. */
async function dashboards(): Promise<ShownIssue[]> {
  const { data } = await world
    .as(world.teacher)
    .request('GET /repos/{owner}/{repo}/issues', { owner: org, repo, state: 'all' });
  return (data as ShownIssue[]).filter(({ body }) => body?.startsWith(dashboardMarker));
}
async function dashboard(): Promise<ShownIssue> {
  const [issue, ...others] = await dashboards();
  expect(others).toEqual([]);
  return issue!;
}
const asAda = () => world.as(world.students[0]!);
const change = async (number: number, changes: object): Promise<void> => {
  await asAda().request('PATCH /repos/{owner}/{repo}/issues/{issue_number}', {
    owner: org,
    repo,
    issue_number: number,
    ...changes,
  });
  await world.quiet();
};

test('it is there before the first release, and says when that comes', async () => {
  const { body, title, state } = await dashboard();
  expect([title, state]).toEqual(['Dashboard: Hot or cold', 'open']);
  expect(body).toContain('The next release comes on Mon 11 Jan 2027, 09:00.');
  expect(body).toContain(`/${org}/students/ada`);
});

test('a release and the request about it each get a line, with deadline and links', async () => {
  await world.advance(1);
  const { body } = await dashboard();
  const [request] = await readRequests(asAda(), repo);
  expect(body).toMatch(
    /\| release-1 \| Mon 11 Jan 2027, 09:00 \| in the default branch, unaltered \| \[`[0-9a-f]{7}`\]\(http\S+\/commit\/[0-9a-f]{40}\) \|/,
  );
  const line = body.split('\n').find((candidate) => candidate.includes(request!['id']));
  expect(line).toContain('[data validation 1, release-1](');
  expect(line).toContain('| rows as they were delivered | **Wed 13 Jan 2027, 09:00** | **open**: push');
  expect(line).toContain(`/${org}/${repo}/blob/HEAD/requests/${request!['id']}.json`);
  expect(body).toContain('**Service:** none registered');
  expect(body).not.toMatch(/@\w/);
});

test('an answer and its verdict are in the line', async () => {
  const [request] = await readRequests(asAda(), repo);
  const path = `answers/${request!['id']}.json`;
  await world.push(world.students[0]!, repo, { [path]: '{"rows": []}' });
  expect((await dashboard()).body).toContain('**open**: incorrect, attempt 1 of 2');
  const [header, ...lines] = (await readText(asAda(), repo, request!['file'])).trim().split('\n');
  const row = request!['items'][0] as number;
  const cells = lines[row]!.split(',');
  expect(header).toBe('id,x,label');
  const rows = [{ row, id: Number(cells[0]), x: Number(cells[1]), label: cells[2] }];
  await world.push(world.students[0]!, repo, { [path]: JSON.stringify({ rows }) });
  const line = (await dashboard()).body.split('\n').find((candidate) => candidate.includes(request!['id']));
  expect(line).toContain('answered: correct');
});

test('where nothing changed, nothing is written', async () => {
  const before = await dashboard();
  await world.push(world.students[0]!, repo, { 'notes.md': 'nothing of interest' });
  await world.advance(3);
  expect((await dashboard()).updated_at).toBe(before.updated_at);
});

test('what cannot be probed is said', async () => {
  await world.push(world.students[0]!, repo, { 'practicum.yml': 'endpoint: ftp://host\n' });
  await world.advance(2);
  expect((await dashboard()).body).toContain('**Service:** the registered address cannot be used:');
});

test('closed or overwritten, it comes back as it was', async () => {
  const { number, body } = await dashboard();
  await change(number, { state: 'closed' });
  expect(await dashboard()).toMatchObject({ number, body, state: 'open' });
  // With its marker gone it is known by its number.
  await change(number, { body: 'all points to me' });
  expect(await dashboard()).toMatchObject({ number, body, state: 'open' });
});

test('deleted, it is made anew; a number that was never stored is found by the marker', async () => {
  const { number, node_id, body } = await dashboard();
  await world
    .as(world.teacher)
    .graphql('mutation ($id: ID!) { deleteIssue(input: { issueId: $id }) { clientMutationId } }', {
      id: node_id,
    });
  await world.quiet();
  const made = await dashboard();
  expect(made.body).toBe(body);
  expect(made.number).not.toBe(number);
  // As if the app had been killed between opening the issue and remembering it.
  await world.store.saveDashboardIssue(org, repo, {});
  await world.advance(24 * 7);
  const found = await dashboard();
  expect(found.number).toBe(made.number);
  expect(found.body).toContain('| release-2 |');
  expect(await world.store.dashboardIssue(org, repo)).toMatchObject({ number: made.number });
});

test('after the end it may be closed for good', async () => {
  await world.advance(24 * 30);
  const { number, body } = await dashboard();
  await change(number, { state: 'closed' });
  expect(await dashboard()).toMatchObject({ number, body, state: 'closed' });
});

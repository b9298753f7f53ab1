// Questions that the staff asks by hand, and the re-run button on every check of ours.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runAt } from '../../cli/run-command.ts';
import { dataOf, org, readRequests, readText, startCourse, type CourseInSandbox } from '../start-course.ts';

const challenge = `version: 1
name: heat
title: Hot or cold
starts: 2027-01-11T09:00
ends: 2027-02-05T23:59
dataset: { source: data.csv, target: label, hold_out: 20% }
releases: { first: 2027-01-11T09:00, every: 7d, proportions: [0.5, 0.5], path: "data/incoming/{release}.csv", carrier: commit }
requests:
  - { on: manual, kind: data_validation, rows: 3, answer_within: 2d, attempts: 2 }
  - { on: manual, kind: batch_prediction, rows: 10, answer_within: 1d }
score: { data: 20, requests: 20, hygiene: 5 }
milestones: { quality: 1 }
`;
const course = 'version: 1\ntitle: Heat\ntimezone: UTC\nrepositories: { template: student-template }\n';

let world: CourseInSandbox;
beforeAll(async () => {
  world = await startCourse(
    {
      'course.yml': course,
      'roster.csv': 'login,name\nada,Ada\nbob,Bob\n',
      'challenges/heat/challenge.yml': challenge,
      'challenges/heat/data.csv': dataOf(100),
    },
    ['ada', 'bob'],
    new Date('2027-01-11T09:00:00Z'),
  );
}, 120_000);
afterAll(() => world.stop());

const personOf = (login: string) => world.students.find((student) => student.login === login)!;
const practicum = (...args: string[]) => runAt(world.clock.now(), { DATABASE_URL: world.databaseUrl }, ...args);
const askedOf = (login: string) => readRequests(world.as(personOf(login)), `heat-${login}`).catch(() => []);
/** Writes a comment in a new issue and returns what the app answered. */
const say = async (
  who: { login: string; token: string; name: string },
  repo: string,
  body: string,
): Promise<string> => {
  const place = { owner: org, repo };
  const { data: issue } = await world.as(who).request('POST /repos/{owner}/{repo}/issues', { ...place, title: 'Ask' });
  const at = { ...place, issue_number: issue.number };
  await world.as(who).request('POST /repos/{owner}/{repo}/issues/{issue_number}/comments', { ...at, body });
  await world.quiet();
  const { data } = await world.as(who).request('GET /repos/{owner}/{repo}/issues/{issue_number}/comments', at);
  return data[1]?.body ?? '';
};

test('nobody is asked before there is data, nor without being meant', async () => {
  const early = await practicum('request', 'heat', '--all');
  expect([early.out, early.err, early.code]).toEqual([
    'data validation of heat: asked nobody\n',
    'no data of heat yet: ada, bob\n',
    0,
  ]);
  await world.advance(1);
  expect(await askedOf('ada')).toEqual([]);
  expect((await practicum('request', 'heat')).err).toContain('say whom');
  expect((await practicum('request', 'heat', '--owner', 'eve')).err).toContain('eve is not on the roster');
  expect((await practicum('request', 'cold', '--all')).code).toBe(2);
  expect((await practicum('request', 'heat', '--all', '--kind', 'calculated_feature')).err).toContain('`on: manual`');
});

test('a command asks one student, then everybody, and each time something else', async () => {
  expect((await practicum('request', 'heat', '--owner', 'Ada')).out).toBe('data validation of heat: asked ada\n');
  await world.quiet();
  const [first] = await askedOf('ada');
  expect(first).toMatchObject({ kind: 'data_validation', release: 'release-1', attempts: 2 });
  expect(await askedOf('bob')).toEqual([]);
  // The same command at the same moment is the same occasion.
  await practicum('request', 'heat', '--owner', 'Ada');
  await world.quiet();
  expect(await askedOf('ada')).toHaveLength(1);
  await world.advance(1);
  const { out } = await practicum('request', 'heat', '--all', '--kind', 'batch_prediction', '--json');
  expect(JSON.parse(out)).toEqual({ challenge: 'heat', kind: 'batch_prediction', asked: ['ada', 'bob'], without: [] });
  await world.quiet();
  expect((await askedOf('ada')).map(({ kind }) => kind).toSorted()).toEqual(['batch_prediction', 'data_validation']);
  await world.advance(1);
  await practicum('request', 'heat', '--owner', 'ada');
  await world.quiet();
  const again = (await askedOf('ada')).filter(({ kind }) => kind === 'data_validation');
  expect(new Set(again.map(({ id }) => id)).size).toBe(2);
});

test('the staff asks by a comment, students cannot, and each is told', async () => {
  const before = (await askedOf('bob')).length;
  expect(await say(personOf('bob'), 'heat-bob', '/request data_validation')).toContain(
    'Nothing was asked. Only people',
  );
  expect((await askedOf('bob')).length).toBe(before);
  expect(await say(world.teacher, 'heat-bob', 'Please show me.\n/request data_validation')).toContain('Asked: bob.');
  expect((await askedOf('bob')).length).toBe(before + 1);
  expect(await say(world.teacher, 'heat-bob', '/request @ada')).toContain('This repository is of one student');
  expect(await say(world.teacher, 'course', '/request')).toContain('Nobody is named');
  expect(await say(world.teacher, 'course', '/request all batch_prediction heat')).toContain('Asked: ada, bob.');
  expect(await say(world.teacher, 'course', '/request everybody')).toContain('is neither a challenge');
  expect((await askedOf('bob')).length).toBe(before + 2);
});

type Run = {
  id: number;
  name: string;
  status: string;
  conclusion: string | null;
  output: object;
  check_suite: { id: number };
};
const runsOn = async (repo: string, commit: string): Promise<Run[]> =>
  (await world.checks(repo, commit)) as unknown as Run[];

test('every check of ours answers its re-run button with a new run that says the same', async () => {
  const [request] = (await askedOf('ada')).filter(({ kind }) => kind === 'data_validation');
  const [, ...lines] = (await readText(world.as(personOf('ada')), 'heat-ada', request!['file'])).trim().split('\n');
  const rows = (request!['items'] as number[]).map((row) => ({ row, id: Number(lines[row]!.split(',')[0]) }));
  const commit = await world.push(personOf('ada'), 'heat-ada', {
    [`answers/${request!['id']}.json`]: JSON.stringify({ rows }),
  });
  // At midnight the head of the ledger is published.
  await world.advance(24);
  const { data: ref } = await world
    .as(world.teacher)
    .request('GET /repos/{owner}/{repo}/commits/{ref}', { owner: org, repo: 'course', ref: 'main' });
  const attempts = (await world.store.request(org, request!['id']))!.answers.length;
  const seen: string[] = [];
  for (const [repo, sha] of [
    ['heat-ada', commit],
    ['course', ref.sha],
  ] as const) {
    for (const run of await runsOn(repo, sha)) {
      seen.push(run.name.split(' ')[0]!);
      const { id, name, conclusion, output } = run;
      await world.as(world.teacher).request('POST /repos/{owner}/{repo}/check-runs/{check_run_id}/rerequest', {
        owner: org,
        repo,
        check_run_id: id,
      });
      await world.advance(1);
      const now = (await runsOn(repo, sha)).find((candidate) => candidate.name === name)!;
      expect(now.id, name).toBeGreaterThan(id);
      expect(now, name).toMatchObject({ status: 'completed', conclusion });
      if (name.startsWith('answer')) expect(now.output).toMatchObject({ title: (output as { title: string }).title });
    }
  }
  expect(seen.toSorted()).toEqual(['answer', 'ledger', 'milestones', 'score', 'sync']);
  expect((await world.store.request(org, request!['id']))!.answers).toHaveLength(attempts);
});

test('"Re-run all checks" does it for each', async () => {
  const { data: head } = await world
    .as(world.teacher)
    .request('GET /repos/{owner}/{repo}/commits/{ref}', { owner: org, repo: 'heat-ada', ref: 'main' });
  const before = await runsOn('heat-ada', head.sha);
  await world.as(world.teacher).request('POST /repos/{owner}/{repo}/check-suites/{check_suite_id}/rerequest', {
    owner: org,
    repo: 'heat-ada',
    check_suite_id: before[0]!.check_suite.id,
  });
  await world.advance(1);
  const after = await runsOn('heat-ada', head.sha);
  expect(after.map(({ name }) => name).toSorted()).toEqual(before.map(({ name }) => name).toSorted());
  for (const { name, id } of before) expect(after.find((run) => run.name === name)!.id, name).toBeGreaterThan(id);
  expect(after.every(({ status }) => status === 'completed')).toBe(true);
});

test('the check on a silence can be shown again', async () => {
  await world.advance(72);
  const [stored] = (await world.store.requests(org, 'heat-bob')).filter(({ state }) => state === 'closed');
  const [run] = (await runsOn('heat-bob', stored!.commit!)).filter(
    ({ name }) => name === `answer to ${stored!.request.name}`,
  );
  await world.as(world.teacher).request('POST /repos/{owner}/{repo}/check-runs/{check_run_id}/rerequest', {
    owner: org,
    repo: 'heat-bob',
    check_run_id: run!.id,
  });
  await world.quiet();
  const again = (await runsOn('heat-bob', stored!.commit!)).find(({ name }) => name === run!.name)!;
  expect(again.id).toBeGreaterThan(run!.id);
  expect(again.output).toMatchObject({ title: 'deadline exceeded: no answer' });
});

test('after its end nothing is asked', async () => {
  await world.advance(24 * 40);
  expect((await practicum('request', 'heat', '--all')).err).toContain('heat has ended');
});

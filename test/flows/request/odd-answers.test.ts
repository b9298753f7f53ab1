// Answers that are not like others: to nobody's request, too large, a computed feature as CSV, and at the edge of the deadline.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AnswerEvidence } from '../../../src/domain/evidence/evidence.ts';
import { dataOf, org, readRequests, readText, startCourse, type CourseInSandbox } from '../start-course.ts';

const challenge = `version: 1
name: heat
title: Hot or cold
starts: 2027-01-11T09:00
ends: 2027-01-29T23:59
dataset: { source: data.csv, target: label }
releases: { first: 2027-01-11T09:00, every: 7d, proportions: [0.5, 0.5], path: "data/incoming/{release}.csv", carrier: commit }
requests:
  - { on: release, kind: calculated_feature, formula: "double = x * 2", rows: 4, answer_within: 2d, attempts: 2 }
score: { requests: 20 }
`;
const students = ['ada', 'bob', 'carl'];

let world: CourseInSandbox;
/** What each was asked, by login. */
const asked: Record<string, Record<string, any>> = {};
let due: Date;
beforeAll(async () => {
  world = await startCourse(
    {
      'course.yml':
        'version: 1\ntitle: Heat\ntimezone: Europe/Copenhagen\nrepositories: { template: student-template }\n',
      'roster.csv': `login,name\n${students.map((login) => `${login},${login}`).join('\n')}\n`,
      'challenges/heat/challenge.yml': challenge,
      'challenges/heat/data.csv': dataOf(40),
    },
    students,
    new Date('2027-01-11T08:00:00Z'),
  );
  await world.advance(1);
  for (const login of students) asked[login] = (await readRequests(world.as(personOf(login)), repoOf(login)))[0]!;
  due = new Date(asked['ada']!['due']);
}, 120_000);
afterAll(() => world.stop());

const personOf = (login: string) => world.students.find((student) => student.login === login)!;
const repoOf = (login: string): string => `heat-${login}`;
const hand = (login: string, path: string, text: string): Promise<string> =>
  world.push(personOf(login), repoOf(login), { [path]: text });
const answersOf = async (login: string): Promise<AnswerEvidence[]> =>
  ((await world.store.evidence(org, 'heat', login, ['answer'])) as AnswerEvidence[]).filter(
    ({ verdict }) => verdict !== 'pending',
  );
const answerChecks = async (login: string, commit: string) =>
  (await world.checks(repoOf(login), commit)).filter(({ name }) => name.startsWith('answer '));

/** The right answer as CSV, computed from the file that the student received. */
async function solve(login: string): Promise<string> {
  const { file, items } = asked[login]!;
  const [, ...lines] = (await readText(world.as(personOf(login)), repoOf(login), file)).trim().split('\n');
  const rows = (items as number[]).map((row) => `${row},${Number(lines[row]!.split(',')[1]) * 2}`);
  return `row,double\n${rows.join('\n')}\n`;
}

test('the deadline is told in the zone of the course, and in UTC for programs', () => {
  expect(asked['ada']).toMatchObject({ kind: 'calculated_feature', due: '2027-01-13T08:00:00.000Z' });
  expect(asked['ada']!['ask']).toContain('before Wed 13 Jan 2027 09:00 (CET)');
});

test("an answer to another student's request counts for neither, and its author is told which are theirs", async () => {
  const commit = await hand('bob', asked['ada']!['answer'].path, await solve('ada'));
  const [told, ...others] = await answerChecks('bob', commit);
  expect(others).toEqual([]);
  expect(told).toMatchObject({
    name: `answer ${asked['ada']!['id']}.json`,
    conclusion: 'neutral',
    output: { title: 'not counted: no request has this name' },
  });
  expect(told!.output.summary).toContain(`\`answers/${asked['bob']!['id']}.json\` until Wed 13 Jan 2027 09:00 (CET)`);
  expect(await answersOf('bob')).toEqual([]);
  expect((await world.store.request(org, asked['ada']!['id']))!.answers).toEqual([]);
  // A later commit that does not touch the file is not told again; a name of no sense is told of, a README is none.
  const later = await world.push(personOf('bob'), repoOf('bob'), {
    'answers/README.md': 'x',
    'answers/`@all`.xlsx': 'x',
  });
  expect(await answerChecks('bob', later)).toMatchObject([{ name: 'answer `@all`.xlsx', conclusion: 'neutral' }]);
});

test('an answer that is too large is refused unread, with the limit, and is an attempt', async () => {
  const { name, answer } = asked['bob']!;
  const commit = await hand('bob', answer.path, `{"rows": [${' '.repeat(33 * 1024 * 1024)}]}`);
  expect(await answerChecks('bob', commit)).toMatchObject([
    { name: `answer to ${name}`, conclusion: 'failure', output: { title: 'syntax error: attempt 1 of 2' } },
  ]);
  const [check] = await answerChecks('bob', commit);
  expect(check!.output.summary).toContain('The answer has 33.0 MB; at most 32.0 MB are read.');
  expect(await answersOf('bob')).toMatchObject([{ verdict: 'syntax_error', attempt: 1 }]);
});

test('a feature handed in as CSV is compared with ours', async () => {
  const right = await solve('ada');
  const wrong = right.replace(/\d+\n$/, '-1\n');
  const path = `answers/${asked['ada']!['id']}.csv`;
  expect(await answerChecks('ada', await hand('ada', path, wrong))).toMatchObject([
    { conclusion: 'neutral', output: { title: 'partial correct: attempt 1 of 2', annotations_count: 1 } },
  ]);
  expect(await answerChecks('ada', await hand('ada', path, right))).toMatchObject([
    { conclusion: 'success', output: { title: 'correct: attempt 2 of 2' } },
  ]);
});

test('what GitHub received in time counts, though the app was away until long after the deadline', async () => {
  const path = `answers/${asked['carl']!['id']}.csv`;
  const right = await solve('carl');
  world.clock.set(new Date(due.getTime() - 5000));
  await world.quiet();
  await world.outage(async () => {
    await hand('carl', path, right);
    world.clock.advance(3 * 3_600_000);
  });
  await world.advance(1);
  const counted = (await answersOf('carl')).find(({ verdict }) => verdict === 'correct');
  expect(counted!.at.getTime()).toBeLessThanOrEqual(due.getTime());
  const lines = await world.store.ledgerLines(org, 1, 100_000);
  const last = lines.findLast((line) => line.includes('"kind":"calculation"') && line.includes('"owner":"carl"'))!;
  expect(JSON.parse(last).body.score.criteria.requests.points).toBe(20);
});

test('what GitHub received after it is late: the comparison is shown in the zone of the course', async () => {
  const commit = await hand('bob', `answers/${asked['bob']!['id']}.csv`, await solve('bob'));
  const [check] = await answerChecks('bob', commit);
  expect(check).toMatchObject({ conclusion: 'failure', output: { title: 'deadline exceeded: attempt 2 of 2' } });
  expect(check!.output.summary).toMatch(
    /^GitHub received the answer on Wed 13 Jan 2027 1[23]:\d\d(:\d\d)? \(CET\), \d+ hours? .*after the deadline Wed 13 Jan 2027 09:00 \(CET\)\./,
  );
});

// What a person decides: the rubric on the grader's page, appeals and their answers, buttons, commands, all on record.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { exportGrades } from '../../../src/domain/grade/grades-export.ts';
import { inForce } from '../../../src/flows/course/in-force.ts';
import { readGradebook } from '../../../src/flows/grade/read-gradebook.ts';
import { verifyStored } from '../../../src/flows/ledger/verify-stored.ts';
import { dataOf, org, readRequests, startCourse, type CourseInSandbox } from '../start-course.ts';

const files = {
  'course.yml': 'version: 1\ntitle: Heat\ntimezone: UTC\nrepositories: { template: student-template }\n',
  'roster.csv': 'login,name\nada,Ada\nbob,Bob\n',
  'challenges/heat/challenge.yml': `version: 1
name: heat
title: Hot or cold
starts: 2027-01-11T09:00
ends: 2027-02-05T23:59
dataset: { source: data.csv, target: label, hold_out: 20% }
releases: { first: 2027-01-11T09:00, every: 7d, proportions: [0.5, 0.5], path: "data/incoming/{release}.csv", carrier: commit }
requests:
  - { on: release, kind: data_validation, rows: 5, answer_within: 2d, attempts: 1 }
score: { data: 20, requests: 20 }
`,
  'challenges/heat/rubric.yml': `version: 1
criteria:
  - name: problem
    question: Is the problem understood?
    look_at: [README.md, milestone inception, probes, pull requests with data, requests]
    levels: { 0: Not at all., 3: Partly., 5.5: Well. }
  - name: reaction
    question: What was done about drift?
    levels: { 0: Nothing., 4: A decision was made. }
`,
  'challenges/heat/data.csv': dataOf(200),
};

let world: CourseInSandbox;
beforeAll(async () => {
  world = await startCourse(files, ['ada', 'bob'], new Date('2027-01-11T09:00:00Z'));
  await world.advance(1);
});
afterAll(() => world.stop());

const personOf = (login: string) => world.students.find((student) => student.login === login)!;
const page = async (path: string): Promise<string> => (await fetch(`${world.url}/${org}${path}`)).text();
const nonceOf = (text: string): string => /name="nonce" value="([^"]+)"/.exec(text)![1]!;

async function send(owner: string, fields: Record<string, string>, nonce?: string): Promise<Response> {
  const path = `/students/${owner}/grading`;
  const body = new URLSearchParams({ nonce: nonce ?? nonceOf(await page(path)), by: 'Prof. Grace', ...fields });
  const headers = { origin: world.url };
  const answer = await fetch(`${world.url}/${org}${path}`, { method: 'POST', body, headers, redirect: 'manual' });
  await world.quiet();
  return answer;
}

async function rowOf(owner: string) {
  const found = (await inForce(world.store, org))!;
  const book = await readGradebook(world.store, { organisation: org, ...found, now: world.clock.now() });
  return { row: book.rows.find((row) => row.owner === owner)!, book };
}
const sound = async (): Promise<boolean> => (await verifyStored(world.store, org)).ok;

async function comment(login: string, body: string): Promise<{ replies: string[]; reactions: string[] }> {
  const client = world.as(login === 'teacher' ? world.teacher : personOf(login));
  const where = { owner: org, repo: 'heat-ada' };
  const { data: issues } = await client.rest.issues.listForRepo({ ...where, state: 'open' });
  const issue_number = issues[0]!.number;
  const { data: before } = await client.rest.issues.listComments({ ...where, issue_number, per_page: 100 });
  const { data: said } = await client.rest.issues.createComment({ ...where, issue_number, body });
  await world.quiet();
  const { data: after } = await client.rest.issues.listComments({ ...where, issue_number, per_page: 100 });
  const { data: reactions } = await client.rest.reactions.listForIssueComment({ ...where, comment_id: said.id });
  return {
    replies: after.slice(before.length + 1).map((one) => one.body ?? ''),
    reactions: reactions.map(({ content }) => content),
  };
}

test('before anybody judges, the rubric costs nothing, and the page asks its questions beside their evidence', async () => {
  const { row } = await rowOf('ada');
  expect(row.worth).toBe(49.5);
  expect(row.criteria.rubric).toMatchObject({ points: 0, of: 0, worth: 9.5 });
  const text = await page('/students/ada/grading');
  expect(text).toContain('Is the problem understood?');
  expect(text).toContain('heat-ada/blob/HEAD/README.md');
  expect(text).toContain('probes, when they changed: none seen.');
  expect(await page('/grading')).toContain('0 of 9.5 points');
});

test('a judgement with its comment is in the gradebook, every export and the ledger, with one denominator', async () => {
  const nonce = nonceOf(await page('/students/ada/grading'));
  const fields = { what: 'judge', challenge: 'heat', 'level:problem': '3', 'comment:problem': 'See <b>my</b> note.' };
  expect((await send('ada', fields, nonce)).status).toBe(303);
  // A form that is sent twice is one judgement.
  await send('ada', fields, nonce);
  const { row, book } = await rowOf('ada');
  expect(row.criteria.rubric).toMatchObject({ points: 3, of: 5.5, worth: 9.5 });
  expect(row.total).toBe(23);
  expect(row.of).toBe(25.5);
  const [head, line] = exportGrades(book, 'csv').split('\r\n');
  expect(head).toContain('rubric,rubric of,rubric reason');
  expect(line).toContain('judged by Prof. Grace on');
  expect(exportGrades(book, 'moodle')).toContain('rubric 3 of 9.5');
  expect(await page('/gradebook')).toContain('See &lt;b&gt;my&lt;/b&gt; note.');
  expect(await page('/students/ada')).toContain('Partly.');
  const judged = (await world.store.evidence(org, 'heat', 'ada')).filter(({ kind }) => kind === 'judgement');
  expect(judged).toHaveLength(1);
  expect(judged[0]).toMatchObject({ by: 'Prof. Grace', level: 3, said: 'Partly.' });
  expect(await sound()).toBe(true);
});

test('a level that the rubric does not have, no name, and no change are refused in a sentence', async () => {
  const base = { what: 'judge', challenge: 'heat' };
  const wrong = await send('ada', { ...base, 'level:problem': '4' });
  expect(wrong.status).toBe(422);
  expect(await wrong.text()).toContain('the rubric of heat has no problem of 4');
  expect(await (await send('ada', { ...base, 'level:problem': '5.5', by: ' ' })).text()).toContain('Write your name');
  expect(await (await send('ada', base)).text()).toContain('Nothing was changed');
  expect((await rowOf('ada')).row.criteria.rubric).toMatchObject({ points: 3 });
});

test('a grade and more time are given in the browser as on the command line, with name and reason in the ledger', async () => {
  const set = {
    what: 'override',
    challenge: 'heat',
    criterion: 'requests',
    points: '12.5',
    reason: 'Told me in person',
  };
  expect((await send('bob', set)).status).toBe(303);
  const time = { what: 'extend', challenge: 'heat', release: '', time: '2d', reason: 'Ill' };
  expect((await send('bob', time)).status).toBe(303);
  expect(await (await send('bob', { ...set, reason: '' })).text()).toContain('give a reason');
  expect(await (await send('bob', { ...time, release: 'release-9' })).text()).toContain('has no release-9');
  const { row } = await rowOf('bob');
  expect(row.criteria.requests).toMatchObject({ points: 12.5, computed: 0 });
  const lines = (await world.store.ledgerLines(org, 1, 5000)).map((line) => JSON.parse(line).body);
  expect(lines).toContainEqual(
    expect.objectContaining({
      kind: 'override',
      override: expect.objectContaining({ by: 'Prof. Grace', reason: 'Told me in person' }),
    }),
  );
  expect(lines).toContainEqual(
    expect.objectContaining({
      fact: 'extension',
      extension: expect.objectContaining({ grantedBy: 'Prof. Grace', reason: 'Ill' }),
    }),
  );
  expect(await page('/students/bob/grading')).toContain('Told me in person');
  expect(await sound()).toBe(true);
});

test('requests have names; an appeal by comment is on the page, is answered there, and the answer stands on the check', async () => {
  const [request] = await readRequests(world.as(personOf('ada')), 'heat-ada');
  expect(request!['name']).toBe('data validation 1, release-1');
  const early = await comment('ada', '/appeal data validation 1 but why');
  expect(early).toMatchObject({ reactions: ['-1'] });
  expect(early.replies[0]).toContain('push an answer first');
  const commit = await world.push(personOf('ada'), 'heat-ada', {
    [`answers/${request!['id']}.json`]: JSON.stringify({
      rows: [{ row: request!['items'][0], id: -1, x: -1, label: '?' }],
    }),
  });
  const appealed = await comment('ada', '/appeal data validation 1 The **file** has other rows');
  expect(appealed.reactions).toEqual(['+1']);
  expect(appealed.replies[0]).toContain('**data validation 1, release-1** is on the page of the staff');
  expect(await page('/grading')).toContain('1 appeal');
  const text = await page('/students/ada/grading');
  expect(text).toContain('The **file** has other rows');
  const appeal = /name="appeal"\s+value="([^"]+)"/.exec(text)![1]!;
  const answer = { what: 'answer', request: request!['id'], appeal, text: 'I looked: the file is right.' };
  expect((await send('ada', answer)).status).toBe(303);
  const check = (await world.checks('heat-ada', commit)).find(
    ({ name }) => name === 'answer to data validation 1, release-1',
  );
  expect(check!.output.summary).toContain('I looked: the file is right.');
  expect(check!.output.summary).toContain('Prof. Grace answered on');
  expect(await (await send('ada', answer)).text()).toContain('answered this appeal already');
});

test('the buttons of a check ask who presses them', async () => {
  const [request] = await readRequests(world.as(personOf('ada')), 'heat-ada');
  const [stored] = await world.store.appealedRequests(org, 'ada');
  const commit = stored!.answers.at(-1)!.commit;
  const find = async (name: string) =>
    (await world.checks('heat-ada', commit)).find((candidate) => candidate.name === name);
  const check = (await find('answer to data validation 1, release-1'))!;
  await world.press('bob', check.id, 'appeal');
  expect((await find('buttons'))!.output.summary).toContain('bob pressed *appeal*');
  expect((await world.store.request(org, request!['id']))!.appeals).toHaveLength(1);
  await world.press('ada', check.id, 'appeal');
  expect((await world.store.request(org, request!['id']))!.appeals).toMatchObject([
    { by: 'ada', answer: { by: 'Prof. Grace' } },
    { by: 'ada', reason: 'By the button, without a reason.' },
  ]);
  await world.press('ada', (await find('answer to data validation 1, release-1'))!.id, 'judge_again');
  expect((await find('answer to data validation 1, release-1'))!.conclusion).toBe('failure');
});

test('/help names what this person may use here; an unknown command gets a thumb down and one line', async () => {
  const student = await comment('ada', '/help');
  expect(student.replies[0]).toContain('/appeal');
  expect(student.replies[0]).not.toContain('/extend');
  const staff = await comment('teacher', '/help');
  expect(staff.replies[0]).toContain('/extend');
  expect(staff.replies[0]).not.toContain('/appeal');
  const unknown = await comment('ada', '/apeal data validation 1 please');
  expect(unknown.reactions).toEqual(['-1']);
  expect(unknown.replies).toHaveLength(1);
  expect(unknown.replies[0]).toContain('Did you mean `/appeal`?');
  expect(await comment('ada', 'look at\n/usr/bin/env python')).toEqual({ replies: [], reactions: [] });
});

test('after the end a score is final once everything is judged, and the ledger is sound', async () => {
  await world.advance(24 * 40);
  const open = (await rowOf('ada')).row;
  expect(open).not.toHaveProperty('final');
  expect(open.of).toBe(45.5);
  await send('ada', {
    what: 'judge',
    challenge: 'heat',
    'level:problem': '3',
    'comment:problem': 'See <b>my</b> note.',
    'was:problem': '3',
    'said:problem': 'See <b>my</b> note.',
    'level:reaction': '4',
  });
  const done = (await rowOf('ada')).row;
  expect(done).toMatchObject({ final: true, of: 49.5, worth: 49.5 });
  expect(done.criteria.rubric).toMatchObject({ points: 7, of: 9.5 });
  expect(await sound()).toBe(true);
});

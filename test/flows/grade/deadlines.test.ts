// The deadline cuts: what GitHub had received is recorded and held by a tag, whatever is pushed, forced or deleted later.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { simpleGit, type SimpleGit } from 'simple-git';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CutEvidence } from '../../../src/domain/evidence/evidence.ts';
import { verifyLedgerLines } from '../../../src/domain/ledger/verify.ts';
import { recordDecision } from '../../../src/flows/grade/record-decision.ts';
import { dataOf, org, startCourse, type CourseInSandbox } from '../start-course.ts';

const challenge = `version: 1
name: heat
title: Hot or cold
starts: 2027-01-11T09:00
ends: 2027-01-13T23:59:59
dataset: { source: data.csv, target: label, hold_out: 20% }
releases: { first: 2027-01-11T09:00, every: 1d, proportions: [1], path: "data/incoming/{release}.csv", carrier: commit }
score: { data: 20 }
`;
const course = 'version: 1\ntitle: Heat\ntimezone: Europe/Copenhagen\nrepositories: { template: student-template }\n';
const students = ['ada', 'bob', 'carl', 'dora', 'eve'];
const deadline = new Date('2027-01-13T22:59:59Z');

let world: CourseInSandbox;
const folder = mkdtempSync(join(tmpdir(), 'practicum-deadlines-'));
const pushed: Record<string, string> = {};

beforeAll(async () => {
  world = await startCourse(
    {
      'course.yml': course,
      'roster.csv': `login,name\n${students.map((login) => `${login},${login}`).join('\n')}\n`,
      'challenges/heat/challenge.yml': challenge,
      'challenges/heat/data.csv': dataOf(50),
    },
    students,
    new Date('2027-01-11T08:00:00Z'),
  );
  await world.advance(1);
  world.clock.set(new Date(deadline.getTime() - 18_000));
  await world.quiet();
  for (const login of students) pushed[login] = await work(login, 'in time');
}, 120_000);
afterAll(async () => {
  await world.stop();
  rmSync(folder, { recursive: true, force: true });
});

const personOf = (login: string) => world.students.find((student) => student.login === login)!;
const repoOf = (login: string): string => `heat-${login}`;
const work = (login: string, text: string): Promise<string> =>
  world.push(personOf(login), repoOf(login), { 'work.txt': `${text}\n` }, text);

/** A clone of one's own, for what the API does not do. */
async function clone(login: string): Promise<SimpleGit> {
  const { token } = personOf(login);
  const directory = mkdtempSync(join(folder, `${login}-`));
  await simpleGit().clone(world.cloneUrl(repoOf(login), token), directory);
  const git = simpleGit(directory);
  await git.addConfig('user.name', login);
  await git.addConfig('user.email', `${login}@students.example`);
  writeFileSync(join(directory, 'work.txt'), 'after the deadline\n');
  return git;
}
const cutsOf = async (login: string): Promise<CutEvidence[]> =>
  (await world.store.evidence(org, 'heat', login, ['cut'])) as CutEvidence[];
const tagOf = async (login: string): Promise<string | undefined> => {
  const place = { owner: org, repo: repoOf(login), ref: 'tags/practicum/deadline/heat' };
  const found = await world
    .as(world.teacher)
    .request('GET /repos/{owner}/{repo}/git/ref/{ref}', place)
    .catch(() => undefined);
  return found?.data.object.sha;
};
const scoreOn = async (login: string): Promise<string> =>
  (await world.checks(repoOf(login), pushed[login]!)).find(({ name }) => name === 'score')?.output.summary ?? '';

test('half a minute after the deadline nothing was cut yet, and nothing keeps anybody from pushing', async () => {
  world.clock.set(new Date(deadline.getTime() + 30_000));
  await world.quiet();
  expect(await cutsOf('ada')).toEqual([]);
  await work('ada', 'half a minute late');
});

test('the app is away when the deadline is due, and meanwhile students rewrite what they had handed in', async () => {
  await world.outage(async () => {
    world.clock.advance(3 * 3_600_000);
    const bob = await clone('bob');
    await bob.add('.').commit('Rewritten', { '--amend': null }).push(['--force', '--quiet']);
    const carl = await clone('carl');
    await carl.reset(['--hard', 'HEAD~1']).push(['--force', '--quiet']);
  });
});

test('the commit that GitHub had received is on record and tagged; later and forced pushes do not move it', async () => {
  for (const login of ['ada', 'bob', 'carl', 'dora']) {
    expect(await cutsOf(login), login).toMatchObject([
      { commit: pushed[login], at: deadline, receivedAt: '2027-01-13T22:59:41.000Z', trust: 'measured' },
    ]);
    expect(await tagOf(login), login).toBe(pushed[login]);
  }
});

test('the check run shows the comparison, in the zone of the course', async () => {
  expect((await scoreOn('ada')).replaceAll('\\', '')).toContain(
    `Graded as of the deadline: commit ${pushed['ada']!.slice(0, 7)}, received Wed 13 Jan 2027 23:59:41 (CET), ` +
      '18 seconds before the deadline Wed 13 Jan 2027 23:59:59 (CET).',
  );
});

test('a student can neither move nor delete the tag, nor make one of that kind', async () => {
  const git = await clone('dora');
  await expect(git.raw('push', '--delete', 'origin', 'practicum/deadline/heat')).rejects.toThrow('GH013');
  await git.add('.').commit('Late').raw('tag', '--force', 'practicum/deadline/heat');
  await expect(git.raw('push', '--force', 'origin', 'practicum/deadline/heat')).rejects.toThrow('GH013');
  await git.raw('tag', 'practicum/deadline/other');
  await expect(git.raw('push', 'origin', 'practicum/deadline/other')).rejects.toThrow('GH013');
  await git.raw('tag', 'v1');
  await git.raw('push', 'origin', 'v1');
  const byApi = world.as(personOf('dora')).request('DELETE /repos/{owner}/{repo}/git/refs/{ref}', {
    owner: org,
    repo: repoOf('dora'),
    ref: 'tags/practicum/deadline/heat',
  });
  await expect(byApi).rejects.toMatchObject({ status: 422 });
  expect(await tagOf('dora')).toBe(pushed['dora']);
});

test('where nothing keeps a student from it, the tag is put back', async () => {
  const place = { owner: org, repo: repoOf('eve') };
  const { data } = await world.as(world.teacher).request('GET /repos/{owner}/{repo}/rulesets', place);
  const [ruleset] = data;
  await world
    .as(world.teacher)
    .request('DELETE /repos/{owner}/{repo}/rulesets/{ruleset_id}', { ...place, ruleset_id: ruleset!.id });
  const git = await clone('eve');
  await git.raw('push', '--delete', 'origin', 'practicum/deadline/heat');
  await world.quiet();
  expect(await tagOf('eve')).toBe(pushed['eve']);
  const { data: again } = await world.as(world.teacher).request('GET /repos/{owner}/{repo}/rulesets', place);
  expect(again).toMatchObject([{ name: 'practicum', target: 'tag', enforcement: 'active' }]);
});

test('an extension after the end cuts again, later; the first cut stays on record', async () => {
  const late = await work('dora', 'with an extension');
  const by = 6 * 3_600_000;
  await recordDecision(
    world.store,
    org,
    {
      id: 'comment/1',
      at: world.clock.now(),
      kind: 'extension',
      challenge: 'heat',
      extension: { owner: 'dora', by, reason: 'ill', grantedBy: 'teacher' },
    },
    world.clock.now(),
  );
  await world.quiet();
  expect(await tagOf('dora')).toBe(pushed['dora']);
  await world.advance(6);
  expect((await cutsOf('dora')).map(({ commit, at }) => [commit, at.getTime()])).toEqual([
    [pushed['dora'], deadline.getTime()],
    [late, deadline.getTime() + by],
  ]);
  expect(await tagOf('dora')).toBe(late);
  expect(await cutsOf('ada')).toHaveLength(1);
  const lines = await world.store.ledgerLines(org, 1, 100_000);
  expect(lines.filter((line) => line.includes('"kind":"cut"'))).toHaveLength(students.length + 1);
  expect(verifyLedgerLines(lines)).toMatchObject({ ok: true });
});

test('a course that is synced again after its end cuts nothing anew', async () => {
  const before = await Promise.all(students.map(cutsOf));
  await world.push(world.teacher, 'course', { 'notes.md': 'nothing that counts\n' });
  await world.advance(1);
  expect(await Promise.all(students.map(cutsOf))).toEqual(before);
});

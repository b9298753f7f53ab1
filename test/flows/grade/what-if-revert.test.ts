// A change of rules that is only looked at, and one that is applied and taken back: what the ledger has of them.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { inForce } from '../../../src/flows/course/in-force.ts';
import { readGradebook } from '../../../src/flows/grade/read-gradebook.ts';
import { storedLines, verifyStored } from '../../../src/flows/ledger/verify-stored.ts';
import { dataOf, org, startCourse, type CourseInSandbox } from '../start-course.ts';

const path = 'challenges/heat/challenge.yml';
const challenge = (points: number): string => `version: 1
name: heat
title: Hot or cold
starts: 2027-01-11T09:00
ends: 2027-02-05T23:59
dataset: { source: data.csv, target: label }
releases: { first: 2027-01-11T09:00, every: 7d, proportions: [0.5, 0.5], path: "data/incoming/{release}.csv", carrier: commit }
score: { data: ${points}, pipeline: 30 }
`;

let world: CourseInSandbox;
beforeAll(async () => {
  world = await startCourse(
    {
      'course.yml': 'version: 1\ntitle: Heat\ntimezone: UTC\nrepositories: { template: student-template }\n',
      'roster.csv': 'login,name\nada,Ada\nbob,Bob\n',
      [path]: challenge(20),
      'challenges/heat/data.csv': dataOf(200),
    },
    ['ada', 'bob'],
    new Date('2027-01-11T09:00:00Z'),
  );
  await world.advance(2);
});
afterAll(() => world.stop());

const lines = async (): Promise<string[]> => {
  const all: string[] = [];
  for await (const line of storedLines(world.store, org)) all.push(line);
  return all;
};
const points = async (): Promise<unknown> => {
  const found = (await inForce(world.store, org))!;
  const { rows } = await readGradebook(world.store, { organisation: org, ...found, now: world.clock.now() });
  return rows.map(({ owner, total, of, worth }) => ({ owner, total, of, worth }));
};

test('the preview of a change names what it would do, and leaves the ledger as it was, byte for byte', async () => {
  const before = await lines();
  const client = world.as(world.teacher);
  const where = { owner: org, repo: 'course' };
  const { data: head } = await client.rest.git.getRef({ ...where, ref: 'heads/main' });
  await client.rest.git.createRef({ ...where, ref: 'refs/heads/what-if', sha: head.object.sha });
  const { data: file } = await client.rest.repos.getContent({ ...where, path, ref: 'what-if' });
  const { data: made } = await client.rest.repos.createOrUpdateFileContents({
    ...where,
    path,
    branch: 'what-if',
    message: 'Other points',
    sha: (file as { sha: string }).sha,
    content: Buffer.from(challenge(40)).toString('base64'),
  });
  const { data: pull } = await client.rest.pulls.create({ ...where, title: 'What if', head: 'what-if', base: 'main' });
  await world.quiet();
  const plan = (await world.checks('course', made.commit.sha!)).find(({ name }) => name === 'plan');
  expect(plan!.output.summary).toMatch(/2 students change/);
  await client.rest.pulls.update({ ...where, pull_number: pull.number, state: 'closed' });
  await world.quiet();
  expect(await lines()).toEqual(before);
});

test('applied and reverted, the points are what they were; what was written before stands untouched, and all of it verifies', async () => {
  const [before, was] = [await lines(), await points()];
  await world.push(world.teacher, 'course', { [path]: challenge(40) });
  await world.advance(1);
  expect(await points()).not.toEqual(was);
  await world.push(world.teacher, 'course', { [path]: challenge(20) });
  await world.advance(1);
  expect(await points()).toEqual(was);
  const after = await lines();
  expect(after.slice(0, before.length)).toEqual(before);
  const last = (all: string[], kind: string): unknown => {
    const bodies = all.map((line) => JSON.parse(line).body).filter((body) => (body.fact ?? body.kind) === kind);
    return kind === 'calculation' ? bodies.at(-1).score.total : bodies.at(-1);
  };
  for (const kind of ['policy', 'calculation']) expect(last(after, kind), kind).toEqual(last(before, kind));
  expect(await verifyStored(world.store, org)).toMatchObject({ ok: true });
});

// What would earn most now: every suggestion is carried out in a played course, and the gain is what was promised.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Step } from '../../../src/domain/grade/suggest-steps.ts';
import { inForce } from '../../../src/flows/course/in-force.ts';
import { buildGradebook } from '../../../src/domain/grade/gradebook.ts';
import { readGradebookInput } from '../../../src/flows/grade/read-gradebook.ts';
import { showStudent } from '../../../src/flows/pages/show-student.ts';
import { dataOf, org, readRequests, startCourse, type CourseInSandbox } from '../start-course.ts';

let world: CourseInSandbox;
beforeAll(async () => {
  world = await startCourse(
    {
      'course.yml':
        'version: 1\ntitle: Heat\ntimezone: UTC\nrepositories: { template: student-template }\nlate: { tokens: 0, then_per_day: 10% }\n',
      'roster.csv': 'login,name\nada,Ada\n',
      'challenges/heat/challenge.yml': `version: 1
name: heat
title: Hot or cold
starts: 2027-01-11T09:00
ends: 2027-02-05T23:59
dataset: { source: data.csv, target: label, hold_out: 20% }
releases: { first: 2027-01-11T09:00, every: 7d, proportions: [0.3, 0.3, 0.4], path: "data/incoming/{release}.csv", carrier: pull_request }
requests:
  - { on: release, kind: data_validation, rows: 5, answer_within: 20d, attempts: 2 }
endpoint: { every: 1h, availability: { pass: 70%, full: 99% } }
score: { data: 20, requests: 23, pipeline: 17, freshness: 11, endpoint: 15, hygiene: 7 }
`,
      'challenges/heat/data.csv': dataOf(200),
    },
    ['ada'],
    new Date('2027-01-11T09:00:00Z'),
  );
  await world.advance(1);
  // Nine days on there are two releases, the first of them late.
  await world.advance(24 * 9);
});
afterAll(() => world.stop());

const ada = () => world.students[0]!;
const view = async () => (await showStudent(world.store, org, 'ada', world.clock.now()))!;
/** As the gradebook has it at that moment, with what would come to be if nothing was done. */
async function total({ at, otherwise = [] }: Pick<Step, 'at' | 'otherwise'>): Promise<number> {
  const found = (await inForce(world.store, org))!;
  const input = await readGradebookInput(world.store, { organisation: org, ...found, now: at });
  const { rows } = buildGradebook({ ...input, evidence: [...input.evidence, ...otherwise] });
  return Math.round(rows.reduce((sum, row) => sum + row.total, 0) * 100) / 100;
}

let carried = 0;
const cents = (points: number): number => Math.round(points * 100) / 100;

/** Where the release is: on the branch of its pull request, merged or not. */
async function fileOf(release: string, path: string): Promise<string> {
  const client = world.as(ada());
  const where = { owner: org, repo: 'heat-ada' };
  const { data: pulls } = await client.rest.pulls.list({ ...where, state: 'all' });
  const ref = pulls.find(({ title }) => title.includes(release))!.head.sha;
  const { data } = await client.rest.repos.getContent({ ...where, path, ref });
  return Buffer.from((data as { content: string }).content, 'base64').toString();
}

/** What a student does about a suggestion, on GitHub where that can be done here, by what is seen of it otherwise. */
async function carryOut({ text, evidence }: Step): Promise<void> {
  const repo = 'heat-ada';
  const client = world.as(ada());
  if (text.startsWith('merge ')) {
    const { data: pulls } = await client.rest.pulls.list({ owner: org, repo, state: 'open' });
    const pull = pulls.find(({ title }) => title.includes(text.slice('merge '.length)))!;
    await client.rest.pulls.merge({ owner: org, repo, pull_number: pull.number });
    return world.quiet();
  }
  if (text.startsWith('answer ')) {
    const request = (await readRequests(client, repo)).find(({ name }) => text === `answer ${name}`)!;
    const [head, ...lines] = (await fileOf(request['release'], request['file'])).trim().split('\n');
    const names = head!.split(',');
    const rows = (request['items'] as number[]).map((row) => {
      const cells = lines[row]!.split(',');
      return { row, [names[0]!]: Number(cells[0]), [names[1]!]: Number(cells[1]), [names[2]!]: cells[2] };
    });
    await world.push(ada(), repo, { [`answers/${request['id']}.json`]: JSON.stringify({ rows }) });
    return;
  }
  carried++;
  for (const [index, one] of evidence.entries())
    await world.store.addEvidence(org, { ...one, id: `~done/${carried}/${index}`, repository: `${org}/${repo}` });
  await world.quiet();
}

test('every suggestion, done, earns to the cent what was promised, until nothing is left to suggest', async () => {
  const done: string[] = [];
  for (let round = 0; round < 60; round++) {
    const { steps } = await view();
    // First those that can be carried out on GitHub here.
    const step = steps.find(({ text }) => /^(merge|answer) /.test(text)) ?? steps[0];
    if (!step) break;
    expect(steps.map(({ gain }) => gain)).toEqual(steps.map(({ gain }) => gain).toSorted((a, b) => b - a));
    const before = await total(step);
    await carryOut(step);
    expect(cents((await total({ at: step.at })) - before), step.text).toBe(step.gain);
    done.push(step.text);
  }
  expect(done.some((text) => /pipeline succeed/.test(text))).toBe(true);
  for (const number of [1, 2]) {
    expect(done).toContain(`merge release-${number}`);
    expect(done).toContain(`answer data validation ${number}, release-${number}`);
  }
  expect(done.some((text) => text.startsWith('register a service'))).toBe(true);
  expect((await view()).steps).toEqual([]);
});

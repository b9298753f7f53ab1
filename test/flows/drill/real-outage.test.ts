// A service that really fails becomes an incident by the running app, in the place of a drill; what it costs it costs.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Drill } from '../../../src/domain/drill/drill.ts';
import { inForce } from '../../../src/flows/course/in-force.ts';
import { readGradebook } from '../../../src/flows/grade/read-gradebook.ts';
import { heatService } from '../heat-service.ts';
import { dataOf, org, startCourse, type CourseInSandbox } from '../start-course.ts';

const challenge = `version: 1
name: heat
title: Hot or cold
starts: 2027-01-11T09:00
ends: 2027-06-05T23:59
dataset: { source: data.csv, target: label, hold_out: 20% }
releases: { first: 2027-01-11T09:00, every: 120d, proportions: [0.5, 0.5], path: "data/incoming/{release}.csv", carrier: commit }
endpoint: { every: 1h, wait: 30s, availability: { pass: 70%, full: 95% } }
drills:
  window: [2027-01-13T00:00, 2027-05-30T00:00]
  number: 1
  kinds: [corrupted_shipment]
  lasts: 6h
  detect_within: 2h
  real: true
score: { endpoint: 15, drills: 12 }
`;
const course = 'version: 1\ntitle: Heat\ntimezone: UTC\nrepositories: { template: student-template }\n';

/** By the first part of the path: whose service is down. */
const down = new Set<string>();
let server: Server;
let world: CourseInSandbox;

beforeAll(async () => {
  server = createServer(
    heatService(({ url }) => {
      const [, who = '', path = ''] = url!.split('/');
      if (down.has(who)) return [500, {}];
      return path === 'predict' ? undefined : [200, {}];
    }),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  world = await startCourse(
    {
      'course.yml': course,
      'roster.csv': 'login,name\nada,Ada\nbob,Bob\n',
      'challenges/heat/challenge.yml': challenge,
      'challenges/heat/data.csv': dataOf(200),
    },
    ['ada', 'bob'],
    new Date('2027-01-11T09:00:00Z'),
  );
  await world.advance(1);
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  for (const who of world.students)
    await world.push(who, `heat-${who.login}`, { 'practicum.yml': `endpoint: ${url}/${who.login}\n` });
  await world.advance(50);
});
afterAll(async () => {
  await world.stop();
  server.close();
});

const drillsOf = (owner: string): Promise<Drill[]> => world.store.drills(org, owner);
const gradesOf = async (owner: string): Promise<any> => {
  const found = (await inForce(world.store, org))!;
  const { rows } = await readGradebook(world.store, { ...found, organisation: org, now: world.clock.now() });
  return rows.find((row) => row.owner === owner)!;
};

test('an outage opens an incident that says so; a comment notices it, and the first green probe mitigates it', async () => {
  down.add('ada');
  const before = (await gradesOf('ada')).criteria.endpoint.points;
  for (let hour = 0; hour < 4; hour++) await world.advance(1);
  expect(await drillsOf('bob')).toEqual([]);
  const [drill] = await drillsOf('ada');
  expect(drill).toMatchObject({ kind: 'outage', state: 'running', turn: 0, injected: true });
  const asked = { owner: org, repo: 'heat-ada', issue_number: drill!.issue! };
  const { data: issue } = await world
    .as(world.teacher)
    .request('GET /repos/{owner}/{repo}/issues/{issue_number}', asked);
  expect(issue.title).toBe('Incident: the service is down');
  expect(issue.body).toContain('This is no drill');
  await world
    .as(world.students[0]!)
    .request('POST /repos/{owner}/{repo}/issues/{issue_number}/comments', { ...asked, body: 'Looking.' });
  await world.quiet();
  down.delete('ada');
  for (let hour = 0; hour < 2; hour++) await world.advance(1);
  const [after] = await drillsOf('ada');
  expect(after).toMatchObject({ state: 'over' });
  const probes = await world.store.evidence(org, 'heat', 'ada', ['probe']);
  const green = probes.find((probe) => probe.kind === 'probe' && probe.ok && probe.at > after!.began)!;
  expect(after!.mitigated!.getTime()).toBe(Math.floor(green.at.getTime() / 1000) * 1000);
  expect(after!.detected!.getTime()).toBeLessThan(after!.mitigated!.getTime());
  // The time it was down is not forgiven.
  expect((await gradesOf('ada')).criteria.endpoint.points).toBeLessThan(before);
});

test('it is closed with the truth and counts as the drill whose place it took', async () => {
  for (let day = 0; day < 4; day++) await world.advance(24);
  const all = await drillsOf('ada');
  expect(all.map(({ kind, state }) => `${kind} ${state}`)).toEqual(['outage closed']);
  const grade = await gradesOf('ada');
  // Noticed in time and mitigated, and not written up.
  expect(grade.criteria.drills).toMatchObject({ points: 8.4, of: 12 });
  expect(grade.criteria.drills.reason).toContain('the service failed its probes');
});

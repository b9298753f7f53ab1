// Names in a running course: a student's own name server that fails is that student's downtime; what befalls all names is ours.
import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ProbeEvidence } from '../../../src/domain/evidence/evidence.ts';
import { inForce } from '../../../src/flows/course/in-force.ts';
import { readGradebook } from '../../../src/flows/grade/read-gradebook.ts';
import { nameServer, type Reply } from '../../endpoint/name-server.ts';
import { heatService } from '../heat-service.ts';
import { dataOf, org, startCourse, type CourseInSandbox } from '../start-course.ts';

const logins = ['ada', 'bob', 'cyd', 'dan', 'eve', 'mal'];
const honest = logins.slice(0, -1);
const challenge = `version: 1
name: heat
title: Hot or cold
starts: 2027-01-11T09:00
ends: 2027-02-05T23:59
dataset: { source: data.csv, target: label, hold_out: 20% }
releases: { first: 2027-01-11T09:00, every: 7d, proportions: [0.5, 0.5], path: "data/{release}.csv", carrier: commit }
endpoint: { every: 1h, wait: 30s, availability: { pass: 70%, full: 99% }, window: 168h }
score: { data: 20, endpoint: 20 }
`;

/** The students' machine, at a port that they may use. */
const address = '127.147.20.26';
const answers = new Map<string, Reply>();
let silent = false;
let service: Server;
let names: Awaited<ReturnType<typeof nameServer>>;
let world: CourseInSandbox;

beforeAll(async () => {
  names = await nameServer((name, type) => {
    if (silent) return { code: 'SERVFAIL' };
    return answers.get(name.split('.')[0]!) ?? (type === 'A' ? { addresses: [address] } : {});
  });
  service = createServer(
    heatService(({ url: path }) => (path === '/predict' ? undefined : [path === '/health' ? 200 : 404, {}])),
  );
  // Each probe looks the name up again.
  service.prependListener('request', (_, response) => void response.setHeader('connection', 'close'));
  await new Promise<void>((resolve) => service.listen(8443, address, resolve));
  world = await startCourse(
    {
      'course.yml': 'version: 1\ntitle: Heat\ntimezone: UTC\nrepositories: { template: student-template }\n',
      'roster.csv': `login,name\n${logins.map((login) => `${login},${login}\n`).join('')}`,
      'challenges/heat/challenge.yml': challenge,
      'challenges/heat/data.csv': dataOf(200),
    },
    logins,
    new Date('2027-01-11T09:00:00Z'),
    [],
    {},
    false,
    { nameServers: [names.address] },
  );
  await world.advance(1);
  for (const student of world.students)
    await world.push(student, `heat-${student.login}`, {
      'practicum.yml': `endpoint: http://${student.login}.example.org:8443\n`,
    });
  await world.advance(2);
});
afterAll(async () => {
  await world.stop();
  service.close();
  names.close();
});

const lastOf = async (owner: string): Promise<ProbeEvidence> =>
  (await world.store.evidence(org, 'heat', owner)).findLast(
    (evidence): evidence is ProbeEvidence => evidence.kind === 'probe',
  )!;
const lastOfAll = (owners: readonly string[]): Promise<ProbeEvidence[]> => Promise.all(owners.map(lastOf));

/** What of the points for being available. */
async function availability(): Promise<Record<string, number>> {
  const found = (await inForce(world.store, org))!;
  const { rows } = await readGradebook(world.store, { ...found, organisation: org, now: world.clock.now() });
  return Object.fromEntries(rows.map(({ owner, criteria }) => [owner, criteria.endpoint!.points]));
}

test('all services are found by their names', async () => {
  expect((await lastOfAll(logins)).map(({ ok }) => ok)).toEqual(logins.map(() => true));
});

test.each<[string, Reply, RegExp]>([
  ['SERVFAIL', { code: 'SERVFAIL' }, /^dns-failed$/],
  ['silence', 'silence', /^(timeout|dns-failed)$/],
  ['an address inside', { addresses: ['10.0.0.1'] }, /^address-private$/],
])('%s of one name server is the downtime of whoever chose it', async (_, said, code) => {
  answers.set('mal', said);
  await world.advance(3);
  const last = await lastOf('mal');
  expect(last).toMatchObject({ ok: false, cause: 'student' });
  expect(last.code).toMatch(code);
  expect((await lastOfAll(honest)).map(({ ok }) => ok)).toEqual(honest.map(() => true));
});

test('when no name can be looked up, it is nobody’s downtime', async () => {
  answers.clear();
  await world.advance(3);
  silent = true;
  await world.advance(3);
  const last = await lastOfAll(logins);
  expect(last.map(({ ok, cause }) => ({ ok, cause }))).toEqual(logins.map(() => ({ ok: false, cause: 'ours' })));
  silent = false;
  await world.advance(3);
  const points = await availability();
  for (const owner of honest) expect(points[owner], owner).toBe(20);
  expect(points['mal']).toBeLessThan(20);
});

// A student registers a classmate's service: both read it, the staff sees it, and it pays nobody but whose it is.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ProbeEvidence } from '../../../src/domain/evidence/evidence.ts';
import { inForce } from '../../../src/flows/course/in-force.ts';
import { readGradebook } from '../../../src/flows/grade/read-gradebook.ts';
import { showCourse } from '../../../src/flows/pages/show-course.ts';
import { showStudent } from '../../../src/flows/pages/show-student.ts';
import { verifyStored } from '../../../src/flows/ledger/verify-stored.ts';
import { heatService } from '../heat-service.ts';
import { dataOf, org, startCourse, type CourseInSandbox } from '../start-course.ts';

const challenge = `version: 1
name: heat
title: Hot or cold
starts: 2027-01-11T09:00
ends: 2027-02-05T23:59
dataset: { source: data.csv, target: label, hold_out: 20% }
releases: { first: 2027-01-11T09:00, every: 7d, proportions: [0.5, 0.5], path: "data/incoming/{release}.csv", carrier: commit }
endpoint: { every: 1h, wait: 30s, availability: { pass: 70%, full: 99% }, window: 168h }
score: { data: 20, endpoint: 15, quality: 15 }
`;
const course = 'version: 1\ntitle: Heat\ntimezone: UTC\nrepositories: { template: student-template }\n';

/** Ada's service: at first one that was there before anybody asked whose it is. */
const service: { repository?: string } = {};
let server: Server;
let world: CourseInSandbox;

beforeAll(async () => {
  server = createServer(
    heatService(({ url, headers }) => {
      if (url === '/health') return [200, {}];
      if (url === '/metadata' && service.repository !== undefined)
        return [200, { nonce: headers['practicum-nonce'], repository: service.repository }];
      return url === '/predict' ? undefined : [404, {}];
    }),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  world = await startCourse(
    {
      'course.yml': course,
      'roster.csv': 'login,name\nada,Ada\nmal,Mal\n',
      'challenges/heat/challenge.yml': challenge,
      'challenges/heat/data.csv': dataOf(200),
    },
    ['ada', 'mal'],
    new Date('2027-01-11T09:00:00Z'),
  );
  await world.advance(1);
});
afterAll(async () => {
  await world.stop();
  server.close();
});

const port = (): number => (server.address() as AddressInfo).port;
const lastProbe = async (owner: string): Promise<ProbeEvidence> =>
  (await world.store.evidence(org, 'heat', owner)).findLast(
    (evidence): evidence is ProbeEvidence => evidence.kind === 'probe',
  )!;
async function points(owner: string): Promise<[endpoint: number, quality: number]> {
  const found = (await inForce(world.store, org))!;
  const { rows } = await readGradebook(world.store, { ...found, organisation: org, now: world.clock.now() });
  const { endpoint, quality } = rows.find((row) => row.owner === owner)!.criteria;
  return [endpoint!.points, quality!.points];
}
async function issueOf(repo: string): Promise<string> {
  const { data } = await world.as(world.teacher).rest.issues.listForRepo({ owner: org, repo });
  return data.map(({ body }) => body ?? '').join('\n');
}

test('a service that names no repository counts as before, and its student reads what is missing', async () => {
  await world.push(world.students[0]!, 'heat-ada', { 'practicum.yml': `endpoint: http://127.0.0.1:${port()}\n` });
  await world.advance(3);
  expect(await lastProbe('ada')).toMatchObject({ ok: true, code: 'ok' });
  expect(await points('ada')).toEqual([15, 15]);
  expect(await issueOf('heat-ada')).toContain('It does not say which repository it is of. That costs nothing now');
});

test('registered by two in two spellings it counts for neither, both read it, and the staff sees who', async () => {
  await world.push(world.students[1]!, 'heat-mal', { 'practicum.yml': `endpoint: http://localhost:${port()}//\n` });
  await world.advance(3);
  for (const owner of ['ada', 'mal']) {
    expect(await lastProbe(owner)).toMatchObject({ identity: 'contested' });
    expect(await issueOf(`heat-${owner}`)).toContain('Somebody else registered the same address.');
    expect((await points(owner))[0]).toBeLessThan(15);
  }
  expect(await points('mal')).toEqual([0, 0]);
  const { disputed } = (await showCourse(world.store, org, world.clock.now()))!;
  expect(disputed).toMatchObject([
    { repository: 'heat-ada', identity: 'shared', others: ['mlops/heat-mal'] },
    { repository: 'heat-mal', identity: 'shared', others: ['mlops/heat-ada'] },
  ]);
});

test('proven, it counts for its owner alone, and for all the time it was contested', async () => {
  service.repository = 'mlops/heat-ada';
  await world.advance(3);
  expect(await lastProbe('ada')).toMatchObject({ ok: true, identity: 'proven' });
  expect(await lastProbe('mal')).toMatchObject({ ok: false, code: 'endpoint-of-another', cause: 'student' });
  expect(await points('ada')).toEqual([15, 15]);
  expect(await points('mal')).toEqual([0, 0]);
  expect(await issueOf('heat-mal')).toContain("It says that it is of somebody else's repository");
  expect(await issueOf('heat-ada')).not.toContain('Somebody else');
  const view = (await showStudent(world.store, org, 'mal', world.clock.now()))!;
  expect(view.services).toMatchObject([{ repository: 'heat-mal', identity: 'another' }]);
});

test('a service that was proven keeps counting, whatever others register', async () => {
  await world.push(world.students[1]!, 'heat-mal', { 'practicum.yml': `endpoint: http://127.1:${port()}/x/..\n` });
  await world.advance(3);
  expect(await lastProbe('ada')).toMatchObject({ ok: true, identity: 'proven' });
  expect(await points('mal')).toEqual([0, 0]);
});

test('the ledger computes the same', async () => {
  expect(await verifyStored(world.store, org)).toMatchObject({ ok: true });
});

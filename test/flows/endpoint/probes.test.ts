// Probes of a real service by the running app: registered, probed, down, confirmed, up again, and never a backlog.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ProbeEvidence } from '../../../src/domain/evidence/evidence.ts';
import { inForce } from '../../../src/flows/course/in-force.ts';
import { scoreJob } from '../../../src/flows/jobs/queue-jobs.ts';
import { readGradebook } from '../../../src/flows/grade/read-gradebook.ts';
import { heatService } from '../heat-service.ts';
import { dataOf, org, startCourse, type CourseInSandbox } from '../start-course.ts';

const challenge = `version: 1
name: heat
title: Hot or cold
starts: 2027-01-11T09:00
ends: 2027-02-05T23:59
dataset: { source: data.csv, target: label, hold_out: 20% }
releases: { first: 2027-01-11T09:00, every: 7d, proportions: [0.5, 0.5], path: "data/incoming/{release}.csv", carrier: commit }
endpoint: { every: 1h, wait: 30s, availability: { pass: 70%, full: 99% }, window: 168h, maintenance: [{ from: 2027-01-12T00:00, to: 2027-01-12T06:00 }] }
score: { data: 20, endpoint: 15, quality: 15 }
`;
const course = 'version: 1\ntitle: Heat\ntimezone: UTC\nrepositories: { template: student-template }\n';

/** A service that can be told to fail; it predicts by the rule that the data follow. */
const service = { down: false, asked: 0, failuresLeft: 0, version: '1' };
let server: Server;
let second: Server;
let world: CourseInSandbox;

beforeAll(async () => {
  const answer = heatService(
    ({ url: path }) => {
      service.asked++;
      if (service.down) return [503, {}];
      if (path === '/metadata') return [404, {}];
      if (path === '/health') return service.failuresLeft-- > 0 ? [500, {}] : [200, {}];
      return undefined;
    },
    () => service.version,
  );
  [server, second] = [createServer(answer), createServer(answer)];
  for (const one of [server, second]) await new Promise<void>((resolve) => one.listen(0, '127.0.0.1', resolve));
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
});
afterAll(async () => {
  await world.stop();
  server.close();
  second.close();
});

const url = (one: Server = server): string => `http://127.0.0.1:${(one.address() as AddressInfo).port}`;
const probesOf = async (owner: string): Promise<ProbeEvidence[]> =>
  (await world.store.evidence(org, 'heat', owner)).filter(
    (evidence): evidence is ProbeEvidence => evidence.kind === 'probe',
  );

test('nobody is probed who has registered nothing', async () => {
  await world.advance(3);
  expect(await probesOf('ada')).toEqual([]);
  expect(service.asked).toBe(0);
});

test('an address in practicum.yml and one in the variable are probed, with quality on rows that nobody has', async () => {
  const [ada, bob] = world.students;
  await world.push(ada!, 'heat-ada', { 'practicum.yml': `endpoint: ${url()}\n` });
  await world.as(world.teacher).request('POST /repos/{owner}/{repo}/actions/variables', {
    owner: org,
    repo: 'heat-bob',
    name: 'PRACTICUM_ENDPOINT',
    value: `${url(second)}/`,
  });
  await world.advance(2);
  for (const login of [ada!.login, bob!.login]) {
    const [probe] = await probesOf(login);
    expect(probe).toMatchObject({
      ok: true,
      code: 'ok',
      trust: 'measured',
      apiVersion: '1',
      quality: { metric: 'accuracy', value: 1, rows: 10 },
    });
  }
});

test('the staff can have a service probed now, by the button of its score; a student is told that it is theirs', async () => {
  const { data } = await world
    .as(world.students[0]!)
    .request('GET /repos/{owner}/{repo}/commits/{ref}', { owner: org, repo: 'heat-ada', ref: 'HEAD' });
  const commit = data.sha;
  await world.store.enqueue([scoreJob(org, 'heat-ada', commit, world.clock.now())]);
  await world.quiet();
  const check = async (name: string) =>
    (await world.checks('heat-ada', commit)).find((candidate) => candidate.name === name);
  const score = (await check('score'))!;
  const before = (await probesOf('ada')).length;
  await world.press('ada', score.id, 'probe_now');
  expect((await check('buttons'))!.output.summary).toContain('ada pressed *probe now*');
  expect((await check('buttons'))!.output.summary).toContain('only the staff');
  expect(await probesOf('ada')).toHaveLength(before);
  await world.advance(0.1);
  await world.press('teacher', score.id, 'probe_now');
  expect(await probesOf('ada')).toHaveLength(before + 1);
  expect((await probesOf('ada')).at(-1)).toMatchObject({ ok: true, at: world.clock.now() });
});

test('a failure that a second probe does not confirm counts for nobody', async () => {
  service.failuresLeft = 1;
  const before = (await probesOf('ada')).length + (await probesOf('bob')).length;
  await world.advance(2);
  const after = [...(await probesOf('ada')), ...(await probesOf('bob'))];
  expect(after.length).toBe(before + 2);
  expect(after.every(({ ok }) => ok)).toBe(true);
});

test('an outage is confirmed and counts; one in announced maintenance does not', async () => {
  service.down = true;
  const asked = service.asked;
  await world.advance(2);
  expect((await probesOf('ada')).at(-1)).toMatchObject({ ok: false, code: 'health-status', cause: 'student' });
  // Two students, two probes each.
  expect(service.asked - asked).toBe(4);
  world.clock.set(new Date('2027-01-12T03:00:00Z'));
  await world.quiet();
  expect((await probesOf('ada')).at(-1)).toMatchObject({ ok: false, cause: 'maintenance' });
  service.down = false;
});

test('however far the clock jumps, one probe makes up for all that were missed', async () => {
  const before = (await probesOf('ada')).length;
  await world.advance(24 * 7);
  expect((await probesOf('ada')).length).toBe(before + 1);
});

test('an address inside of the network is refused, and the student reads which', async () => {
  await world.push(world.students[1]!, 'heat-bob', { 'practicum.yml': 'endpoint: http://169.254.169.254/latest\n' });
  await world.as(world.teacher).request('DELETE /repos/{owner}/{repo}/actions/variables/{name}', {
    owner: org,
    repo: 'heat-bob',
    name: 'PRACTICUM_ENDPOINT',
  });
  await world.advance(2);
  expect((await probesOf('bob')).at(-1)).toMatchObject({ ok: false, code: 'address-metadata', cause: 'student' });
});

test('a name whose name server answers nothing is downtime of whoever chose it, not an outage of ours', async () => {
  await world.push(world.students[1]!, 'heat-bob', { 'practicum.yml': 'endpoint: http://service.bob.invalid\n' });
  await world.advance(2);
  const last = (await probesOf('bob')).at(-1)!;
  expect(last).toMatchObject({ ok: false, cause: 'student' });
  expect(last.code).toMatch(/^dns-/);
});

test('an address that is taken away is downtime once the grace is over, and says what to do', async () => {
  await world.push(world.students[1]!, 'heat-bob', { 'practicum.yml': 'shape: batch\n' });
  const before = (await probesOf('bob')).length;
  await world.advance(2);
  const missed = (await probesOf('bob')).slice(before);
  expect(missed).toMatchObject([{ ok: false, code: 'no-endpoint', cause: 'student', trust: 'measured' }]);
  const found = (await inForce(world.store, org))!;
  const { rows } = await readGradebook(world.store, { ...found, organisation: org, now: world.clock.now() });
  const [reason] = rows.find(({ owner }) => owner === 'bob')!.criteria.endpoint!.reasons;
  expect(reason!.next).toContain('Register the address');
});

test('the gradebook has endpoint and quality', async () => {
  const found = (await inForce(world.store, org))!;
  const { rows } = await readGradebook(world.store, { ...found, organisation: org, now: world.clock.now() });
  const ada = rows.find(({ owner }) => owner === 'ada')!;
  expect(ada.criteria.quality).toMatchObject({ points: 15, of: 15 });
  expect(ada.criteria.endpoint!.of).toBe(15);
  expect(ada.criteria.endpoint!.reason).toMatch(/Available \d/);
});

// Services under stress, by the running app: a load stage, bad inputs, a canary, a latency curve, and maintenance that tokens pay.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SIGNATURE_HEADER } from '../../../src/endpoint/sign-request.ts';
import type { ProbeEvidence, StressEvidence } from '../../../src/domain/evidence/evidence.ts';
import { verifyLedgerLines } from '../../../src/domain/ledger/verify.ts';
import { inForce } from '../../../src/flows/course/in-force.ts';
import { readGradebook } from '../../../src/flows/grade/read-gradebook.ts';
import { dataOf, org, startCourse, type CourseInSandbox } from '../start-course.ts';

const challenge = `version: 1
name: heat
title: Hot or cold
starts: 2027-01-11T09:00
ends: 2027-03-05T23:59
dataset: { source: data.csv, target: label, hold_out: 20% }
releases: { first: 2027-01-11T09:00, every: 30d, proportions: [0.5, 0.5], path: "data/incoming/{release}.csv", carrier: commit }
endpoint:
  every: 1h
  wait: 5s
  maintenance_per_token: 2h
  latency: { share: 20%, curve: [{ at: 1s, worth: 100% }, { at: 2s, worth: 50% }, { at: 4s, worth: 0 }] }
  load: { at: [2027-01-14T10:00], ramp: [5, 20, 100], each: 1s, share: 20% }
  bad_inputs: { at: [2027-01-14T12:00], share: 10% }
score: { data: 20, endpoint: 10 }
`;
const course =
  'version: 1\ntitle: Heat\ntimezone: UTC\nrepositories: { template: student-template }\nlate: { tokens: 3, days_per_token: 1, then_per_day: 10% }\n';

const service = {
  down: false,
  careless: false,
  strangers: 0,
  seen: [] as { at: number; path: string; signature: string; body: string; port: number }[],
};
const servers: Server[] = [];
let world: CourseInSandbox;

async function serve(version: string, wrong = false): Promise<string> {
  const server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += String(chunk);
    const { port } = server.address() as AddressInfo;
    const signature = String(request.headers[SIGNATURE_HEADER] ?? '');
    service.seen.push({ at: performance.now(), path: request.url!, signature, body: text, port });
    const reply = (status: number, body: unknown): void =>
      void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    if (service.down) return reply(503, {});
    if (request.url === '/health') return reply(200, {});
    if (request.url === '/metadata') return reply(200, { api_version: '1', model_version: version });
    let body: any;
    try {
      body = JSON.parse(text);
    } catch {
      return reply(service.careless ? 500 : 400, {});
    }
    const rows = body?.instances;
    if (!Array.isArray(rows) || rows.length === 0 || rows.some((row) => typeof row?.x !== 'number'))
      return reply(422, {});
    const predictions = rows.map(({ x }: { x: number }) => (x >= 50 !== wrong ? 'hot' : 'cold'));
    reply(200, { request_id: body.request_id, predictions, api_version: '1', model_version: version });
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

beforeAll(async () => {
  world = await startCourse(
    {
      'course.yml': course,
      'roster.csv': 'login,name\nada,Ada\nbob,Bob\ncarl,Carl\n',
      'challenges/heat/challenge.yml': challenge,
      'challenges/heat/data.csv': dataOf(200),
    },
    ['ada', 'bob', 'carl'],
    new Date('2027-01-11T09:00:00Z'),
  );
  await world.advance(1);
  const [stable, canary] = [await serve('1.0.0'), await serve('2.0.0', true)];
  const [ada, bob, carl] = world.students;
  const stranger = createServer((_, response) => {
    service.strangers++;
    response.end('<html>');
  });
  servers.push(stranger);
  await new Promise<void>((resolve) => stranger.listen(0, '127.0.0.1', resolve));
  const { port } = stranger.address() as AddressInfo;
  await world.push(carl!, 'heat-carl', { 'practicum.yml': `endpoint: http://127.0.0.1:${port}\nload: 200\n` });
  await world.push(ada!, 'heat-ada', { 'practicum.yml': `endpoint: ${stable}\nload: 20\ncanary: ${canary}\n` });
  await world.push(bob!, 'heat-bob', { 'practicum.yml': `endpoint: ${await serve('1.0.0')}\nload: 5\n` });
});
afterAll(async () => {
  await world.stop();
  for (const server of servers) server.close();
});

const stagesOf = async (owner: string): Promise<StressEvidence[]> =>
  (await world.store.evidence(org, 'heat', owner, ['stress'])).filter(
    (evidence): evidence is StressEvidence => evidence.kind === 'stress',
  );
const endpointOf = async (owner: string): Promise<{ points: number; reasons: { text: string }[] }> => {
  const found = (await inForce(world.store, org))!;
  const { rows } = await readGradebook(world.store, { ...found, organisation: org, now: world.clock.now() });
  return rows.find((row) => row.owner === owner)!.criteria.endpoint!;
};
const comment = async (index: number, body: string): Promise<string> => {
  const who = world.students[index]!;
  const repo = `heat-${who.login}`;
  const client = world.as(who);
  const { data: issue } = await client.request('POST /repos/{owner}/{repo}/issues', {
    owner: org,
    repo,
    title: 'Service',
  });
  const asked = { owner: org, repo, issue_number: issue.number };
  await client.request('POST /repos/{owner}/{repo}/issues/{issue_number}/comments', { ...asked, body });
  await world.quiet();
  const { data } = await client.request('GET /repos/{owner}/{repo}/issues/{issue_number}/comments', asked);
  return data.at(-1)!.body ?? '';
};

test('a canary is asked the same rows as the service, and both are named by /metadata', async () => {
  await world.advance(2);
  const [evidence] = await world.store.evidence(org, 'heat', 'ada', ['canary']);
  expect(evidence).toMatchObject({
    stable: { ok: true, modelVersion: '1.0.0', quality: { value: 1 } },
    canary: { ok: true, modelVersion: '2.0.0', quality: { value: 0 } },
  });
  expect(await world.store.evidence(org, 'heat', 'bob', ['canary'])).toEqual([]);
  const { reasons } = await endpointOf('ada');
  expect(reasons.map(({ text }) => text).join('\n')).toMatch(/Canary .* 2\.0\.0 .* the service 1\.0\.0/);
});

test('a load stage rises as announced, signed, and never above what was registered', async () => {
  world.clock.set(new Date('2027-01-14T09:59:00Z'));
  await world.quiet();
  expect(await stagesOf('ada')).toEqual([]);
  service.seen.length = 0;
  service.strangers = 0;
  world.clock.set(new Date('2027-01-14T11:00:00Z'));
  await world.quiet();
  const [ada] = await stagesOf('ada');
  const [bob] = await stagesOf('bob');
  expect(ada).toMatchObject({ stage: 'load', cause: 'student' });
  if (ada?.stage !== 'load' || bob?.stage !== 'load') throw new Error('not a load stage');
  expect(ada.steps.map(({ rate, sent, good }) => [rate, sent, good])).toEqual([
    [5, 5, 5],
    [20, 20, 20],
    [20, 20, 20],
  ]);
  expect(bob.steps.map(({ rate, sent }) => [rate, sent])).toEqual([
    [5, 5],
    [5, 5],
    [5, 5],
  ]);
  // Somebody else's address gets a probe or two, and no load.
  const [carl] = await stagesOf('carl');
  expect(carl).toMatchObject({ stage: 'load', cause: 'student', steps: [{ sent: 0 }, { sent: 0 }, { sent: 0 }] });
  expect(service.strangers).toBeLessThan(10);
  expect(ada.steps[0]!.p50).toBeLessThanOrEqual(ada.steps[0]!.p99!);
  const predictions = service.seen.filter(({ path, body }) => path === '/predict' && body.includes('-0"'));
  expect(predictions.length).toBeGreaterThan(0);
  expect(predictions.every(({ signature }) => /^t=\d+, ed25519=/.test(signature))).toBe(true);
});

test('bad inputs must be refused with a 4xx: a failure of the service costs its part', async () => {
  service.careless = true;
  world.clock.set(new Date('2027-01-14T13:01:00Z'));
  await world.quiet();
  service.careless = false;
  const found = (await stagesOf('ada')).find(({ stage }) => stage === 'bad_inputs');
  if (found?.stage !== 'bad_inputs') throw new Error('no stage');
  const missed = found.inputs.filter(({ ok }) => !ok).map(({ name, got }) => `${name} ${got}`);
  expect(missed).toContain('not JSON 500');
  expect(found.inputs.find(({ name }) => name === 'text where numbers belong')).toMatchObject({ ok: true, got: '422' });
  const { points, reasons } = await endpointOf('ada');
  const said = reasons.map(({ text }) => text).join('\n');
  expect(said).toContain('not refused with a 4xx');
  expect(said).toContain('3 of 3 steps held');
  expect(said).toMatch(/Answer time p95 \d+ ms .*100% at 1000 ms, 50% at 2000 ms, 0% at 4000 ms/);
  const share = missed.length / found.inputs.length;
  // Of the third step a fifth was asked, since no more was registered.
  expect(points).toBeCloseTo(10 * (1 - 0.1 * share - 0.2 * (0.8 / 3)), 1);
});

test('maintenance is announced by the student, paid by tokens, and its downtime does not count', async () => {
  world.clock.set(new Date('2027-01-15T10:00:00Z'));
  await world.quiet();
  expect(await comment(0, '/maintenance soon')).toContain('No duration');
  expect(await comment(0, '/maintenance 3h a new model')).toMatch(/2 late tokens are charged, 1 left/);
  service.down = true;
  await world.advance(2);
  service.down = false;
  const probes = (await world.store.evidence(org, 'heat', 'ada', ['probe'])) as ProbeEvidence[];
  expect(probes.at(-1)).toMatchObject({ ok: false, cause: 'maintenance' });
  const bob = (await world.store.evidence(org, 'heat', 'bob', ['probe'])) as ProbeEvidence[];
  expect(bob.at(-1)).toMatchObject({ ok: false, cause: 'student' });
  await world.advance(2);
  expect((await endpointOf('ada')).points).toBeGreaterThan((await endpointOf('bob')).points);
  // One token is left: it pays for two hours of the five that were asked for, and then nothing does.
  expect(await comment(0, '/maintenance 5h')).toMatch(/no more than this.*1 late token is charged, 0 left/);
  world.clock.set(new Date('2027-01-16T10:00:00Z'));
  await world.quiet();
  expect(await comment(0, '/maintenance 1h')).toContain('No late token is left');
  expect(await world.store.evidence(org, 'heat', 'ada', ['maintenance'])).toHaveLength(2);
});

test('the ledger verifies: stages, canaries and paid maintenance are in it, and the scores follow from it', async () => {
  const lines = await world.store.ledgerLines(org, 1, 1_000_000);
  for (const kind of ['stress', 'canary', 'maintenance']) expect(lines.join('\n')).toContain(`"kind":"${kind}"`);
  expect(verifyLedgerLines(lines)).toMatchObject({ ok: true });
});

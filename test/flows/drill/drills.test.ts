// Drills by the running app in the sandbox: one student reacts, one had alerts, one does nothing; nobody loses anything elsewhere.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Drill } from '../../../src/domain/drill/drill.ts';
import { verifyLedgerLines } from '../../../src/domain/ledger/verify.ts';
import { termLine, type Unsealed } from '../../../src/domain/term/line.ts';
import { TermWriter } from '../../../src/domain/term/seal.ts';
import { inForce } from '../../../src/flows/course/in-force.ts';
import { readGradebook } from '../../../src/flows/grade/read-gradebook.ts';
import { runAt } from '../../cli/run-command.ts';
import { dataOf, org, readText, startCourse, type CourseInSandbox } from '../start-course.ts';

const challenge = `version: 1
name: heat
title: Hot or cold
starts: 2027-01-11T09:00
ends: 2027-06-05T23:59
dataset: { source: data.csv, target: label, hold_out: 20% }
releases: { first: 2027-01-11T09:00, every: 120d, proportions: [0.5, 0.5], path: "data/incoming/{release}.csv", carrier: commit }
endpoint: { every: 1h, wait: 30s }
drills:
  window: [2027-01-20T00:00, 2027-04-30T00:00]
  number: 7
  kinds: [corrupted_shipment, malformed_requests, schema_change, burst, poisoned_labels, late_shipment]
  lasts: 6h
  detect_within: 2h
score: { data: 20, endpoint: 15, quality: 15, drills: 12 }
`;
const course = 'version: 1\ntitle: Heat\ntimezone: UTC\nrepositories: { template: student-template }\n';

/** A service that refuses what it should, or fails on it, and that holds a burst, or does not. */
const service = { careless: false, swamped: false };
let server: Server;
let world: CourseInSandbox;

async function answer(request: IncomingMessage): Promise<[status: number, body: unknown]> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  if (request.url === '/health') return [200, {}];
  if (service.swamped && text.includes('incident-')) return [503, {}];
  const bad: [number, unknown] = [service.careless ? 500 : 422, {}];
  if (!request.headers['content-type']?.includes('json')) return bad;
  let body: any;
  try {
    body = JSON.parse(text);
  } catch {
    return bad;
  }
  const rows = body?.instances;
  if (!Array.isArray(rows) || rows.length === 0) return bad;
  if (rows.some((row) => typeof row?.x !== 'number')) return Object.keys(rows[0] ?? {}).length > 1 ? [422, {}] : bad;
  const predictions = rows.map(({ x }: { x: number }) => (x >= 50 ? 'hot' : 'cold'));
  return [200, { request_id: body.request_id, predictions, api_version: '1', model_version: '1' }];
}

beforeAll(async () => {
  server = createServer(async (request, response) => {
    const [status, body] = await answer(request);
    setTimeout(() => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    }, 5);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
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
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  for (const who of world.students)
    await world.push(who, `heat-${who.login}`, { 'practicum.yml': `endpoint: ${url}\n` });
  // A week later: no deadline is near.
  world.clock.set(new Date('2027-01-18T10:00:00Z'));
  await world.quiet();
});
afterAll(async () => {
  await world.stop();
  server.close();
});

const path = 'data/incoming/release-1.csv';
const ada = (): CourseInSandbox['teacher'] => world.students[0]!;
const bob = (): CourseInSandbox['teacher'] => world.students[1]!;
const minutes = (many: number): Promise<void> => world.advance(many / 60);
const drillsOf = (owner: string): Promise<Drill[]> => world.store.drills(org, owner);
const lastOf = async (owner: string): Promise<Drill> => (await drillsOf(owner)).at(-1)!;
const say = async (
  who: { login: string; token: string },
  repo: string,
  number: number,
  body: string,
): Promise<Date> => {
  const asked = { owner: org, repo, issue_number: number, body };
  const { data } = await world
    .as(who as never)
    .request('POST /repos/{owner}/{repo}/issues/{issue_number}/comments', asked);
  await world.quiet();
  return new Date(data.created_at);
};
let desk = 0;
const start = async (words: string): Promise<string> => {
  const teacher = world.as(world.teacher);
  if (desk === 0) {
    const { data } = await teacher.request('POST /repos/{owner}/{repo}/issues', {
      owner: org,
      repo: 'course',
      title: 'Desk',
    });
    desk = data.number;
  }
  await say(world.teacher, 'course', desk, `/drill now ${words}`);
  const asked = { owner: org, repo: 'course', issue_number: desk, per_page: 100 };
  const { data } = await teacher.request('GET /repos/{owner}/{repo}/issues/{issue_number}/comments', asked);
  return data.at(-1)!.body ?? '';
};
const gradesOf = async (owner: string): Promise<any> => {
  const found = (await inForce(world.store, org))!;
  const { rows } = await readGradebook(world.store, { ...found, organisation: org, now: world.clock.now() });
  return rows.find((row) => row.owner === owner)!;
};
const issueOf = async (owner: string, number: number): Promise<{ state: string; body: string }> => {
  const asked = { owner: org, repo: `heat-${owner}`, issue_number: number };
  const { data } = await world.as(world.teacher).request('GET /repos/{owner}/{repo}/issues/{issue_number}', asked);
  return { state: data.state, body: data.body ?? '' };
};

test('a drill is started by the staff alone, for somebody who is named', async () => {
  const repo = 'heat-ada';
  const { data } = await world
    .as(ada())
    .request('POST /repos/{owner}/{repo}/issues', { owner: org, repo, title: 'Me' });
  await say(ada(), repo, data.number, '/drill now');
  expect(await drillsOf('ada')).toEqual([]);
  expect(await start('')).toContain('Nobody is named');
  expect(await start('ada flood')).toContain('neither a kind');
});

test('a corrupted release: three students, three outcomes, each to the second of the record', async () => {
  const before = await Promise.all(['ada', 'bob', 'carl'].map(gradesOf));
  const whole = await readText(world.as(ada()), 'heat-ada', path);
  for (const owner of ['ada', 'bob', 'carl']) expect(await start(`${owner} corrupted_shipment`)).toContain('begins');
  const began = await Promise.all(['ada', 'bob', 'carl'].map(lastOf));
  for (const drill of began)
    expect(drill).toMatchObject({ state: 'running', kind: 'corrupted_shipment', injected: true });
  expect(await start('ada burst')).toContain('never two at once');
  const faulty = await readText(world.as(ada()), 'heat-ada', path);
  expect(faulty).not.toBe(whole);
  const open = await issueOf('ada', began[0]!.issue!);
  expect(open.state).toBe('open');
  expect(open.body).not.toMatch(/corrupt|garbled|release-1/i);
  // Bob's alert goes off at once, and he restores the file; ada takes an hour.
  await minutes(2);
  const bobSaid = await say(bob(), 'heat-bob', began[1]!.issue!, 'The checksum does not match. Looking.');
  await minutes(3);
  await world.push(bob(), 'heat-bob', { [path]: whole }, 'Restore');
  const bobMended = world.clock.now();
  await minutes(55);
  const adaSaid = await say(ada(), 'heat-ada', began[0]!.issue!, 'The pipeline fails.');
  await minutes(90);
  // A whitespace more is no repair.
  await world.push(ada(), 'heat-ada', { [path]: `${faulty}\n` }, 'Try');
  expect((await lastOf('ada')).mitigated).toBeUndefined();
  const kept = whole.split('\n').slice(0, 70).join('\n');
  await minutes(5);
  await world.push(ada(), 'heat-ada', { [path]: `${kept}\n` }, 'Keep the sound rows');
  const adaMended = world.clock.now();
  const second = (at: Date | undefined): number => Math.floor(at!.getTime() / 1000);
  const [drill, two] = [await lastOf('ada'), await lastOf('bob')];
  expect(second(drill.detected)).toBe(second(adaSaid));
  expect(second(two.detected)).toBe(second(bobSaid));
  expect(second(drill.mitigated)).toBe(second(adaMended));
  expect(second(two.mitigated)).toBe(second(bobMended));
  expect(two.log.map(({ what }) => what)).toEqual(
    expect.arrayContaining(['the fault begins at data/incoming/release-1.csv', 'detected', 'mitigated']),
  );
  // The evidence says what the fault log says.
  const evidence = await world.store.evidence(org, 'heat', 'bob', ['drill']);
  const at = (event: string): number =>
    second(evidence.find((found) => found.kind === 'drill' && found.event === event)!.at);
  expect([at('began'), at('detected'), at('mitigated')]).toEqual([
    second(two.began),
    second(bobSaid),
    second(bobMended),
  ]);
  await world.advance(8);
  // Whoever did nothing has the true file again.
  for (const owner of ['ada', 'bob', 'carl'])
    expect(await readText(world.as(world.teacher), `heat-${owner}`, path)).toBe(whole);
  await world.advance(73);
  const carl = await lastOf('carl');
  expect(carl).toMatchObject({ state: 'closed' });
  expect([carl.detected, carl.mitigated, carl.reviewed]).toEqual([undefined, undefined, undefined]);
  const closed = await issueOf('carl', carl.issue!);
  expect(closed.state).toBe('closed');
  expect(closed.body).toContain('garbled');
  expect(closed.body).toContain('Never mitigated');
  const [gradeA, gradeB, gradeC] = await Promise.all(['ada', 'bob', 'carl'].map(gradesOf));
  expect(gradeC.criteria.drills).toMatchObject({ points: 0, of: 12 });
  expect(gradeC.criteria.drills.reason).toMatch(/never detected, never mitigated, no post-mortem/);
  expect(gradeA.criteria.drills.points).toBe(8.4);
  expect(gradeB.criteria.drills.points).toBe(8.4);
  for (const [index, grade] of [gradeA, gradeB, gradeC].entries()) {
    for (const criterion of ['data', 'endpoint', 'quality'])
      expect(grade.criteria[criterion].points).toBe(before[index]!.criteria[criterion].points);
  }
  const altered = (await world.store.evidence(org, 'heat', undefined, ['data'])).filter(
    (one) => one.kind === 'data' && one.event === 'altered',
  );
  expect(altered).toEqual([]);
});

test('malformed requests: open until the service refuses them all', async () => {
  service.careless = true;
  expect(await start('ada malformed_requests')).toContain('begins');
  const first = await lastOf('ada');
  expect(first).toMatchObject({ state: 'running', kind: 'malformed_requests' });
  expect(first.mitigated).toBeUndefined();
  expect(first.log.map(({ what }) => what).join()).toMatch(/not refused: .*500/);
  await minutes(30);
  service.careless = false;
  await minutes(30);
  const now = world.clock.now();
  const after = await lastOf('ada');
  expect(after).toMatchObject({ state: 'over' });
  expect(after.mitigated!.getTime()).toBeLessThanOrEqual(now.getTime());
  expect(after.detected).toBeUndefined();
});

const workflow = `on: { pull_request: {} }
jobs:
  test:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - run: sh tests/check.sh
`;

test('a post-mortem: sections, a test that the old code fails, and then CI that passes', async () => {
  const drill = await lastOf('ada');
  const body = drill.terms.sections.map((name) => `## ${name}\n\nFive words are enough here.\n`).join('\n');
  const repo = 'heat-ada';
  const client = world.as(ada());
  // What is done at the very second at which the fault ends still notices it.
  await minutes(10);
  await world.push(ada(), repo, { '.github/workflows/ci.yml': workflow });
  const { data: main } = await client.request('GET /repos/{owner}/{repo}/git/ref/{ref}', {
    owner: org,
    repo,
    ref: 'heads/main',
  });
  const branch = { owner: org, repo, ref: 'refs/heads/post', sha: main.object.sha };
  await client.request('POST /repos/{owner}/{repo}/git/refs', branch);
  const put = async (at: string, text: string): Promise<void> => {
    const content = Buffer.from(text).toString('base64');
    const asked = { owner: org, repo, path: at, message: `Add ${at}`, content, branch: 'post' };
    await client.request('PUT /repos/{owner}/{repo}/contents/{path}', asked);
    await world.quiet();
  };
  await put('tests/check.sh', 'grep fixed src/api.py\n');
  const opened = { owner: org, repo, head: 'post', base: 'main', title: `Post-mortem of #${drill.issue}` };
  const { data: pull } = await client.request('POST /repos/{owner}/{repo}/pulls', {
    ...opened,
    body: body.replace('## Impact', '## Else'),
  });
  await world.quiet();
  expect((await lastOf('ada')).lacks).toEqual([
    'the section "Impact" with at least 5 words',
    'a last commit at which CI passes',
  ]);
  await put('src/api.py', 'fixed = True\n');
  expect((await lastOf('ada')).lacks).toEqual(['the section "Impact" with at least 5 words']);
  const edited = { owner: org, repo, pull_number: pull.number, body };
  await client.request('PATCH /repos/{owner}/{repo}/pulls/{pull_number}', edited);
  await world.quiet();
  const closed = await lastOf('ada');
  expect(closed).toMatchObject({ state: 'closed', lacks: [] });
  expect(closed.reviewed).toBeInstanceOf(Date);
  // The mean of 70% (noticed and mitigated) and 70% (mitigated and written up, but never noticed while it lasted).
  expect((await gradesOf('ada')).criteria.drills).toMatchObject({ points: 8.4, of: 12 });
});

test.each(['schema_change', 'poisoned_labels', 'late_shipment', 'burst'] as const)(
  '%s: comes, is undone by the app when nobody reacts, and harms nothing else',
  async (kind) => {
    const before = await gradesOf('carl');
    const whole = await readText(world.as(world.teacher), 'heat-carl', path);
    service.swamped = kind === 'burst';
    expect(await start(`carl ${kind}`)).toContain('begins');
    expect(await lastOf('carl')).toMatchObject({ kind, state: 'running' });
    const during = await readText(world.as(world.teacher), 'heat-carl', path).catch(() => undefined);
    if (kind === 'late_shipment') expect(during).toBeUndefined();
    else if (kind === 'schema_change') expect(during!.split('\n')[0]).toMatch(/_v2/);
    else if (kind === 'poisoned_labels') {
      const wrong = during!
        .split('\n')
        .slice(1)
        .filter((line) => line !== '' && !whole.includes(line)).length;
      expect(wrong).toBe(Math.round((whole.trim().split('\n').length - 1) * 0.3));
    } else expect((await lastOf('carl')).log.at(-1)!.what).toMatch(/0 of 30 predictions at 10 a second/);
    await world.advance(7);
    service.swamped = false;
    expect(await lastOf('carl')).toMatchObject({ kind, state: 'over' });
    expect(await readText(world.as(world.teacher), 'heat-carl', path)).toBe(whole);
    await world.advance(80);
    const closed = await lastOf('carl');
    expect(closed.state).toBe('closed');
    expect(closed.mitigated).toBeUndefined();
    const after = await gradesOf('carl');
    expect(after.criteria.drills).toMatchObject({ points: 0, of: 12 });
    for (const criterion of ['data', 'endpoint', 'quality'])
      expect(after.criteria[criterion].points).toBe(before.criteria[criterion].points);
  },
);

test('the ledger verifies: drills are in it, and every score follows from it', async () => {
  const lines = await world.store.ledgerLines(org, 1, 1_000_000);
  expect(lines.join('\n')).toContain('"kind":"drill"');
  expect(verifyLedgerLines(lines)).toMatchObject({ ok: true });
});

test('the term with its drills is exported and played again: the same grades; an altered drill is named, and other rules are tried', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'practicum-drills-'));
  const run = (...argv: string[]) => runAt(world.clock.now(), { DATABASE_URL: world.databaseUrl }, ...argv);
  const file = join(dir, 'term.jsonl');
  const exported = await run('term', 'export', file);
  expect(exported, exported.out + exported.err).toMatchObject({ code: 0, err: '' });
  const replayed = await run('rehearse', '--replay', file, '--json');
  expect([replayed.code, JSON.parse(replayed.out).same]).toEqual([0, true]);

  const text = readFileSync(file, 'utf8');
  const lines = text.trimEnd().split('\n');
  const drills = lines
    .map((line) => JSON.parse(line).evidence ?? JSON.parse(line))
    .filter(({ kind }) => kind === 'drill');
  expect(new Set(drills.map(({ event }) => event))).toEqual(
    new Set(['began', 'detected', 'mitigated', 'over', 'reviewed', 'closed']),
  );
  // The kind of a fault and what people wrote stay behind.
  expect(text).not.toMatch(/corrupted_shipment|Restore|checksum/);

  const altered = join(dir, 'altered.jsonl');
  writeFileSync(altered, text.replace('"event":"mitigated"', '"event":"detected"'));
  const refused = await run('rehearse', '--replay', altered);
  expect(refused).toMatchObject({ code: 1, out: '' });
  expect(refused.err).toMatch(
    /altered\.jsonl:\d+:1 error term-altered evidence-\d+ \(drill, for .*drills.*\) of student-\d/,
  );
  // Sealed anew, as only somebody would who means to: the first score that no longer follows is named, and why.
  const writer = new TermWriter();
  const anew = lines.map((line) => {
    const { seal: _, ...content } = termLine.parse(JSON.parse(line.replace('"event":"mitigated"', '"event":"over"')));
    return writer.line(content as Unsealed);
  });
  writeFileSync(altered, `${anew.join('\n')}\n`);
  const differs = await run('rehearse', '--replay', altered);
  expect(differs.code).toBe(1);
  expect(differs.out).toMatch(/drills/);

  const rules = (name: string, changed: string): string => {
    const folder = join(dir, name);
    mkdirSync(join(folder, 'challenges/heat'), { recursive: true });
    writeFileSync(join(folder, 'course.yml'), course);
    writeFileSync(join(folder, 'roster.csv'), 'login,name\nada,Ada\nbob,Bob\ncarl,Carl\n');
    writeFileSync(join(folder, 'challenges/heat/challenge.yml'), changed);
    writeFileSync(join(folder, 'challenges/heat/data.csv'), dataOf(200));
    return folder;
  };
  const same = await run('rehearse', '--replay', file, '--rules', rules('same', challenge));
  expect(same).toMatchObject({ code: 0, out: expect.stringContaining('No student changes.') });
  const worth = rules('worth', challenge.replace('drills: 12 }', 'drills: 20 }'));
  const tried = await run('rehearse', '--replay', file, '--rules', worth);
  expect([tried.code, tried.err]).toEqual([0, '']);
  // Carl noticed nothing: twenty points in place of twelve are none either way, of more.
  expect(tried.out).toMatch(/3 students change/);
  rmSync(dir, { recursive: true });
});

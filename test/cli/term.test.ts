// A live course exported and played again by the commands a teacher types, from both kinds of database.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDatabase } from '../../src/postgres/open-database.ts';
import { openStore } from '../../src/postgres/store.ts';
import { dataOf, org, startCourse, type CourseInSandbox } from '../flows/start-course.ts';
import { runAt } from './run-command.ts';

const challenge = `version: 1
name: heat
title: Hot or cold
starts: 2027-01-11T09:00
ends: 2027-02-05T23:59
dataset: { source: data.csv, target: label, hold_out: 20% }
releases: { first: 2027-01-11T09:00, every: 7d, proportions: [0.5, 0.5], path: "data/incoming/{release}.csv", carrier: pull_request }
score: { data: 20 }
`;
const course = `version: 1
title: Heat by Marguerite Perey
timezone: Europe/Copenhagen
repositories: { template: student-template }
late: { tokens: 0, then_per_day: 25% }
`;
const logins = ['nusslein', 'hodgkin', 'barre'];
const files: Record<string, string> = {
  'course.yml': course,
  'roster.csv':
    'login,id,name,group\nnusslein,s5550123,Christiane Volhard,\nhodgkin,s5550124,Dorothy Crowfoot,\nbarre,s5550125,Sinoussi,\n',
  'challenges/heat/challenge.yml': challenge,
  'challenges/heat/data.csv': dataOf(100),
};

let world: CourseInSandbox;
const dir = mkdtempSync(join(tmpdir(), 'practicum-term-'));
const file = join(dir, 'term.jsonl');
beforeAll(async () => {
  world = await startCourse(files, logins, new Date('2027-01-11T08:00:00Z'));
  await world.advance(1);
  await merge('nusslein');
  // The second release came after seven days: whoever merges the first now is two days late.
  await world.advance(9 * 24);
  await merge('hodgkin');
  await world.advance(1);
}, 180_000);
afterAll(async () => {
  await world.stop();
  rmSync(dir, { recursive: true, force: true });
});

async function merge(login: string): Promise<void> {
  const who = world.as(world.students.find((student) => student.login === login)!);
  const place = { owner: org, repo: `heat-${login}` };
  const { data: pulls } = await who.request('GET /repos/{owner}/{repo}/pulls', place);
  const pull_number = Math.min(...pulls.map(({ number }) => number));
  await who.request('PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge', { ...place, pull_number });
  await world.quiet();
}
const run = (...argv: string[]) => runAt(world.clock.now(), { DATABASE_URL: world.databaseUrl }, ...argv);
const folder = async (name: string, changed: Record<string, string>): Promise<string> => {
  for (const [path, text] of Object.entries({ ...files, ...changed })) {
    const place = join(dir, name, path);
    await mkdir(dirname(place), { recursive: true });
    writeFileSync(place, text);
  }
  return join(dir, name);
};

test('a live course is exported, and plays to the same grades', async () => {
  const exported = await run('term', 'export', file);
  expect(exported.err).toBe('');
  expect(exported).toMatchObject({ code: 0, out: expect.stringContaining('The same grades: ') });
  expect(exported.out).toContain('3 grades at the end');
  const replayed = await run('rehearse', '--replay', file);
  expect(replayed).toMatchObject({ code: 0, err: '', out: expect.stringMatching(/3 students, .*The same grades/s) });
  const { same, counts } = JSON.parse((await run('rehearse', '--replay', file, '--json')).out);
  expect(same).toBe(true);
  expect(counts.webhook).toBeGreaterThan(5);
  expect(counts.evidence).toBeGreaterThan(3);
});

test('no login, name, number or address is in its bytes', async () => {
  const text = readFileSync(file, 'utf8').toLowerCase();
  const accounts = await world.store.accounts(org);
  expect(accounts.length).toBeGreaterThan(0);
  const secrets = [
    ...logins,
    'christiane',
    'volhard',
    'dorothy',
    'crowfoot',
    'sinoussi',
    's555012',
    'perey',
    'teacher',
    `${org}/`,
    '@',
  ];
  for (const secret of secrets) expect(text, secret).not.toContain(secret);
  for (const { name } of await world.store.studentRepositories(org)) expect(text).not.toContain(name.toLowerCase());
  const commits = (await world.store.evidence(org, 'heat')).flatMap((evidence) =>
    'commit' in evidence && evidence.commit ? [evidence.commit] : [],
  );
  expect(commits.length).toBeGreaterThan(0);
  for (const commit of commits) expect(text).not.toContain(commit.slice(0, 10));
});

test('two exports share no pseudonym of a commit, a repository or a shipment', async () => {
  const other = join(dir, 'other.jsonl');
  expect((await run('term', 'export', other)).code).toBe(0);
  const tokens = (path: string) =>
    new Set(readFileSync(path, 'utf8').match(/(repository|shipment|request)-[a-z]{16}/g));
  const [a, b] = [tokens(file), tokens(other)];
  expect(a.size).toBeGreaterThan(3);
  expect([...a].filter((text) => b.has(text))).toEqual([]);
});

test('altered evidence is named; a file cut off, of another kind or of a newer format is refused', async () => {
  const text = readFileSync(file, 'utf8');
  const altered = join(dir, 'altered.jsonl');
  writeFileSync(altered, text.replace('"event":"merged"', '"event":"closed"'));
  const found = await run('rehearse', '--replay', altered);
  expect(found).toMatchObject({ code: 1, out: '' });
  expect(found.err).toMatch(
    /altered\.jsonl:\d+:1 error term-altered evidence-\d+ \(data, for data\) of student-\d in heat was altered/,
  );
  const refused: Record<string, string> = {
    'term-cut-off': text.slice(0, text.length / 2),
    'term-format': 'login,name\n',
    'term-newer': text.replace('"version":1', '"version":2'),
  };
  for (const [code, content] of Object.entries(refused)) {
    writeFileSync(altered, content);
    expect(await run('rehearse', '--replay', altered)).toMatchObject({
      code: 1,
      out: '',
      err: expect.stringContaining(` error ${code} `),
    });
  }
  expect(await run('rehearse', '--replay', join(dir, 'nowhere'))).toMatchObject({ code: 2 });
});

test('other rules are tried on it: who changes and by how much', async () => {
  const harder = await folder('harder', {
    'course.yml': course.replace('25%', '50%'),
    // Next year's dates.
    'challenges/heat/challenge.yml': challenge.replaceAll('2027-', '2028-'),
  });
  const tried = await run('rehearse', '--replay', file, '--rules', harder);
  expect(tried.err).toBe('');
  expect(tried.out).toMatch(/1 student changes, none crosses the pass line\.\n  student-\d: 5 of 20 → 0 of 20/);
  expect(tried.code).toBe(0);
  const same = await run('rehearse', '--replay', file, '--rules', await folder('same', {}));
  expect(same).toMatchObject({ code: 0, out: expect.stringContaining('No student changes.') });
  const other = await folder('renamed', {
    'challenges/heat/challenge.yml': challenge.replace('name: heat', 'name: cold'),
  });
  expect(await run('rehearse', '--replay', file, '--rules', other)).toMatchObject({
    code: 1,
    out: expect.stringContaining('Not known: cold'),
  });
  expect(await run('rehearse', '--replay', file, '--rules', join(dir, 'nowhere'))).toMatchObject({ code: 2 });
  expect(await run('rehearse', '--rules', harder)).toMatchObject({ code: 2, err: expect.stringContaining('--replay') });
  expect(await run('rehearse')).toMatchObject({ code: 2 });
});

test('the embedded database is read as well', async () => {
  const home = join(dir, 'home');
  const { pool, close } = await openDatabase({ home } as never);
  const store = openStore(pool);
  const record = (await world.store.course(org))!;
  await store.saveInstallation({ id: 5, login: org, organisationId: 6 });
  await store.saveCourse(org, record, world.clock.now());
  for (const evidence of await world.store.evidence(org, 'heat')) await store.addEvidence(org, evidence);
  for (const shipment of await world.store.shipments(org)) await store.saveShipment(org, shipment);
  await close();
  const out = join(dir, 'embedded.jsonl');
  const exported = await runAt(world.clock.now(), { PRACTICUM_HOME: home }, 'term', 'export', out);
  // Nothing of it is in a ledger yet: all of it is written from what is stored.
  expect(exported).toMatchObject({
    code: 0,
    out: expect.stringContaining('The same grades: 0 scores on the way, 3 grades at the end.'),
  });
  expect((await run('rehearse', '--replay', out)).code).toBe(0);
}, 60_000);

// Everything but the backup is gone: restored from it, the app finds what it sent since, and nothing is lost or doubled.
import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { verifyStored } from '../../../src/flows/ledger/verify-stored.ts';
import { inForce } from '../../../src/flows/course/in-force.ts';
import { openPool, type Pool } from '../../../src/postgres/pool.ts';
import { dataOf, org, startCourse, type CourseInSandbox } from '../start-course.ts';

const course = 'version: 1\ntitle: Heat\ntimezone: UTC\nrepositories: { template: student-template }\n';
const challenge = `version: 1
name: heat
title: Hot or cold
starts: 2027-01-11T09:00
ends: 2027-03-05T23:59
dataset: { source: data.csv, target: label }
releases: { first: 2027-01-11T09:00, every: 7d, count: 3, path: "data/incoming/{release}.csv", carrier: commit, carriers: { release-2: pull_request } }
score: { data: 30 }
`;
const students = ['ada', 'ben', 'carl'];
let world: CourseInSandbox;
let admin: Pool;
let name: string;

beforeAll(async () => {
  const files = {
    'course.yml': course,
    'roster.csv': `login,name\n${students.map((login) => `${login},${login}\n`).join('')}`,
    'challenges/heat/challenge.yml': challenge,
    'challenges/heat/data.csv': dataOf(30),
  };
  world = await startCourse(files, students, new Date('2027-01-11T09:00:00Z'));
  const url = new URL(world.databaseUrl);
  name = url.pathname.slice(1);
  url.pathname = '/postgres';
  admin = openPool(url.href, 1);
}, 180_000);
afterAll(async () => {
  await world.stop();
  await admin.query(`drop database if exists ${name}_backup with (force)`);
  await admin.end();
});

/** A copy of one moment of the database, as a backup is. */
async function copy(from: string, to: string): Promise<void> {
  await admin.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [from]);
  await admin.query(`create database ${to} template ${from}`);
}

/** Per student and shipment, how often it is in the repository: commits on any branch, or pull requests. */
async function carried(): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  const github = world.as(world.teacher);
  for (const login of students) {
    const place = { owner: org, repo: `heat-${login}` };
    const { data: commits } = await github.request('GET /repos/{owner}/{repo}/commits', { ...place, per_page: 100 });
    const { data: pulls } = await github.request('GET /repos/{owner}/{repo}/pulls', { ...place, state: 'all' });
    const ids = commits.flatMap(({ commit }) => /^Practicum-Shipment: (\w+)$/m.exec(commit.message)?.[1] ?? []);
    for (const id of [
      ...ids,
      ...pulls.filter(({ head }) => head.ref.startsWith('practicum/')).map(({ head }) => head.ref),
    ])
      counts[`${login} ${id}`] = (counts[`${login} ${id}`] ?? 0) + 1;
  }
  return counts;
}

test('what was sent after the backup is found and not sent again; what was due meanwhile, and later, comes', async () => {
  await world.advance(1);
  expect(Object.keys(await carried())).toHaveLength(3);
  await world.outage(() => copy(name, `${name}_backup`));
  await world.advance(7 * 24);
  const before = await carried();
  expect(Object.keys(before)).toHaveLength(6);
  await world.outage(async () => {
    await admin.query(`drop database ${name} with (force)`);
    await rm(world.home, { recursive: true, force: true });
    await copy(`${name}_backup`, name);
    // The third release is due while nothing runs.
    world.clock.advance(7 * 24 * 3_600_000);
  });
  const stored = await world.store.shipments(org);
  expect(stored.map(({ state, lastError }) => lastError ?? state)).toEqual(
    Array.from({ length: 9 }, () => 'dispatched'),
  );
  const after = await carried();
  expect(Object.keys(after)).toHaveLength(9);
  expect(Object.values(after)).toEqual(Array.from({ length: 9 }, () => 1));
  expect(after).toMatchObject(before);
  const verified = await verifyStored(world.store, (await inForce(world.store, org))!.record.organisation);
  expect(verified).toMatchObject({ ok: true });
});

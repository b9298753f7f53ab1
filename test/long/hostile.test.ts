// An hour of honest students, once alone and once beside hostile ones who do all that is known at once: nobody honest loses a point.
import { checksOf } from '@practicum/sandbox';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { attacks } from '../../bench/hostile-attacks.ts';
import { hostileCourse, playHour, serveHonest, starts } from '../../bench/hostile-hour.ts';
import { inForce } from '../../src/flows/course/in-force.ts';
import { readGradebook } from '../../src/flows/grade/read-gradebook.ts';
import { org, startCourse, type CourseInSandbox } from '../flows/start-course.ts';

const logins = (kind: string, count: number): string[] => Array.from({ length: count }, (_, at) => `${kind}-${at + 1}`);
const [honest, hostile] = [logins('ada', 4), logins('mal', 4)];

type Points = Record<string, Record<string, number>>;
type Played = { points: Points; answered: number };

const services = await serveHonest();
let alone: Played;
let beside: Played;
let world: CourseInSandbox;

async function play(bad: readonly string[]): Promise<{ world: CourseInSandbox; played: Played }> {
  const everybody = [...honest, ...bad];
  const course = await startCourse(hostileCourse(everybody), everybody, new Date(starts.getTime() + 1));
  course.sandbox.world.settings.rateLimits.perHour = 1e9;
  const { sandbox, clock, url: appUrl, teacher, students, quiet } = course;
  const people = { honest: students.slice(0, honest.length), hostile: students.slice(honest.length) };
  const tell = (line: string): void => void (process.env['TERM_LOG'] && process.stderr.write(`${line}\n`));
  const waits = await playHour({ sandbox, clock, appUrl, teacher, ...people, quiet, tell }, services.urlOf);
  const found = (await inForce(course.store, org))!;
  const { rows } = await readGradebook(course.store, { ...found, organisation: org, now: clock.now() });
  const points = rows
    .filter(({ owner }) => honest.includes(owner))
    .map(({ owner, criteria }) => [
      owner,
      Object.fromEntries(Object.entries(criteria).map(([name, criterion]) => [name, criterion!.points])),
    ]);
  return { world: course, played: { points: Object.fromEntries(points), answered: waits.length } };
}

beforeAll(async () => {
  const first = await play([]);
  alone = first.played;
  await first.world.stop();
  ({ world, played: beside } = await play(hostile));
});
afterAll(async () => {
  await world?.stop();
  services.close();
});

test('each of the attacks was tried, and arrived', () => {
  expect(Object.keys(attacks).length).toBeGreaterThanOrEqual(12);
  expect(hostile.length + 11).toBeGreaterThanOrEqual(Object.keys(attacks).length);
  const { runs } = checksOf(world.sandbox.state);
  const forged = Object.values(runs).filter(({ name }) => name === 'practicum/pipeline');
  // Two of the four come to it within the hour.
  expect(forged.length).toBeGreaterThanOrEqual(60 * 2);
});

test('alone they earn what there is to earn', () => {
  expect(alone.answered).toBe(honest.length);
  for (const owner of honest)
    expect(alone.points[owner], owner).toMatchObject({ data: 20, requests: 20, endpoint: 20, quality: 20 });
});

test('beside the hostile ones every honest student has the same points', () => {
  expect(beside).toEqual(alone);
});

test('no work is parked, and the hostile ones read on their commits what is wrong', async () => {
  expect(await world.store.parkedJobs()).toEqual([]);
  const found = (await inForce(world.store, org))!;
  const { rows } = await readGradebook(world.store, { ...found, organisation: org, now: world.clock.now() });
  for (const { owner, criteria } of rows.filter((row) => hostile.includes(row.owner)))
    expect(criteria['endpoint']!.points, owner).toBe(0);
});

// A drill that comes by itself, within its window and working hours: the remote of the dataset is out, and back afterwards.
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect } from 'vitest';
import type { Drill } from '../../../src/domain/drill/drill.ts';
import { testWith } from '../../needs.ts';
import { dataOf, org, startCourse, type CourseInSandbox } from '../start-course.ts';

const challenge = `version: 1
name: heat
starts: 2027-01-11T09:00
ends: 2027-03-05T23:59
dataset: { source: data.csv, target: label, hold_out: 20% }
releases: { first: 2027-01-11T09:00, every: 30d, proportions: [0.5, 0.5], path: "data/{release}.csv", carrier: { rclone: "store:course/{owner}" } }
drills: { window: [2027-01-13T00:00, 2027-01-16T00:00], kinds: [remote_outage], points: 5, lasts: 6h, post_mortem_within: 1d, detect_within: 2h }
`;
const course = 'version: 1\ntitle: Heat\ntimezone: Europe/Copenhagen\nrepositories: { template: student-template }\n';

const folder = mkdtempSync(join(tmpdir(), 'practicum-outage-'));
let world: CourseInSandbox | undefined;
afterAll(async () => {
  await world?.stop();
  rmSync(folder, { recursive: true });
});

testWith('rclone')('the remote is out, one goes on with what there is, and everything is back', async () => {
  mkdirSync(join(folder, 'disk'));
  const config = join(folder, 'rclone.conf');
  writeFileSync(config, `[store]\ntype = alias\nremote = ${join(folder, 'disk')}\n`);
  const files = {
    'course.yml': course,
    'roster.csv': 'login,name\nada,Ada\nbob,Bob\n',
    'challenges/heat/challenge.yml': challenge,
    'challenges/heat/data.csv': dataOf(200),
  };
  world = await startCourse(files, ['ada', 'bob'], new Date('2027-01-11T08:00:00Z'), [], { RCLONE_CONFIG: config });
  const { store, clock, advance } = world;
  await advance(2);
  const there = (owner: string): boolean => existsSync(join(folder, 'disk/course', owner, 'data/release-1.csv'));
  expect([there('ada'), there('bob')]).toEqual([true, true]);
  const began = new Map<string, Drill>();
  for (let hours = 0; hours < 96 && began.size < 2; hours++) {
    await advance(1);
    for (const owner of ['ada', 'bob'] as const) {
      const drill = (await store.drills(org, owner))[0];
      if (!drill || began.has(owner)) continue;
      began.set(owner, drill);
      expect(there(owner)).toBe(false);
      if (owner === 'bob') continue;
      await store.addEvidence(org, {
        kind: 'run',
        id: 'run/cached',
        challenge: 'heat',
        owner,
        repository: `${org}/heat-ada`,
        at: new Date(clock.now().getTime() + 60_000),
        trust: 'attested',
        commit: 'f'.repeat(40),
        conclusion: 'success',
        releases: ['release-1'],
      });
    }
  }
  expect([...began.keys()].toSorted()).toEqual(['ada', 'bob']);
  for (const drill of began.values()) {
    expect(drill).toMatchObject({ kind: 'remote_outage', state: 'running' });
    const at = drill.began.toISOString();
    expect(at > '2027-01-13' && at < '2027-01-15').toBe(true);
    // From nine to five in Copenhagen; the clock here moves by the hour.
    expect(drill.began.getUTCHours()).toBeGreaterThanOrEqual(8);
    expect(drill.began.getUTCHours()).toBeLessThanOrEqual(17);
  }
  await advance(7);
  expect([there('ada'), there('bob')]).toEqual([true, true]);
  await advance(30);
  const [[ada], [bob]] = [await store.drills(org, 'ada'), await store.drills(org, 'bob')];
  expect(ada).toMatchObject({ state: 'closed', mitigated: expect.any(Date) });
  expect(bob!.state).toBe('closed');
  expect(bob!.mitigated).toBeUndefined();
});

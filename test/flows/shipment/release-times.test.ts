// The pull request must promise exactly what the score allows: the same moment, in the course's zone, never a minute more.
import { expect, test } from 'vitest';
import { describeSlice } from '../../../src/domain/messages/data-message.ts';
import { mergeBy } from '../../../src/domain/evidence/merge-by.ts';
import { scorePolicy } from '../../../src/domain/evidence/policy.ts';
import { parseCourse } from '../../../src/domain/course/read-course-file.ts';
import { readCourseFiles } from '../../../src/domain/plan/read-course-files.ts';
import type { Shipment } from '../../../src/domain/shipment/shipment.ts';
import { releaseTimes } from '../../../src/flows/shipment/release-times.ts';

const course = (late: string): string =>
  `version: 1\ntitle: T\ntimezone: Europe/Vienna\nrepositories: { name: "{challenge}-{owner}" }\n${late}`;
const challenge = (score: string): string =>
  [
    'version: 1',
    'name: weather',
    'starts: 2027-01-11T09:00',
    'ends: 2027-02-05T23:59',
    'dataset: { source: data/w.csv }',
    'releases: { every: 7d, count: 2, path: "data/{release}.csv", carrier: pull_request }',
    `score: { ${score} }`,
    '',
  ].join('\n');

function rulesOf(late: string, score: string) {
  const file = (path: string, text: string) => ({ path, bytes: Buffer.from(text) });
  expect(parseCourse(Buffer.from(course(late))).problems).toEqual([]);
  const facts = { 'data/w.csv': { rows: 10, columns: [{ name: 'a' }], bytes: 1, sha256: '' } };
  return readCourseFiles(
    {
      course: file('course.yml', course(late)),
      roster: file('roster.csv', 'login,id,name,group\nada,1,Ada,\n'),
      challenges: [file('challenges/weather/challenge.yml', challenge(score))],
    },
    facts as never,
  );
}

const first = {
  id: 'a',
  challenge: 'weather',
  release: 'release-1',
  path: 'data/release-1.csv',
  due: '2027-01-11T08:00:00.000Z',
} as Shipment;
const last = { ...first, release: 'release-2', due: '2027-01-18T08:00:00.000Z' };
const slice = { rows: 5, bytes: 1, columns: ['a'], sha256: '' };
const tableOf = (shipment: Shipment, late: string, score: string, now: string): string[] =>
  describeSlice(shipment, slice, releaseTimes(rulesOf(late, score), shipment, new Date(now)))
    .body.split('\n')
    .filter((line) => /^\| (released|merge by) /.test(line));

test('a release says when it came and until when to merge, in the zone of the course', () => {
  expect(tableOf(first, '', 'data: 10', '2027-01-11T08:00:20Z')).toEqual([
    '| released | Mon 11 Jan 2027 09:00 (CET) |',
    '| merge by | Mon 18 Jan 2027 09:00 (CET) |',
  ]);
  expect(tableOf(last, '', 'data: 10', '2027-01-18T08:00:00Z')[1]).toBe('| merge by | Fri 5 Feb 2027 23:59 (CET) |');
});

test('who receives it late has as much time as the others, and no more is promised than the score allows', () => {
  const now = '2027-01-12T10:00:45Z';
  expect(tableOf(first, '', 'data: 10', now)[1]).toBe('| merge by | Tue 19 Jan 2027 11:00 (CET) |');
  const rules = rulesOf('', 'data: 10');
  const allowed = mergeBy(
    { due: new Date(first.due), delivered: new Date(now) },
    scorePolicy(rules.challenges[0]!, rules.course),
  );
  const spare = allowed.getTime() - releaseTimes(rules, first, new Date(now)).mergeBy!.getTime();
  expect(spare).toBeGreaterThanOrEqual(0);
  expect(spare).toBeLessThan(60_000);
});

test('no deadline is told where a late merge costs nothing', () => {
  expect(tableOf(first, 'late: { then_per_day: 0% }\n', 'data: 10', first.due)).toHaveLength(1);
  expect(tableOf(first, '', 'pipeline: 10', first.due)).toHaveLength(1);
});

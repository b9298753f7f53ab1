// Law: two versions of a course whose plan reads alike do the same. Whatever is changed in a file is in the plan, or changes nothing.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { CourseVersion } from '../../../src/domain/plan/list-changes.ts';
import { readCourseFiles } from '../../../src/domain/plan/read-course-files.ts';
import { isAcceptable } from '../../../src/domain/text/problem.ts';
import { bytes } from './course-for-test.ts';
import { effects, planOf } from './told.ts';

const columns = ['x', 'price', 'size'].map((name) => ({ name, kind: 'number' as const }));
const facts = { rows: 1000, columns: [...columns, ...['y', 'day', 'region', 'by', 'code'].map((name) => ({ name }))] };

type Texts = { course: string; roster: string; challenge: string };

const course = `version: 1
title: A course
timezone: Europe/Copenhagen
staff: tutors
roster: roster.csv
repositories: { name: "{challenge}-{owner}", visibility: private, permission: push, leavers: read }
grades: { pass: 60% }
`;
const roster = 'login,id,name,group\nada,1,Ada,\nben,2,Ben,g1\neva,3,Eva,g1\n';
const own = `version: 1
name: prices
title: Prices
starts: 2027-01-11T09:00
ends: 2027-03-01T09:00
dataset: { source: data.csv, target: y, hold_out: 20% }
releases: { every: 7d, proportions: [0.3, 0.4, 0.3], path: "data/{release}.csv", carrier: commit }
`;
const cases = join(import.meta.dirname, '../../cases/challenge');
const challenges = [
  own,
  ...readdirSync(cases, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('challenge.yml'))
    .toSorted()
    .map((path) => readFileSync(join(cases, path), 'utf8')),
];

const challengeFile = 'challenges/prices/challenge.yml';

function read({ course: courseText, roster: rosterText, challenge }: Texts): CourseVersion | undefined {
  const files = { 'course.yml': courseText, 'roster.csv': rosterText, [challengeFile]: challenge };
  const file = (path: keyof typeof files) => ({ path, bytes: bytes(files[path]) });
  const found = readCourseFiles(
    { course: file('course.yml'), roster: file('roster.csv'), challenges: [file(challengeFile)] },
    Object.fromEntries([...challenge.matchAll(/source: *"?([\w./-]+)/g)].map(([, source]) => [source!, facts])),
  );
  return isAcceptable(found.problems) && found.challenges.length === 1 ? { ...found, files } : undefined;
}

const base = challenges.flatMap((challenge): Texts[] =>
  read({ course, roster, challenge }) ? [{ course, roster, challenge }] : [],
);
/** A word, number, date or share of a file, and what may stand in its place. */
const token = /[\w.%:+-]+/g;
const others = (word: string): string[] => {
  const date = /^(\d{4}-\d\d-\d\d)(?:T(\d\d):(\d\d)(?::(\d\d))?)?(Z?)$/.exec(word);
  if (date)
    return [
      `${date[1]}T${date[2] ?? '10'}:${date[3] ?? '00'}:01${date[5]}`,
      `${date[1]}T08:59${date[5]}`,
      `${date[1]}T08:59:30${date[5]}`,
    ];
  if (/^[\d.]+%$/.test(word)) return ['33.3333%', '33.33333333%', '12%'];
  if (/^[\d.]+$/.test(word)) return ['2', '3', '0.5', '0.50000000001', '1000'];
  if (/^\d+(?:ms|s|m|h|d|w)$/.test(word)) return ['90m', '1h', '1001ms', '25h', '1d', '36h'];
  return [`${word}x`, 'commit', 'true', 'x', 'y', 'none', 'read', word.toUpperCase()];
};

test('the cases are many enough to say something', () => expect(base.length).toBeGreaterThan(20));

test('law', { timeout: 300_000 }, () => {
  const changed = fc.record({
    at: fc.nat(),
    file: fc.constantFrom<keyof Texts>('challenge', 'challenge', 'challenge', 'course', 'roster'),
    word: fc.nat(),
    to: fc.tuple(fc.nat(), fc.nat()),
  });
  let compared = 0;
  fc.assert(
    fc.property(changed, ({ at, file, word, to }) => {
      const texts = base[at % base.length]!;
      const words = [...texts[file].matchAll(token)];
      const { 0: old, index } = words[word % words.length]!;
      const put = (text: string): Texts => ({
        ...texts,
        [file]: texts[file].slice(0, index) + text + texts[file].slice(index + old.length),
      });
      const choices = others(old);
      const before = read(texts)!;
      const [version, two] = to.map((choice) => read(put(choices[choice % choices.length]!)));
      if (!version || !two) return;
      compared++;
      expect(planOf(before, version) === '', 'one').toBe(isDeepStrictEqual(effects(before), effects(version)));
      if (planOf(before, version) === planOf(before, two)) expect(effects(version)).toEqual(effects(two));
    }),
    { numRuns: 200 },
  );
  expect(compared).toBeGreaterThan(40);
});

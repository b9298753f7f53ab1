// A small course, as data, for the tests of the domain.
import { parseChallenge } from '../../../src/domain/challenge/file.ts';
import type { Challenge } from '../../../src/domain/challenge/challenge.ts';
import { defaultCourse } from '../../../src/domain/course/read-course-file.ts';
import type { Course, Owner } from '../../../src/domain/course/course.ts';
import type { DatasetFacts } from '../../../src/domain/dataset/facts.ts';

export const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

export const course: Course = { ...defaultCourse, timezone: 'Europe/Copenhagen' };

export const facts: DatasetFacts = { rows: 1000, columns: [{ name: 'x', kind: 'number' }, { name: 'y' }] };

export const student = (login: string): Owner => ({ slug: login, kind: 'student', name: login, members: [{ login }] });

/** A valid challenge with `extra` lines below `releases`; throws when it is not valid. */
export function challenge(extra = '', name = 'prices'): Challenge {
  const text = `version: 1
name: ${name}
starts: 2027-01-11T09:00
ends: 2027-03-01T09:00
dataset: { source: data.csv, target: y, hold_out: 20% }
releases:
  every: 7d
  proportions: [0.3, 0.4, 0.3]
  path: "data/{release}.csv"
${extra}`;
  const { value, problems } = parseChallenge(bytes(text), 'challenge.yml', course, { facts });
  if (!value) throw new Error(JSON.stringify(problems));
  return value;
}

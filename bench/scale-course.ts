// The course of `bench/scale.ts`: its files as GitHub has them, and the ports of a flow that asks for them, without GitHub.
import { readCourseFiles } from '../src/domain/plan/read-course-files.ts';
import type { CourseSnapshot } from '../src/ports/github.ts';
import type { FlowPorts } from '../src/ports/flow-ports.ts';
import type { Store } from '../src/ports/store.ts';

export const midTerm = new Date('2027-02-11T12:00:00Z');
const challenges = 10;

/** What a flow asks of GitHub here: the course as it is, people who exist, and somewhere to publish. */
export function outsideOf(store: Store, students: number, name = 'student'): FlowPorts {
  const snapshot = courseOf(students, name);
  // Others have other accounts.
  const first = name === 'student' ? 1 : 1_000_001;
  const github = {
    courseRepository: {
      head: async () => ({ branch: 'main', commit: 'a'.repeat(40) }),
      snapshot: async () => snapshot,
    },
    checkRuns: { publish: async () => undefined, restart: async () => undefined },
    repositoryStates: {
      accounts: async (logins: string[]) =>
        new Map(logins.map((login) => [login, first + Number(login.split('-')[1])])),
      teamExists: async () => true,
      named: async () => new Map(),
    },
  };
  return {
    store,
    clock: { now: () => midTerm },
    courseRepository: 'course',
    github: () => github,
    studentPage: () => undefined,
  } as unknown as FlowPorts;
}

function courseOf(students: number, name: string): CourseSnapshot {
  const files: Record<string, string> = {
    'course.yml': 'version: 1\ntitle: A large course\ntimezone: Europe/Copenhagen\nroster: roster.csv\n',
    'roster.csv': `login,id,name,group\n${Array.from({ length: students }, (_, n) => `${name}-${n},,Student ${n},\n`).join('')}`,
  };
  const facts: CourseSnapshot['facts'] = {};
  for (let n = 0; n < challenges; n++) {
    const folder = `challenges/challenge-${n}`;
    files[`${folder}/challenge.yml`] = challengeFile(n);
    facts[`${folder}/data.csv`] = { rows: 10_000, columns: [{ name: 'x', kind: 'number' }, { name: 'y' }] };
  }
  const file = (path: string) => ({ path, bytes: new TextEncoder().encode(files[path]) });
  const paths = Object.keys(files).filter((path) => path.startsWith('challenges/'));
  const read = readCourseFiles(
    { course: file('course.yml'), roster: file('roster.csv'), challenges: paths.map(file) },
    facts,
  );
  const wrong = read.problems.filter(({ level }) => level === 'error');
  if (wrong.length > 0) throw new Error(JSON.stringify(wrong));
  return { directory: '', isEmpty: false, files, facts, counts: {}, ...read };
}

function challengeFile(n: number): string {
  return `version: 1
name: challenge-${n}
title: Challenge ${n}
starts: 2027-01-11T09:00
ends: 2027-03-31T23:59
dataset: { source: data.csv, target: y, hold_out: 20% }
releases:
  every: 7d
  proportions: [0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1]
  path: "data/incoming/{release}.csv"
  carrier: pull_request
score: { data: 20, pipeline: 20, freshness: 15 }
`;
}

// A class of sixty in the sandbox, and what its teacher wrote: the roster and course.yml as this test knows them, never as the app reads them.
import type { Octokit } from '@octokit/rest';
import { withClone } from '../../../src/rehearsal/push-files.ts';
import { dataOf, org, startCourse, type CourseInSandbox } from '../../flows/start-course.ts';

export type Student = {
  /** What GitHub calls them now, what the roster says, and what both said when the course first met them. */
  login: string;
  written: string;
  first: string;
  group: string;
  enrolled: boolean;
  token: string;
  /** A member of the organisation is let in at once; others are invited. */
  outsider: boolean;
  /** Not yet, or never. */
  absent: boolean;
};

export type Settings = {
  visibility: 'private' | 'public';
  permission: string;
  staff: string | undefined;
  staffPermission: string;
  leavers: 'read' | 'none';
  adopt: string[];
};

/** What the app may not mend, or nobody has yet: where, and the words by which a teacher must hear of it. */
export type Standing = { kind: string; repo?: string; login?: string; words: RegExp };

export type Class = {
  course: CourseInSandbox;
  students: Student[];
  /** Rows of the roster that are nobody on GitHub. */
  others: string[];
  settings: Settings;
  standing: Standing[];
  /** Repositories that nobody wants any more; whose files were lost, and when; that bear another name; with altered data. */
  gone: Set<string>;
  /** Owners that the course had at any time: their repositories stay. */
  everNamed: Set<string>;
  emptied: Map<string, Date>;
  moved: Map<string, string>;
  altered: Set<string>;
  /** Made anew after the deadline: the commit that was cut is not in them. */
  anew: Set<string>;
  teacher: Octokit;
  as: (student: Student) => Octokit;
  /** A student whom nothing has happened to yet. */
  pick: (isFit?: (student: Student) => boolean) => Student;
  pickGroup: () => [Student, Student, ...Student[]];
  publish: () => Promise<string>;
  git: (student: Student, repo: string, work: Parameters<typeof withClone<void>>[3]) => Promise<void>;
};

export const starts = new Date('2027-01-11T09:00:00Z');
export const rows = dataOf(48).trimEnd().split('\n');
export const releases = 4;

const heat = `version: 1
name: heat
title: Heat
starts: 2027-01-11T09:00:00Z
ends: 2027-06-01T23:59:00Z
dataset: { source: data/heat.csv, target: label }
releases: { first: 2027-01-11T09:00:00Z, every: 7d, count: ${releases}, path: "data/{release}.csv", carrier: commit }
`;
const sprint = `version: 1
name: sprint
title: Sprint
starts: 2027-01-11T10:00:00Z
ends: 2027-01-16T20:00:00Z
dataset: { source: data/heat.csv, target: label }
releases: { first: 2027-01-11T10:00:00Z, count: 1, path: "sprint/{release}.csv", carrier: pull_request }
`;

export const slug = ({ group, first }: Student): string => (group === '' ? first : group);
export const repoOf = (student: Student): string => `work-${slug(student)}`;
export const at = (repo: string) => ({ owner: org, repo });

function rosterText({ students, others }: Pick<Class, 'students' | 'others'>): string {
  const lines = students
    .filter(({ enrolled }) => enrolled)
    .map(({ written, first, group }) => `${written},id-${first},Name of ${first},${group}`);
  return ['login,id,name,group', ...lines, ...others, ''].join('\n');
}

function courseText({ visibility, permission, staff, staffPermission, leavers, adopt }: Settings): string {
  return [
    'version: 1',
    'title: People',
    'timezone: UTC',
    'repositories:',
    '  name: "work-{owner}"',
    '  template: student-template',
    `  visibility: ${visibility}`,
    `  permission: ${permission}`,
    `  staff_permission: ${staffPermission}`,
    `  leavers: ${leavers}`,
    ...(adopt.length === 0 ? [] : [`  adopt: [${adopt.join(', ')}]`]),
    ...(staff === undefined ? [] : [`staff: ${staff}`]),
    '',
  ].join('\n');
}

/** The same seed gives the same term. */
export function drawing(seed: number): <T>(all: readonly T[]) => T[] {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return (all) =>
    all
      .map((one) => ({ one, at: next() }))
      .toSorted((a, b) => a.at - b.at)
      .map(({ one }) => one);
}

export const size = 60;
const outsiders = 5;
const groups = 4;

/** Sixty of whom twelve work in groups of three, five are no members of the organisation yet, and three come late. */
export async function startClass(seed: number): Promise<Class> {
  const names = Array.from({ length: size }, (_, at) => `st${String(at + 1).padStart(2, '0')}`);
  const isOutside = (at: number): boolean => at >= size - outsiders;
  const settings: Settings = {
    visibility: 'private',
    permission: 'push',
    staff: 'tas',
    staffPermission: 'pull',
    leavers: 'read',
    adopt: [],
  };
  const blank = names.map((name, at): Student => ({
    login: name,
    written: name,
    first: name,
    group: at < groups * 3 ? `g${1 + Math.floor(at / 3)}` : '',
    enrolled: at < size - outsiders - 3 || isOutside(at),
    token: '',
    outsider: isOutside(at),
    absent: isOutside(at),
  }));
  const others: string[] = [];
  const files = {
    'course.yml': courseText(settings),
    'roster.csv': rosterText({ students: blank, others }),
    'challenges/heat/challenge.yml': heat,
    'challenges/sprint/challenge.yml': sprint,
    'data/heat.csv': dataOf(48),
  };
  const inside = names.filter((_, at) => !isOutside(at));
  const outside = names.filter((_, at) => isOutside(at));
  // As startCourse pushes it, the organisation has no team of that name: the first plan is refused for it.
  const course = await startCourse(files, inside, starts, outside);
  const { admin, world: github } = course.sandbox;
  // A day here takes seconds: the hour's calls, which the machine's clock counts, would not do for a term.
  github.settings.rateLimits.perHour = 1e9;
  const students = blank.map((student) => ({ ...student, token: admin.createToken({ login: student.login }).token }));
  const teacher = course.as(course.teacher);
  const order = drawing(seed)(students);
  const clients = new Map<string, Octokit>();
  const as = (student: Student): Octokit => {
    const known = clients.get(student.token) ?? course.as({ ...student, name: student.login });
    clients.set(student.token, known);
    return known;
  };
  const groupsLeft = drawing(seed + 1)(Array.from({ length: groups }, (_, at) => `g${at + 1}`));
  const noteNames = (): void => {
    for (const student of world.students.filter(({ enrolled }) => enrolled)) world.everNamed.add(slug(student));
  };
  const world: Class = {
    course,
    students,
    others,
    settings,
    standing: [],
    gone: new Set(),
    everNamed: new Set(),
    emptied: new Map(),
    moved: new Map(),
    altered: new Set(),
    anew: new Set(),
    teacher,
    as,
    pick(isFit = (student) => student.enrolled && !student.outsider) {
      const found = order.findIndex((candidate) => candidate.group === '' && isFit(candidate));
      if (found < 0) throw new Error('nobody is left for this');
      return order.splice(found, 1)[0]!;
    },
    pickGroup() {
      const group = groupsLeft.pop();
      return students.filter((student) => student.group === group) as [Student, Student];
    },
    async publish() {
      noteNames();
      return course.push(course.teacher, 'course', {
        'course.yml': courseText(settings),
        'roster.csv': rosterText(world),
      });
    },
    async git(student, repo, work) {
      const who = { login: student.login, name: student.login, token: student.token };
      await withClone(course.cloneUrl(repo, student.token), who, course.clock.now(), work);
      await course.quiet();
    },
  };
  noteNames();
  return world;
}

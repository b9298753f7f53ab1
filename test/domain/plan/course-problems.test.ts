// What is only wrong between the files of a course, each as the teacher reads it: where, how bad, in words, with a way out.
import { describe, expect, test } from 'vitest';
import { isAcceptable } from '../../../src/domain/text/problem.ts';
import {
  challengePaths,
  localSources,
  readCourseFiles,
  type CourseFiles,
  type TextFile,
} from '../../../src/domain/plan/read-course-files.ts';
import { defaultCourse } from '../../../src/domain/course/read-course-file.ts';
import type { Dataset } from '../../../src/domain/dataset/dataset.ts';
import { bytes, facts } from './course-for-test.ts';

const file = (path: string, text: string): TextFile => ({ path, bytes: bytes(text) });
const course = (more = ''): TextFile =>
  file('course.yml', `version: 1\ntitle: MLOps\ntimezone: Europe/Copenhagen\n${more}`);
const roster = (...lines: string[]): TextFile => file('roster.csv', ['github,group', ...lines, ''].join('\n'));
const challenge = (name: string, more = '', releases = 'count: 2, every: 7d'): TextFile =>
  file(
    `challenges/${name}/challenge.yml`,
    `version: 1\nname: ${name}\nstarts: 2027-01-11T09:00\nends: 2027-02-11T09:00\ndataset: { source: p.csv, target: y }\nreleases: { ${releases} }\n${more}`,
  );
const told = (files: Partial<CourseFiles>, more: Parameters<typeof readCourseFiles>[2] = {}): string[] =>
  readCourseFiles({ challenges: [], ...files }, {}, more).problems.map(
    ({ file, line, column, level, code, message, hint }) =>
      `${file}:${line}:${column} ${level} ${code}: ${message}${hint ? ` (${hint})` : ''}`,
  );

const prices = challenge('prices');
const drills = (number: number, requests = ''): TextFile =>
  challenge(
    'prices',
    `${requests}drills:
  window: [2027-01-12T00:00, 2027-02-10T00:00]
  number: ${number}
  kinds: [late_shipment, schema_change]
  points: 20
`,
  );
// oxfmt-ignore
test.each<[string, Partial<CourseFiles>, Parameters<typeof readCourseFiles>[2]?]>([
  ['nothing', {}],
  ['a course without challenges', { course: course(), roster: roster('ada') }],
  ['a course without its roster', { course: course(), challenges: [prices] }],
  ['a challenge by itself', { challenges: [prices] }],
  ['a challenge that is not there', { course: course('challenges: [challenges/price, challenges/prices, challenges/prices/challenge.yml]\n'), roster: roster('ada'), challenges: [prices], paths: ['challenges/prices/challenge.yml', 'challenges/prices/p.csv', 'x/other.yml'] }],
  ['a challenge that is not there, and nothing like it', { course: course('challenges: [elsewhere]\n'), roster: roster('ada'), challenges: [prices], paths: ['challenges/prices/challenge.yml'] }],
  ['challenges that cannot be looked for', { course: course('challenges: [elsewhere]\n'), roster: roster('ada'), challenges: [prices] }],
  ['a list of no challenges', { course: course('challenges: []\n'), roster: roster('ada') }],
  ['folders that are not read', { challenges: [prices], paths: ['challenges/prices/challenge.yml', 'challenges/prices/p.csv', 'challenges/other/chalenge.yml', 'challenges/notes/todo.txt', 'challenges/readme.md', 'old/challenges/x/todo.txt'] }],
  ['folders that are not read, where the course lists its challenges', { course: course('challenges: [challenges/prices]\n'), roster: roster('ada'), challenges: [prices], paths: ['challenges/prices/challenge.yml', 'challenges/prices/p.csv', 'challenges/notes/todo.txt'] }],
  ['two challenges of one name', { challenges: [prices, { ...challenge('other'), bytes: challenge('Prices').bytes }] }],
  ['names of repositories that collide', { course: course('repositories: { name: "{challenge}-{owner}" }\n'), roster: roster('b-x', 'x'), challenges: [challenge('a'), challenge('a-b')] }],
  ['a repository that is the template', { course: course('repositories: { name: "{challenge}-{owner}", template: uni/Prices-ADA }\n'), roster: roster('ada', 'bob'), challenges: [prices] }],
  ['a template of another name', { course: course('repositories: { name: "{challenge}-{owner}", template: prices-ada/template }\n'), roster: roster('ada'), challenges: [prices] }],
  ['a name of a repository that is too long', { course: course(`repositories: { name: "${'x'.repeat(90)}-{challenge}-{owner}" }\n`), roster: roster('ada'), challenges: [prices] }],
  ['one repository for all challenges, and one file', { course: course('repositories: { name: "work-{owner}" }\n'), roster: roster('ada', 'bob'), challenges: [challenge('a', '', 'count: 2, every: 7d, path: "data/{release}.csv"'), challenge('b', '', 'count: 3, every: 7d, path: "Data/{release}.csv"')] }],
  ['one repository for all challenges, a file for each', { course: course('repositories: { name: "work-{owner}" }\n'), roster: roster('ada'), challenges: [challenge('a', '', 'count: 2, every: 7d, path: "data/{challenge}/{release}.csv"'), challenge('b', '', 'count: 2, every: 7d, path: "data/{challenge}/{release}.csv"')] }],
  ['one repository for all challenges, and nobody on the roster', { course: course('repositories: { name: "work-{owner}" }\n'), roster: roster(), challenges: [challenge('a', '', 'count: 2, every: 7d, path: "{owner}/{release}.csv"'), challenge('b', '', 'count: 2, every: 7d, path: "{owner}/{release}.csv"')] }],
  ['a remote that cannot be used', { challenges: [challenge('prices', '', 'count: 2, every: 7d, carrier: [commit, { rclone: "s3:b/{owner}" }, { rclone: "ok:b/{owner}" }]')] }, { 's3:b/{owner}': 'there is no remote s3' }],
  ['a challenge with an error of its own', { challenges: [challenge('prices', 'luck: 7\n'), challenge('Prices')] }],
  ['a source elsewhere', { challenges: [file('challenge.yml', new TextDecoder().decode(prices.bytes).replace('p.csv', 'https://example.org/p.csv'))] }],
  ['a contract and a rubric that are none', { challenges: [prices], contracts: [file('challenges/prices/schema.yml', '7')], rubrics: [file('challenges/prices/rubric.yml', '7')] }],
  ['drills that have room', { roster: roster('ada'), challenges: [drills(1), challenge('other')] }],
  ['drills that have none', { roster: roster('ada'), challenges: [drills(12), challenge('other')] }],
  ['drills that a random request may leave no room for', { roster: roster('ada'), challenges: [drills(4, 'requests: [{ on: random, every: 1d, kind: data_validation, rows: 5, answer_within: 12h }]\n')] }],
])('%s', (_, files, faults) => expect(told(files, faults)).toMatchSnapshot());

test('no more than fifty names of repositories are told', () => {
  const files = {
    course: course(`repositories: { name: "${'x'.repeat(90)}-{challenge}-{owner}" }\n`),
    roster: roster(...Array.from({ length: 60 }, (_, at) => `student-${at}`)),
    challenges: [prices],
  };
  expect(told(files)).toHaveLength(50);
});

describe('what is read', () => {
  test('in full, with the facts of sources and the counts of conditions', () => {
    const files = {
      course: course(),
      roster: roster('ada', 'bob'),
      challenges: [prices, challenge('broken', 'luck: 7\n')],
    };
    const read = readCourseFiles(files, { 'p.csv': facts });
    expect([read.course.title, read.owners.map(({ slug }) => slug), read.challenges.map(({ name }) => name)]).toEqual([
      'MLOps',
      ['ada', 'bob'],
      ['prices'],
    ]);
    expect(read.datasets.map(({ source }) => source)).toEqual(['p.csv', 'p.csv']);
    expect(isAcceptable(read.problems)).toBe(false);
    expect(readCourseFiles({ challenges: [] })).toMatchObject({
      course: defaultCourse,
      owners: [],
      datasets: [],
      challenges: [],
    });
  });
  test('local sources, each once', () => {
    const of = (source: string) => ({ source }) as Dataset;
    expect(
      localSources(['a.csv', 'https://example.org/b.csv', 'c.csv', 'a.csv'].map(of)).map(({ source }) => source),
    ).toEqual(['a.csv', 'c.csv']);
  });
  test('challenges, wherever they are listed or lie', () => {
    const paths = [
      'challenge.yml',
      'challenges/ab/challenge.yaml',
      'challenges/ab/challenge.yml.bak',
      'challenges/a/b/challenge.yml',
      'my-challenge.yml',
      'old/challenge.yml',
      'old/notes.yml',
      'x.yml',
      'challenge.yml/x',
    ];
    expect(challengePaths(defaultCourse, paths.toReversed())).toEqual([
      'challenge.yml',
      'challenges/ab/challenge.yaml',
    ]);
    const listed = (...challenges: string[]) => challengePaths({ ...defaultCourse, challenges }, paths);
    expect(listed('old', 'x.yml')).toEqual(['old/challenge.yml', 'x.yml']);
    expect(listed('old/', 'old/notes.yml')).toEqual(['old/challenge.yml', 'old/notes.yml']);
    expect(listed('challenges')).toEqual([]);
    expect(listed('challenges/a/b/challenge.yml')).toEqual(['challenges/a/b/challenge.yml']);
  });
});

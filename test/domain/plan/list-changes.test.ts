// What a new version of a course changes besides shipments: every rule by its key, every person, every repository.
import { describe, expect, test } from 'vitest';
import type { Owner } from '../../../src/domain/course/course.ts';
import {
  listPersonChanges,
  listRepositoryChanges,
  listRuleChanges,
  type CourseVersion,
} from '../../../src/domain/plan/list-changes.ts';
import type { RecordedRepository } from '../../../src/domain/repository/want-repository.ts';
import { challenge, course, student } from './course-for-test.ts';

const version = (more: Partial<CourseVersion> = {}): CourseVersion => ({
  course,
  challenges: [challenge()],
  owners: [],
  files: {},
  ...more,
});

describe('rules', () => {
  const given = challenge();
  const changes = (before: object, after: object) =>
    listRuleChanges(
      version({ challenges: [{ ...given, ...before }] }),
      version({ challenges: [{ ...given, ...after }] }),
    ).map(({ where, key, ...values }) => [where, key, values]);
  const place = 'challenge prices';
  // oxfmt-ignore
  test.each<[string, object, object, unknown[]]>([
    ['nothing', {}, {}, []],
    ['a date', {}, { ends: new Date('2027-03-02T08:00:00Z') }, [[place, 'ends', { before: '2027-03-01T08:00:00.000Z', after: '2027-03-02T08:00:00.000Z' }]]],
    ['a word', { title: 'a' }, { title: 'b' }, [[place, 'title', { before: 'a', after: 'b' }]]],
    ['a key that is new, spelt as in the file', {}, { maxTries: 3 }, [[place, 'max_tries', { after: 3 }]]],
    ['a key that is gone', { lastDay: null }, {}, [[place, 'last_day', { before: null }]]],
    ['a key without a value', { lastDay: undefined }, {}, []],
    ['a list that is empty now', { words: ['a'] }, { words: [] }, [[place, 'words', { after: '(none)' }], [place, 'words.1', { before: 'a' }]]],
    ['a second entry of a list', { words: ['a'] }, { words: ['a', 'b'] }, [[place, 'words.2', { after: 'b' }]]],
    ['entries with names, in another order', { parts: [{ name: 'x', size: 1 }, { name: 'y', size: 2 }] }, { parts: [{ name: 'y', size: 3 }, { name: 'x', size: 1 }] }, [[place, 'parts.y.size', { before: 2, after: 3 }]]],
    ['entries whose names are none', { parts: [{ name: 7 }, null] }, { parts: [{ name: 8 }, null] }, [[place, 'parts.1.name', { before: 7, after: 8 }]]],
    ['a dictionary that is empty now', { score: { a: 1 } }, { score: {} }, [[place, 'score', { after: '(none)' }], [place, 'score.a', { before: 1 }]]],
    ['a dictionary of nothing', { score: {} }, { score: { a: undefined } }, []],
    ['several, in the order of their names', { b: 1, a: 1 }, { b: 2, a: 2 }, [[place, 'a', { before: 1, after: 2 }], [place, 'b', { before: 1, after: 2 }]]],
  ])('%s', (_, before, after, told) => expect(changes(before, after)).toStrictEqual(told));

  test('of the course, of a new challenge, and of files that are read as they are', () => {
    const files = {
      'course.yml': 'a',
      [course.roster]: 'a',
      'challenge.yml': 'a',
      'rubric.yml': 'a',
      'schema.yml': 'a',
    };
    const other = Object.fromEntries(Object.keys(files).map((name) => [name, 'b']));
    const challenges = [{ ...given, rubric: { file: 'rubric.yml', criteria: [] } }];
    const told = listRuleChanges(
      version({ challenges, files }),
      version({ challenges, files: other, course: { ...course, title: 'New' } }),
    );
    expect(told).toStrictEqual([
      { where: 'course.yml', key: 'title', before: course.title, after: 'New' },
      { where: 'schema.yml', key: 'contents', before: 'a', after: 'b' },
    ]);
    const added = listRuleChanges(version({ challenges: [] }), version());
    expect(new Set(added.map(({ where }) => where))).toEqual(new Set([place]));
    expect(added.every((change) => !('before' in change))).toBe(true);
  });
});

test('people join, leave, move to another repository, or are written otherwise', () => {
  const group = (name: string, ...members: Owner['members']): Owner => ({ slug: name, kind: 'group', name, members });
  const before = [
    student('zoe'),
    student('Ada'),
    group('team', { login: 'bob' }, { login: 'eve', id: 's1', name: 'Eve' }),
  ];
  const after = [
    student('ada'),
    group('team', { login: 'eve', id: 's1', name: 'Eva' }),
    { ...group('pair', { login: 'bob' }), name: 'Pair' },
    student('joe'),
  ];
  expect(listPersonChanges(before, after)).toStrictEqual([
    { kind: 'moves', login: 'ada', from: 'Ada', to: 'ada' },
    { kind: 'details', login: 'ada', before: 'Ada, , , ', after: 'ada, , , ' },
    { kind: 'moves', login: 'bob', from: 'team', to: 'pair' },
    { kind: 'details', login: 'bob', before: 'bob, , , team', after: 'bob, , , Pair' },
    { kind: 'details', login: 'eve', before: 'eve, s1, Eve, team', after: 'eve, s1, Eva, team' },
    { kind: 'joins', login: 'joe', owner: 'joe' },
    { kind: 'leaves', login: 'zoe', owner: 'zoe' },
  ]);
  expect(listPersonChanges(before, before)).toEqual([]);
});

describe('repositories', () => {
  const record = (name: string, owner: string, more: Partial<RecordedRepository> = {}): RecordedRepository => ({
    name,
    owner,
    members: [owner],
    letIn: [],
    letInAccounts: [],
    accounts: {},
    repositoryId: 7,
    ...more,
  });
  const recorded = [
    record('prices-ada', 'ada'),
    record('prices-bob', 'bob', { accounts: { bob: 9 }, defaultBranch: 'trunk' }),
  ];
  const owners = [student('ada'), student('bob')];
  const changes = (before: Partial<CourseVersion>, after: Partial<CourseVersion>) =>
    listRepositoryChanges(version({ owners, ...before }), version({ owners, ...after }), recorded);
  const of = (more: Partial<CourseVersion['course']['repositories']>, staff?: string) => ({
    course: { ...course, ...(staff ? { staff } : {}), repositories: { ...course.repositories, ...more } },
  });
  test.each<[string, Partial<CourseVersion>, Partial<CourseVersion>]>([
    ['nothing', {}, {}],
    ['nothing, with a team', of({}, 'teachers'), of({}, 'teachers')],
    ['who leaves', {}, { owners: [student('ada')] }],
    [
      'who joins one',
      {},
      { owners: [student('ada'), { ...student('bob'), members: [{ login: 'bob' }, { login: 'eve' }] }] },
    ],
    ['who may be seen', of({ visibility: 'private' }), of({ visibility: 'public' })],
    ['what students may do', of({ permission: 'push' }), of({ permission: 'admin' })],
    ['a team', {}, of({}, 'teachers')],
  ])('%s', (_, before, after) => expect(changes(before, after)).toMatchSnapshot());
});

// GitHub's numeric id is who somebody is: names go from one person to another, repositories and points do not.
import { expect, test } from 'vitest';
import { identifyOwners } from '../../../src/domain/course/identify-owners.ts';
import type { Owner } from '../../../src/domain/course/course.ts';

const student = (login: string): Owner => ({ slug: login, kind: 'student', name: login, members: [{ login }] });
const group = (slug: string, ...logins: string[]): Owner => ({
  slug,
  kind: 'group',
  name: slug,
  members: logins.map((login) => ({ login })),
});
const slugsOf = (owners: Owner[], ids: Record<string, number>, known: [number, string][]): Record<string, string> => {
  const before = known.map(([id, login]) => ({ id, login, slug: login }));
  const { owners: found, accounts } = identifyOwners(owners, new Map(Object.entries(ids)), before);
  expect(new Set(found.map(({ slug }) => slug.toLowerCase())).size).toBe(owners.length);
  expect(new Set(accounts.map(({ id }) => id)).size).toBe(accounts.length);
  return Object.fromEntries(found.map(({ slug, members }) => [members[0]!.login, slug]));
};

test('a renamed account keeps its slug', () => {
  expect(slugsOf([student('dora-new')], { 'dora-new': 4 }, [[4, 'dora']])).toEqual({ 'dora-new': 'dora' });
});

test('two who change names, one to the other’s, keep their slugs', () => {
  const known: [number, string][] = [
    [1, 'ada'],
    [2, 'bob'],
  ];
  expect(slugsOf([student('ada-two'), student('ada')], { 'ada-two': 1, ada: 2 }, known)).toEqual({
    'ada-two': 'ada',
    ada: 'bob',
  });
  expect(slugsOf([student('bob'), student('ada')], { bob: 1, ada: 2 }, known)).toEqual({ bob: 'ada', ada: 'bob' });
});

test('a newcomer with the old login of somebody in the course is somebody else', () => {
  expect(slugsOf([student('ada'), student('ada-two')], { 'ada-two': 1, ada: 9 }, [[1, 'ada']])).toEqual({
    'ada-two': 'ada',
    ada: 'ada-9',
  });
});

test('a newcomer with the login of somebody who left gets nothing of theirs', () => {
  expect(slugsOf([student('ada')], { ada: 9 }, [[1, 'ada']])).toEqual({ ada: 'ada-9' });
});

test('a new spelling changes nothing, and a group has its name before anybody’s old one', () => {
  expect(slugsOf([student('ADA')], { ada: 1 }, [[1, 'ada']])).toEqual({ ADA: 'ada' });
  expect(slugsOf([group('ada', 'x'), student('ada-two')], { x: 3, 'ada-two': 1 }, [[1, 'ada']])).toEqual({
    x: 'ada',
    'ada-two': 'ada-two',
  });
});

// Which webhooks are kept: what others did, and not the echo of what the app did itself.
import { expect, test } from 'vitest';
import { isWorthKeeping } from '../src/worth-keeping.ts';

const own = { appId: 7, courseRepository: 'course', slug: () => 'practicum' };
const check = (id: number, action = 'completed') => ({ action, check_run: { app: { id } } });

test('check runs of others are kept, and those that somebody wants again, whoever made them', () => {
  expect(isWorthKeeping('check_run', check(15_368), own)).toBe(true);
  expect(isWorthKeeping('check_run', check(7), own)).toBe(false);
  expect(isWorthKeeping('check_run', check(7, 'rerequested'), own)).toBe(true);
  expect(isWorthKeeping('check_run', check(7, 'requested_action'), own)).toBe(true);
  expect(isWorthKeeping('check_run', { action: 'completed', check_run: { app: null } }, own)).toBe(true);
});

test('an issue that the app itself edited is no news; while its name is not known, nobody is taken for it', () => {
  const edited = (login: string) => ({ action: 'edited', sender: { login } });
  expect(isWorthKeeping('issues', edited('practicum[bot]'), own)).toBe(false);
  expect(isWorthKeeping('issues', edited('practicum'), own)).toBe(true);
  for (const slug of [undefined, ''])
    expect(isWorthKeeping('issues', edited('practicum[bot]'), { ...own, slug: () => slug })).toBe(true);
});

test('jobs of workflows are followed in the course repository, where tasks are placed', () => {
  const job = (name: string) => ({ action: 'queued', repository: { name } });
  expect(isWorthKeeping('workflow_job', job('course'), own)).toBe(true);
  expect(isWorthKeeping('workflow_job', job('weather-ada'), own)).toBe(false);
});

test('what nobody listens to is not kept, and what is strange is left to the rows', () => {
  expect(isWorthKeeping('watch', { action: 'started' }, own)).toBe(false);
  expect(isWorthKeeping('push', null, own)).toBe(true);
  expect(isWorthKeeping('push', { repository: null }, own)).toBe(true);
  expect(isWorthKeeping('check_run', check(7))).toBe(true);
});

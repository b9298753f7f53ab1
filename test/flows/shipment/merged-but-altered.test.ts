// A pull request with data is merged after its file was changed: the commit, the label and the table say how, until it is mended.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { dashboardMarker } from '../../../src/domain/messages/dashboard-message.ts';
import { withClone } from '../../../src/rehearsal/push-files.ts';
import { chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { join } from 'node:path';
import { dataOf, org, startCourse, type CourseInSandbox } from '../start-course.ts';

const challenge = `version: 1
name: heat
title: Hot or cold
starts: 2027-01-11T09:00
ends: 2027-02-05T23:59
dataset: { source: data.csv, target: label }
releases: { first: 2027-01-11T09:00, every: 7d, proportions: [0.5, 0.5], path: "data/incoming/{release}.csv", carrier: pull_request }
score: { data: 20 }
`;
const course = 'version: 1\ntitle: Heat\ntimezone: UTC\nrepositories: { template: student-template }\n';
const logins = ['ada', 'bob', 'cy', 'dee'];
const path = 'data/incoming/release-1.csv';

let world: CourseInSandbox;
beforeAll(async () => {
  world = await startCourse(
    {
      'course.yml': course,
      'roster.csv': `login,name\n${logins.map((login) => `${login},${login}\n`).join('')}`,
      'challenges/heat/challenge.yml': challenge,
      'challenges/heat/data.csv': dataOf(20),
    },
    logins,
    new Date('2027-01-11T09:00:00Z'),
  );
  await world.advance(2);
}, 120_000);
afterAll(() => world.stop());

const personOf = (login: string) => world.students.find((student) => student.login === login)!;
const at = (login: string) => ({ owner: org, repo: `heat-${login}` });

async function pullOf(login: string): Promise<{ number: number; head: { ref: string }; labels: string[] }> {
  const { data } = await world
    .as(personOf(login))
    .request('GET /repos/{owner}/{repo}/pulls', { ...at(login), state: 'all' });
  const { number, head, labels } = data[0]!;
  return { number, head, labels: labels.map(({ name }) => name) };
}

/** Changes the branch of the pull request as a student does, in a clone, and merges it. */
async function mergeChanged(login: string, change: (directory: string) => Promise<unknown>): Promise<string> {
  const who = personOf(login);
  const { number, head } = await pullOf(login);
  await withClone(world.cloneUrl(`heat-${login}`, who.token), who, world.clock.now(), async (directory, git) => {
    await git.fetch('origin', head.ref);
    await git.checkout(['-B', 'work', 'FETCH_HEAD']);
    await change(directory);
    await git.add(['--all', '.']).commit('Tidy [skip ci]');
    await git.push('origin', `HEAD:${head.ref}`, ['--quiet']);
  });
  await world.quiet();
  const { data } = await world.as(who).request('PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge', {
    ...at(login),
    pull_number: number,
    merge_method: 'squash',
  });
  await world.quiet();
  return data.sha;
}

async function table(login: string): Promise<string> {
  const { data } = await world
    .as(personOf(login))
    .request('GET /repos/{owner}/{repo}/issues', { ...at(login), state: 'all' });
  return data.find(({ body }) => body?.startsWith(dashboardMarker))!.body!;
}

const rewrite = (how: (text: string) => string) => async (directory: string) =>
  writeFile(join(directory, path), how(await readFile(join(directory, path), 'utf8')));
const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${'a'.repeat(64)}\nsize 61\n`;
const stories: [string, string, (directory: string) => Promise<unknown>][] = [
  ['ada', 'line ends', rewrite((text) => text.replaceAll('\n', '\r\n'))],
  ['bob', 'pointer of LFS', rewrite(() => pointer)],
  [
    'cy',
    'moved to data/raw/release-1.csv',
    async (directory) => {
      await mkdir(join(directory, 'data/raw'));
      await rename(join(directory, path), join(directory, 'data/raw/release-1.csv'));
    },
  ],
];

test.each(stories)('%s merges it with %s, and the commands that are said bring it back', async (login, how, change) => {
  const commit = await mergeChanged(login, change);
  const title = `release-1 reached main, but altered (${how}): take the file as it was sent`;
  const check = (await world.checks(`heat-${login}`, commit)).find(({ name }) => name === 'data: release-1')!;
  expect(check).toMatchObject({ conclusion: 'failure', output: { title } });
  expect((await pullOf(login)).labels).toEqual(['data: altered']);
  expect(await table(login)).toContain(`altered: ${how};`);
  expect(await table(login)).not.toContain('waiting to be merged');

  const commands = /```sh\n(.*?)```/s.exec(check.output.summary!)![1]!;
  const who = personOf(login);
  await withClone(world.cloneUrl(`heat-${login}`, who.token), who, world.clock.now(), async (directory) => {
    // A hook of the student's would spoil it again.
    const hook = join(directory, '.git/hooks/pre-commit');
    await writeFile(hook, '#!/bin/sh\nexit 1\n');
    await chmod(hook, 0o755);
    // Not the synchronous one: the sandbox that git talks to is in this very process.
    await promisify(execFile)('sh', ['-ec', commands], { cwd: directory });
  });
  await world.quiet();
  expect((await pullOf(login)).labels).toEqual(['data: merged']);
  expect(await table(login)).toContain('in the default branch, unaltered');
});

test('merged as it was sent and altered afterwards says so too', async () => {
  const { number } = await pullOf('dee');
  await world
    .as(personOf('dee'))
    .request('PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge', { ...at('dee'), pull_number: number });
  await world.quiet();
  expect((await pullOf('dee')).labels).toEqual(['data: merged']);
  const commit = await world.push(personOf('dee'), 'heat-dee', { [path]: `\uFEFF${dataOf(20)}` });
  const checks = await world.checks('heat-dee', commit);
  expect(checks.find(({ name }) => name === 'data: release-1')!.output.title).toBe(
    'release-1 was altered in main (encoding, content): take the file as it was sent',
  );
  expect((await pullOf('dee')).labels).toEqual(['data: altered']);
});

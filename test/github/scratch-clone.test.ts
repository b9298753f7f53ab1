// "Push and delete 120 MB, then a template update": what students push never stays here, and has a limit while it does.
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { countingCosts } from '../../src/ports/costs.ts';
import { collectMirrors, whileSmall, withScratch } from '../../src/github/repository/scratch-clone.ts';

let home: string;
let student: string;
let shared: string;
const git = (directory: string, ...args: string[]): string =>
  execFileSync('git', ['-C', directory, '-c', 'user.name=t', '-c', 'user.email=t@example.org', ...args], {
    encoding: 'utf8',
  }).trim();
const kilobytes = (folder: string): number =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0) / 1024;

beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'practicum-scratch-'));
  student = join(home, 'student');
  shared = join(home, 'org', 'shared.git');
  await mkdir(shared, { recursive: true });
  git(shared, 'init', '--quiet', '--bare');
  execFileSync('git', ['init', '--quiet', student]);
  writeFileSync(join(student, 'big.bin'), randomBytes(6 * 2 ** 20));
  git(student, 'add', '.');
  git(student, 'commit', '--quiet', '-m', 'push');
  git(student, 'rm', '--quiet', 'big.bin');
  writeFileSync(join(student, 'README.md'), 'hello\n');
  git(student, 'add', '.');
  git(student, 'commit', '--quiet', '-m', 'delete');
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const fetchFrom = (scratch: string, ...more: string[]): string =>
  git(scratch, 'fetch', '--quiet', ...more, `file://${student}`, '+HEAD:refs/students/one');

test('of a student nothing stays, and what was deleted again is not fetched', async () => {
  const before = kilobytes(shared);
  const kept = await withScratch(shared, async (scratch) => {
    fetchFrom(scratch, '--depth=1');
    expect(git(scratch, 'log', '--format=%s', 'refs/students/one')).toBe('delete');
    expect(kilobytes(scratch)).toBeLessThan(1024);
    return scratch;
  });
  expect(existsSync(kept)).toBe(false);
  expect(kilobytes(shared)).toBe(before);
});

test('the scratch folder goes when the update fails, too', async () => {
  await expect(withScratch(shared, () => Promise.reject(new Error('merge')))).rejects.toThrow('merge');
  expect(readdirSync(join(home, 'org'))).toEqual(['shared.git']);
});

test('what fills it beyond the limit is ended, for good', async () => {
  await withScratch(shared, async (scratch) => {
    const filled = whileSmall(scratch, async () => fetchFrom(scratch), { most: 2 ** 20 });
    await expect(filled).rejects.toMatchObject({ code: 'repository-too-large', permanent: true });
    await expect(whileSmall(scratch, async () => 'small', { most: 2 ** 30 })).resolves.toBe('small');
  });
});

test('what is fetched counts in bytes, what was ended as far as it was let come, and the template not at all', async () => {
  const cost = async (bounds: Parameters<typeof whileSmall>[2]): Promise<number> => {
    let bytes = 0;
    const fetching = countingCosts(
      () => withScratch(shared, (scratch) => whileSmall(scratch, async () => fetchFrom(scratch), bounds)),
      async ({ megabytes }) => (bytes = megabytes),
    );
    await fetching.catch(() => undefined);
    return bytes;
  };
  expect(await cost({})).toBeGreaterThan(6 * 2 ** 20);
  expect(await cost({ most: 2 ** 20 })).toBeGreaterThanOrEqual(2 ** 20);
  expect(await cost({ counted: false })).toBe(0);
});

test('what killed processes left is collected, and a shared folder that has grown too large', async () => {
  const old = join(home, 'org', '.template-scratch-old');
  await mkdir(old);
  await mkdir(join(home, 'org', '.template-scratch-new'));
  utimesSync(old, new Date(0), new Date(0));
  await collectMirrors(shared);
  expect(readdirSync(join(home, 'org')).toSorted()).toEqual(['.template-scratch-new', 'shared.git']);
  fetchFrom(shared);
  await collectMirrors(shared, 2 ** 20);
  expect(existsSync(shared)).toBe(false);
});

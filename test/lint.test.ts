// The rules of the house have teeth: a snippet that breaks one fails `npm run check`, in every place where it applies.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { root } from './project-files.ts';

// Elsewhere, because the configuration leaves the snippets out where they are kept.
const folder = mkdtempSync(join(tmpdir(), 'practicum-lint-'));
cpSync(join(root, 'test/lint'), folder, { recursive: true });
cpSync(join(root, '.oxlintrc.json'), join(folder, '.oxlintrc.json'));
afterAll(() => rmSync(folder, { recursive: true }));

function checkRooms(of: string): { status: number | null; faults: string[] } {
  const { status, stderr } = spawnSync(process.execPath, [join(root, 'scripts/check-rooms.ts'), of], {
    encoding: 'utf8',
  });
  return { status, faults: stderr.split('\n').filter((line) => line !== '') };
}
const snippets = checkRooms(folder);

test('the domain is pure: no file, no clock, no environment', () => {
  const { status, stdout } = spawnSync(join(root, 'node_modules/.bin/oxlint'), ['src/domain/violates.ts'], {
    cwd: folder,
    encoding: 'utf8',
  });
  expect(status).not.toBe(0);
  for (const reason of [
    'only node:crypto',
    "Unexpected use of 'process'",
    'Date.now',
    'parse-yaml.ts, which bounds it',
  ])
    expect(stdout).toContain(reason);
});

test.each([
  ['src/domain/violates.ts:3', 'src/domain may not import src/postgres'],
  ['src/flows/violates.ts:2', 'src/flows may not import src/postgres'],
  ['src/github/violates.ts:2', 'src/github may not import src/postgres'],
  ['src/course-folder/violates.ts:2', 'src/course-folder may not import src/flows'],
  ['action/src/violates.ts:2', 'action may not import src/postgres'],
  ['packages/sandbox/src/violates.ts:2', 'packages/sandbox may not import src/free-port.ts'],
  ['packages/sandbox/test/violates.test.ts:2', 'packages/sandbox may not import src/free-port.ts'],
])('%s is refused: %s', (place, reason) => {
  expect(snippets.status).toBe(1);
  expect(snippets.faults).toContainEqual(expect.stringContaining(`${place} ${reason}`));
});

test('two files that know each other by their types alone are a circle', () => {
  expect(snippets.faults).toContain(
    'files import each other in a circle: src/circle/files/first.ts → src/circle/files/second.ts',
  );
});

test('two folders that know each other are a circle, even where no two files do', () => {
  expect(snippets.faults).toContain(
    'folders import each other in a circle: src/circle/folders/one → src/circle/folders/two',
  );
});

test('nothing but the snippets is refused: the house itself stands', () => {
  expect(snippets.faults).toHaveLength(9);
  expect(checkRooms(root)).toEqual({ status: 0, faults: [] });
});

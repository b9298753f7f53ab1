// The dependency rule has teeth: a snippet that breaks it fails the linter, in every place where it applies.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';

const root = join(import.meta.dirname, '..');
// Elsewhere, because the configuration leaves the snippets out where they are kept.
const folder = mkdtempSync(join(tmpdir(), 'practicum-lint-'));
cpSync(join(root, 'test/lint'), folder, { recursive: true });
cpSync(join(root, '.oxlintrc.json'), join(folder, '.oxlintrc.json'));
afterAll(() => rmSync(folder, { recursive: true }));

test.each([
  [
    'src/domain/violates.ts',
    ['domain/ is pure: it imports only itself', 'only node:crypto', "Unexpected use of 'process'", 'Date.now'],
  ],
  ['src/flows/violates.ts', ['flows/ import domain/ and ports.ts only']],
  ['src/github/violates.ts', ['never each other']],
  ['src/course-folder/violates.ts', ['course-folder/ reads files']],
  ['action/src/violates.ts', ['the Action shares only domain/ and runner/']],
])('%s breaks the rule and is refused', (file, reasons) => {
  const { status, stdout } = spawnSync(join(root, 'node_modules/.bin/oxlint'), [file], {
    cwd: folder,
    encoding: 'utf8',
  });
  expect(status).not.toBe(0);
  for (const reason of reasons) expect(stdout).toContain(reason);
});

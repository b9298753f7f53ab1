// Clients that are not ours do a teacher's and a student's day at the sandbox. Where they cannot be installed they are set aside, and say so.
import { spawnSync } from 'node:child_process';
import { existsSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { openSandbox, type BuiltWorld, type OpenSandbox } from '@practicum/sandbox';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { within } from './clients/run-client.ts';

const version = '2.3.0';
const cache = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'practicum');

/** Python with PyGithub, made once for a machine; undefined without Python or its index. */
function installPyGithub(): string | undefined {
  const place = join(cache, `pygithub-${version}`);
  const python = join(place, 'bin/python');
  if (existsSync(python)) return python;
  const building = `${place}-${process.pid}`;
  const steps: [string, string[]][] = [
    ['python3', ['-m', 'venv', building]],
    [join(building, 'bin/python'), ['-m', 'pip', 'install', '--quiet', `PyGithub==${version}`]],
  ];
  const isMade = steps.every(([command, args]) => spawnSync(command, args, { timeout: 300_000 }).status === 0);
  if (isMade) renameSync(building, place);
  else rmSync(building, { recursive: true, force: true });
  return isMade ? python : undefined;
}

const python = installPyGithub();
const testWithPyGithub = python === undefined ? test.skip : test;
const name = (text: string): string => (python === undefined ? `${text} (needs PyGithub)` : text);

let sandbox: OpenSandbox & { built: BuiltWorld };
beforeAll(async () => {
  sandbox = await openSandbox({
    settings: { emptyWindow: { reads: 2, milliseconds: 0 } },
    plan: {
      organisation: 'school',
      members: ['ada'],
      repositories: [{ name: 'student-template', template: true, files: { 'README.md': '# A start\n' } }],
    },
  });
});
afterAll(() => sandbox.close());

testWithPyGithub(name('PyGithub: teams, a repository, a pull request, a review, a release'), async () => {
  const { owner, members } = sandbox.built;
  const script = join(import.meta.dirname, 'clients/day.py');
  const { code, text } = await within(60_000, python!, [script, sandbox.url, owner.token, members[0]!.token]);
  expect(code, text).toBe(0);
  expect(text).toContain('a day is over');
  expect(sandbox.unknownRoutes).toEqual([]);
});

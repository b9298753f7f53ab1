// PyGithub does a teacher's and a student's day at the sandbox. Where it cannot be installed it is set aside, and says so.
import { join } from 'node:path';
import { openSandbox, type BuiltWorld, type OpenSandbox } from '@practicum/sandbox';
import { afterAll, beforeAll, expect } from 'vitest';
import { testWhere } from '../needs.ts';
import { installPython } from './clients/install-python.ts';
import { within } from './clients/run-client.ts';

const bin = installPython('PyGithub', '2.3.0');
const python = bin === undefined ? undefined : join(bin, 'python');
const testWithPyGithub = testWhere(python !== undefined, 'PyGithub');

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

testWithPyGithub('PyGithub: teams, a repository, a pull request, a review, a release', async () => {
  const { owner, members } = sandbox.built;
  const script = join(import.meta.dirname, 'clients/day.py');
  const { code, text } = await within(60_000, python!, [script, sandbox.url, owner.token, members[0]!.token]);
  expect(code, text).toBe(0);
  expect(text).toContain('a day is over');
  expect(sandbox.unknownRoutes).toEqual([]);
});

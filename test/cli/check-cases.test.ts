// Golden cases: each folder of test/cases/challenge is a course folder; `problems.txt` is what `practicum check` says of it.
// Record them anew with `npx vitest run test/cli/check-cases.test.ts -u`, then read the difference.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { testWith } from '../needs.ts';
import { runCheck } from './run-command.ts';

const cases = join(import.meta.dirname, '..', 'cases', 'challenge');

/** Their sources are at a remote. */
const withRclone = ['source-outside'];

async function check(name: string): Promise<void> {
  const { out, err, code } = await runCheck(join(cases, name));
  expect(err).toBe('');
  await expect(`${out}exit ${code}\n`).toMatchFileSnapshot(join(cases, name, 'problems.txt'));
}

describe('practicum check', () => {
  it.each(readdirSync(cases).filter((name) => !withRclone.includes(name)))('%s', check);
  testWith('rclone').each(withRclone.map((name) => [name]))('%s', check);
});

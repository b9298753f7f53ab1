// An rclone that never ends: by its time limit, and by the end of the process that started it.
import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { runRclone } from '../../src/rclone/run-rclone.ts';
import { isAlive } from '../is-alive.ts';

const dir = mkdtempSync(join(tmpdir(), 'practicum-rclone-'));
const pidFile = join(dir, 'pids');
const program = join(dir, 'rclone');
// Its helper, as ssh would be, holds the output open when it is killed.
writeFileSync(program, `#!/bin/sh\nsleep 60 &\necho "$$ $!" >> ${pidFile}\nwait\n`);
chmodSync(program, 0o755);

const started = (): number[] => {
  try {
    return readFileSync(pidFile, 'utf8').split(/\s+/).filter(Boolean).map(Number);
  } catch {
    return [];
  }
};
afterAll(() => {
  for (const pid of started()) if (isAlive(pid)) process.kill(pid);
  rmSync(dir, { recursive: true });
});

test('its time is up: that is told at once, whatever it has started', async () => {
  await expect(runRclone(['copyto'], { program, timeoutMs: 500 })).rejects.toMatchObject({ code: 'timeout' });
}, 10_000);

test('the process that started it ends: so does it', async () => {
  const known = started().length;
  const run = join(import.meta.dirname, '../../src/rclone/run-rclone.ts');
  const source = `import { runRclone } from ${JSON.stringify(run)};
    void runRclone(['copyto'], { program: ${JSON.stringify(program)} });
    process.stdin.once('data', () => process.exit());`;
  const child = spawn(process.execPath, ['--input-type=module-typescript', '--eval', source], {
    stdio: ['pipe', 'ignore', 'inherit'],
  });
  await expect.poll(() => started().length, { timeout: 20_000 }).toBe(known + 2);
  const pid = started()[known]!;
  expect(isAlive(pid)).toBe(true);
  child.stdin.write('end');
  await expect.poll(() => isAlive(pid), { timeout: 10_000 }).toBe(false);
}, 40_000);

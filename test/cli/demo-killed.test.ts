// A demo that is killed outright leaves nothing running and nothing on the disk, although it had no time to clean up.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { bareEnvironment } from '../bare-environment.ts';
import { isAlive } from '../is-alive.ts';

test('its database ends, and its folder goes', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'practicum-killed-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const main = join(import.meta.dirname, '../../src/main.ts');
  const demo = spawn(process.execPath, [main, 'demo', '--once'], {
    env: { ...bareEnvironment, TMPDIR: folder },
    stdio: 'ignore',
  });
  const ended = new Promise((resolve) => demo.once('exit', resolve));
  onTestFinished(() => void demo.kill('SIGKILL'));
  const data = (): string => {
    const home = join(folder, readdirSync(folder).find((name) => name.startsWith('practicum-')) ?? 'none yet', 'app');
    // For root it lies elsewhere, where this file says.
    const elsewhere = join(home, 'postgres-folder');
    return join(existsSync(elsewhere) ? readFileSync(elsewhere, 'utf8') : home, 'postgres');
  };
  // The app's own log is written when the database answers and everything has begun.
  await expect
    .poll(() => readdirSync(folder, { recursive: true }).some((name) => String(name).endsWith('app.log')))
    .toBe(true);
  const place = data();
  const server = Number(readFileSync(join(place, 'postmaster.pid'), 'utf8').split('\n')[0]);
  expect(isAlive(server)).toBe(true);
  demo.kill('SIGKILL');
  await ended;
  await expect.poll(() => isAlive(server)).toBe(false);
  await expect
    .poll(() => [existsSync(place), ...readdirSync(folder).filter((name) => name.startsWith('practicum-'))])
    .toEqual([false]);
});

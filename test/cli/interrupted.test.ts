// Ctrl-C in a terminal reaches every process of the group: a rehearsal ends by itself and at once, whatever it is at.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { bareEnvironment } from '../bare-environment.ts';

const main = join(import.meta.dirname, '../../src/main.ts');

/** Interrupts a demo once `reached` says so of its folder, and answers with how it ended. */
async function interrupted(
  reached: (home: string) => boolean,
): Promise<{ code: number | null; stderr: string; left: string[] }> {
  const folder = mkdtempSync(join(tmpdir(), 'practicum-interrupted-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const demo = spawn(process.execPath, [main, 'demo', '--once'], {
    env: { ...bareEnvironment, TMPDIR: folder },
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  onTestFinished(() => void demo.kill('SIGKILL'));
  let stderr = '';
  demo.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const ended = once(demo, 'close') as Promise<[number | null]>;
  const ours = (): string[] => readdirSync(folder).filter((name) => /^practicum-\w{6}$/.test(name));
  await expect.poll(() => ours().some((name) => reached(join(folder, name))), { interval: 5 }).toBe(true);
  process.kill(-demo.pid!, 'SIGINT');
  const [code] = await ended;
  return { code, stderr, left: ours() };
}

const linesIn = (file: string): number => (existsSync(file) ? readFileSync(file, 'utf8').split('\n').length : 0);

test('while its database is made', async () => {
  const isBeingMade = (home: string): boolean => {
    // For root it lies elsewhere, where this file says.
    const elsewhere = join(home, 'app', 'postgres-folder');
    const place = existsSync(elsewhere) ? readFileSync(elsewhere, 'utf8') : join(home, 'app');
    return existsSync(join(place, 'postgres', 'PG_VERSION'));
  };
  const { code, stderr, left } = await interrupted(isBeingMade);
  expect({ code, left, last: stderr.trim().split('\n').at(-1) }).toEqual({ code: 130, left: [], last: 'Ending.' });
});

test('while the course is played: the app is not started again, and nothing more happens', async () => {
  const { code, stderr, left } = await interrupted((home) => linesIn(join(home, 'app.log')) > 5);
  expect({ code, left, last: stderr.trim().split('\n').at(-1) }).toEqual({ code: 130, left: [], last: 'Ending.' });
});

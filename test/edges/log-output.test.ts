// Log lines that nobody takes: the disk below them is full, or their reader has stopped. The app goes on, and ends when told.
import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const module = join(import.meta.dirname, '../../src/life/log-output.ts');
/** Writes so many lines, says that it still runs, and ends. */
const source = `import { logOutput } from ${JSON.stringify(module)};
  const log = logOutput();
  for (let line = 0; line < 5000; line++) log.write('x'.repeat(99) + '\\n');
  setTimeout(() => { process.stderr.write('runs'); process.exit(); }, 300);`;

test.each([
  ['a full disk', () => openSync('/dev/full', 'w')],
  ['a reader that takes nothing', () => 'pipe' as const],
])(
  '%s',
  async (_what, open) => {
    const output = open();
    const child = spawn(process.execPath, ['--input-type=module-typescript', '--eval', source], {
      stdio: ['ignore', output, 'pipe'],
    });
    let said = '';
    child.stderr!.setEncoding('utf8').on('data', (text: string) => (said += text));
    const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
    try {
      expect(await ended).toBe(0);
      expect(said).toContain('runs');
    } finally {
      child.kill('SIGKILL');
      if (typeof output === 'number') closeSync(output);
    }
  },
  20_000,
);

test('what somebody takes is all there, in order, also what was written last', async () => {
  const lines = `import { logOutput } from ${JSON.stringify(module)};
    const log = logOutput();
    for (let line = 0; line < 3000; line++) log.write(line + '\\n');
    setTimeout(() => { log.write('last\\n'); process.exit(); }, 500);`;
  const child = spawn(process.execPath, ['--input-type=module-typescript', '--eval', lines], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  for await (const piece of child.stdout.setEncoding('utf8')) text += String(piece);
  expect(text).toBe(`${Array.from({ length: 3000 }, (_, line) => `${line}\n`).join('')}last\n`);
}, 20_000);

// A command starts with what Node compiled for the one before.
import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { compileCache } from '../../src/compile-cache.ts';

const main = join(import.meta.dirname, '../../src/main.ts');
const entry = join(import.meta.dirname, '../../src/practicum.js');
/** Told at the end of a process: which of Node's own modules it loaded. */
const telling = 'data:text/javascript,process.on("exit", () => console.log(process.moduleLoadList.join()))';

test('what is compiled is kept beside the packages, and read by the next start', () => {
  const start = (): string => {
    const env = { PATH: process.env['PATH'], NODE_DEBUG_NATIVE: 'COMPILE_CACHE' };
    return execFileSync('sh', ['-c', '"$0" "$1" --help 2>&1', process.execPath, main], { env }).toString();
  };
  start();
  expect(readdirSync(compileCache).length).toBeGreaterThan(0);
  expect(start()).toMatch(/cli\.ts.*(accepted|success|hit)/i);
});

test('once a command was compiled, it starts without what reads TypeScript', () => {
  const start = (file: string): string =>
    execFileSync(process.execPath, ['--import', telling, file, '--help'], { env: {} }).toString();
  start(entry);
  expect(start(entry)).toContain('internal/modules/esm');
  expect(start(entry)).not.toContain('internal/deps/amaro');
  // What is looked for has this name.
  expect(start(main)).toContain('internal/deps/amaro');
});

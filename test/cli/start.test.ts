// A command starts with what Node compiled for the one before.
import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { compileCache } from '../../src/compile-cache.ts';

const main = join(import.meta.dirname, '../../src/main.ts');

test('what is compiled is kept beside the packages, and read by the next start', () => {
  const start = (): string => {
    const env = { PATH: process.env['PATH'], NODE_DEBUG_NATIVE: 'COMPILE_CACHE' };
    return execFileSync('sh', ['-c', '"$0" "$1" --help 2>&1', process.execPath, main], { env }).toString();
  };
  start();
  expect(readdirSync(compileCache).length).toBeGreaterThan(0);
  expect(start()).toMatch(/cli\.ts.*(accepted|success|hit)/i);
});

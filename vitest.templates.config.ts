// What takes minutes, and the Python template in a live course: installs Python packages, so it is no part of `npm test`.
// What takes longer than CI may take is left to `npm run test:long`.
import { globSync, readFileSync } from 'node:fs';
import { configDefaults, defineConfig } from 'vitest/config';

/**
 * gh takes minutes to build; RepoBee waits a second before each thing that it writes; a term of sixty, and rehearsals in which
 * somebody else writes before every statement or GitHub comes and goes, seventy pipelines in turn, and mutants, take minutes.
 */
const slowest = [
  'clients-gh',
  'clients-repobee',
  'people-term',
  'competing-rehearsal',
  'random-moments',
  'fair-turns',
  'mutants',
].map((name) => `test/long/${name}.test.ts`);

/** Laws that `npm test` asks with some of their cases. */
const laws = globSync('test/**/*.test.ts').filter((file) => readFileSync(file, 'utf8').includes('caseCount('));

export default defineConfig({
  test: {
    include: ['test/long/**/*.test.ts', ...laws],
    env: { EVERY_CASE: '1' },
    exclude: [...configDefaults.exclude, ...slowest],
    globalSetup: ['test/postgres-server.ts'],
    reporters: process.env['VITEST_FIGURES']
      ? ['default', ['json', { outputFile: process.env['VITEST_FIGURES'] }]]
      : ['default'],
    // Each waits for others much of the time.
    maxWorkers: 2,
    // Long enough for a machine ten times slower: only what hangs takes so long.
    testTimeout: 1_200_000,
    hookTimeout: 1_200_000,
  },
});

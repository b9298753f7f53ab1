// What takes minutes, and the Python template in a live course: installs Python packages, so it is no part of `npm test`.
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/long/**/*.test.ts'],
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

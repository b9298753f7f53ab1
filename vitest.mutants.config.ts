// The tests that a mutant of `src/domain/FOLDER` must fail: those of the same folder, and those of the edges of rules.
import { defineConfig } from 'vitest/config';

const folder = process.env['MUTANTS_OF'] ?? '*';

export default defineConfig({
  test: {
    include: [`test/domain/${folder}/**/*.test.ts`, 'test/domain/boundaries.test.ts'],
    setupFiles: ['test/short-properties.ts'],
    isolate: false,
    maxWorkers: 1,
    // Stryker itself ends what a mutant makes endless, by how long the tests took without one.
    testTimeout: 180_000,
  },
});

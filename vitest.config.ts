// How the tests run: one Postgres server for the whole run, one cloned database per test file that asks for it.
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { LongestFirst } from './test/longest-first.ts';
import { SetAsideReporter } from './test/set-aside-reporter.ts';

// Processes that tests start find their modules compiled: half of the time of `node src/main.ts` went into that.
process.env['NODE_COMPILE_CACHE'] ??= join(import.meta.dirname, 'node_modules/.cache/compile');

export default defineConfig({
  // The packages inlined below ship source maps without their sources: nothing to say about that.
  logLevel: 'error',
  test: {
    include: ['test/**/*.test.ts', 'packages/*/test/**/*.test.ts'],
    globalSetup: ['test/postgres-server.ts'],
    // One more than CI has cores: a test that waits for a time limit, or for git, leaves its core to another.
    maxWorkers: 3,
    // Files of a worker share its modules, which hold no state: loading them anew for each took a quarter of the time.
    isolate: false,
    sequence: { sequencer: LongestFirst },
    exclude: ['test/browser/**', 'test/lint/**', 'test/long/**'],
    reporters: process.env['VITEST_FIGURES']
      ? ['default', new SetAsideReporter(), ['json', { outputFile: process.env['VITEST_FIGURES'] }]]
      : ['default', new SetAsideReporter()],
    // Real processes on a shared machine: what fails three times in a row is broken, not late.
    retry: process.env['CI'] ? 2 : 0,
    // Long enough for a machine ten times slower: only what hangs takes so long.
    testTimeout: 180_000,
    hookTimeout: 600_000,
    expect: { poll: { timeout: 60_000 } },
    server: { deps: { inline: [/@actions\//] } },
  },
});

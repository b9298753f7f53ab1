// The pages in a real browser: needs Chromium, so it is not part of `npm test`.
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/browser/**/*.test.ts'],
    reporters: process.env['VITEST_FIGURES']
      ? ['default', ['json', { outputFile: process.env['VITEST_FIGURES'] }]]
      : ['default'],
    globalSetup: ['test/postgres-server.ts'],
    retry: process.env['CI'] ? 2 : 0,
    testTimeout: 180_000,
    hookTimeout: 600_000,
    expect: { poll: { timeout: 60_000 } },
  },
});

// The tests that a mutant of `src/domain/FOLDER` must fail: those of the same folder, and those of the edges of rules.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Plugin, defineConfig } from 'vitest/config';
import { ExamplesFirst } from './test/mutants/examples-first.ts';

const folder = process.env['MUTANTS_OF'] ?? '*';

export default defineConfig({
  plugins: [mutated(process.env['MUTANTS_IN'])],
  test: {
    include: [`test/domain/${folder}/**/*.test.ts`, 'test/domain/boundaries.test.ts'],
    // Every key and word of every file, changed: seconds, which thousands of mutants do not have.
    exclude: ['test/domain/plan/plan-keys.test.ts', 'test/domain/plan/plan-text.test.ts'],
    setupFiles: ['test/mutants/short-properties.ts'],
    runner: './test/mutants/mutant-runner.ts',
    sequence: { sequencer: ExamplesFirst },
    isolate: false,
    maxWorkers: 1,
    testTimeout: 20_000,
  },
});

/** Sources as Stryker wrote them: with every mutant in place, and a switch that says which is in force. */
function mutated(home: string | undefined): Plugin {
  const sources = home && (JSON.parse(readFileSync(join(home, 'sources.json'), 'utf8')) as Record<string, string>);
  return { name: 'mutated', enforce: 'pre', load: (id) => (sources ? sources[id] : undefined) };
}

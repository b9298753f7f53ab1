// Runs a file of tests, then its tests again with one mutant after another, in the same process: loading the modules
// anew for each mutant took about a hundred times as long. A mutant that only runs while modules load is left out for that.
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { TestRunner, type RunnerTestCase as Test } from 'vitest';

/** What Stryker's code reads and writes. */
type Switch = {
  activeMutant?: string | undefined;
  currentTestId?: string | undefined;
  hitCount?: number | undefined;
  hitLimit?: number;
  mutantCoverage?: { static: Record<string, number>; perTest: Record<string, Record<string, number>> };
};

const home = process.env['MUTANTS_IN'] ?? '';
/** Tells the script which mutant never ends. */
const trying = join(home, 'trying');
const state: Switch = ((globalThis as { __stryker__?: Switch }).__stryker__ ??= {});
/** A mutant that takes so many times the steps of the code as it is runs for ever. */
const patience = 100;

export default class MutantRunner extends TestRunner {
  private readonly noticed = new Set(lines('noticed').map((line) => line.split(' ')[0]!));

  /** Called by Vitest in place of the test. */
  async runTask(test: Test): Promise<void> {
    const run = TestRunner.getTestFn(test);
    state.currentTestId = test.id;
    await run();
    delete state.currentTestId;
    const { static: atLoad = {}, perTest = {} } = state.mutantCoverage ?? {};
    const covered = Object.entries(perTest[test.id] ?? {});
    note('loaded', Object.keys(atLoad));
    note(
      'run',
      covered.map(([id]) => id),
    );
    for (const [id, hits] of covered) {
      if (this.noticed.has(id)) continue;
      writeFileSync(trying, `${id} ${test.name}`);
      const fails = await this.fails(test, run, id, hits);
      writeFileSync(trying, '');
      if (!fails) continue;
      this.noticed.add(id);
      note('noticed', [`${id} ${test.name}`]);
    }
    // Whatever the mutants left behind does not change what the tests say.
    this.onBeforeTryTask(test);
    await run();
  }

  private async fails(test: Test, run: () => unknown, mutant: string, hits: number): Promise<boolean> {
    Object.assign(state, { activeMutant: mutant, hitCount: 0, hitLimit: patience * hits });
    try {
      this.onBeforeTryTask(test);
      await run();
      this.onAfterTryTask(test);
      return false;
    } catch {
      return true;
    } finally {
      delete state.activeMutant;
    }
  }
}

function lines(name: string): string[] {
  return readFileSync(join(home, name), 'utf8').split('\n').filter(Boolean);
}

function note(name: string, list: readonly string[]): void {
  appendFileSync(join(home, name), list.map((line) => `${line}\n`).join(''));
}

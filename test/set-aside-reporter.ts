// Says at the end of a run what it has not tried: the tests whose program is missing, by name, with their number.
import type { Reporter, TestModule } from 'vitest/node';

export class SetAsideReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const byProgram = new Map<string, string[]>();
    for (const module of modules) {
      for (const test of module.children.allTests('skipped')) {
        const [, name, program] = /^(.*) \(needs (\S+)\)$/s.exec(test.fullName) ?? [];
        if (name === undefined || program === undefined) continue;
        byProgram.set(program, [...(byProgram.get(program) ?? []), `  ${module.relativeModuleId} > ${name}`]);
      }
    }
    for (const [program, names] of byProgram) {
      const count = names.length === 1 ? '1 test is' : `${names.length} tests are`;
      process.stdout.write(`\n${count} set aside, since ${program} is not on the PATH:\n${names.join('\n')}\n`);
    }
  }
}

// axe-core in the page that the browser shows: every rule of WCAG 2.2 A and AA and of good practice.
import axe from 'axe-core';
import type { Page } from 'playwright-core';

/** What is wrong, as `rule: where`; what axe could not decide is left to people, and counted. */
export async function runAxe(page: Page): Promise<{ violations: string[]; passes: number; undecided: string[] }> {
  // By the debugger's way: the pages let no script of anybody's run.
  await page.evaluate(axe.source);
  return page.evaluate(async () => {
    type Violation = { id: string; nodes: { target: unknown[]; failureSummary?: string }[] };
    type Run = () => Promise<{ violations: Violation[]; passes: Violation[]; incomplete: Violation[] }>;
    const { run } = (globalThis as unknown as { axe: { run: Run } }).axe;
    const { violations, passes, incomplete } = await run();
    const say = (all: Violation[]): string[] =>
      all.flatMap(({ id, nodes }) =>
        nodes.map(
          ({ target, failureSummary = '' }) => `${id}: ${target.join(' ')} ${failureSummary.split('\n')[1] ?? ''}`,
        ),
      );
    return { violations: say(violations), passes: passes.length, undecided: say(incomplete) };
  });
}

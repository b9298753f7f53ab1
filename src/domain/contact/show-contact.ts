// The first contact as a table: per step, as assumed or not, and what that means for the course.
import { assumptions, type Step } from './assumptions.ts';
import { namesIn, showAssumed, type Difference, type StepResult } from './compare.ts';

const words = { 'as-assumed': 'as assumed', differs: 'DIFFERS', 'not-tried': 'not tried' } as const;
const indent = ' '.repeat(25);

/** `explain` says of the name of a refusal when GitHub answers so. */
export function showStep(result: StepResult<Step>, explain: (refusal: string) => string): string[] {
  const { title, means } = assumptions[result.step];
  const head = `${words[result.state].padEnd(11)} ${result.step.padEnd(13)}${title}`;
  if (result.state === 'as-assumed') {
    const refused = namesIn(Object.values(result.facts));
    return refused.length > 0 ? [head, `${indent}refused as it should: ${refused.join(', ')}`] : [head];
  }
  if (result.state === 'not-tried') return [head, `${indent}${result.why}`];
  return [
    head,
    ...result.differences.map((difference) => `${indent}${showDifference(difference)}`),
    ...result.refusals.map((name) => `${indent}${name}: ${explain(name)}`),
    `${indent}For the course: ${means}`,
  ];
}

function showDifference({ fact, assumed, seen }: Difference): string {
  return `${fact}: assumed ${showAssumed(assumed)}, ${seen === undefined ? 'not seen' : `seen ${String(seen)}`}`;
}

/** Nothing counts as good that was not seen. */
export function sumUp(results: readonly StepResult<Step>[]): string {
  const count = (state: keyof typeof words): number => results.filter((result) => result.state === state).length;
  return `${count('as-assumed')} as assumed, ${count('differs')} differ, ${count('not-tried')} not tried`;
}

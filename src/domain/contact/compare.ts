// What a step of the first contact saw, beside what was assumed.

export type Fact = string | number | boolean;
export type Facts = Readonly<Record<string, Fact>>;
/** A figure may be a range; of several answers, each is one that the app lives with. */
export type Assumed = Fact | { atMost: number } | { atLeast: number } | { oneOf: readonly Fact[] };

export type Assumption = {
  /** What is tried, in a sentence. */
  title: string;
  facts: Readonly<Record<string, Assumed>>;
  /** What a difference means for the course. */
  means: string;
};

export type Difference = { fact: string; assumed: Assumed; seen: Fact | undefined };

export type StepResult<Name extends string = string> = { step: Name } & (
  | { state: 'as-assumed'; facts: Facts }
  | { state: 'differs'; facts: Facts; differences: Difference[]; refusals: string[] }
  /** Nobody knows: that is no good news. */
  | { state: 'not-tried'; why: string; chosen: boolean }
);

/** What was not seen differs as well. */
export function compareFacts(assumed: Assumption['facts'], seen: Facts): Difference[] {
  const differences = Object.entries(assumed)
    .map(([fact, value]) => ({ fact, assumed: value, seen: seen[fact] }))
    .filter((difference) => difference.seen === undefined || !isWithin(difference.assumed, difference.seen));
  const known = differences.filter((difference) => difference.seen !== undefined);
  // One refusal early in a step hides all that would have come after it.
  return known.length > 0 ? known : differences;
}

function isWithin(assumed: Assumed, seen: Fact): boolean {
  if (typeof assumed !== 'object') return assumed === seen;
  if ('oneOf' in assumed) return assumed.oneOf.includes(seen);
  return typeof seen === 'number' && ('atMost' in assumed ? seen <= assumed.atMost : seen >= assumed.atLeast);
}

export function showAssumed(assumed: Assumed): string {
  if (typeof assumed !== 'object') return String(assumed);
  if ('oneOf' in assumed) return assumed.oneOf.map(String).join(' or ');
  return 'atMost' in assumed ? `at most ${assumed.atMost}` : `at least ${assumed.atLeast}`;
}

/** The names of refusals, which stand after their status. */
export function namesIn(outcomes: readonly unknown[]): string[] {
  const named = outcomes.flatMap((outcome) => /^\d{3} ([a-z0-9]+(?:-[a-z0-9]+)*)$/.exec(String(outcome))?.[1] ?? []);
  return [...new Set(named)];
}

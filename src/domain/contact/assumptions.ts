// What the app takes for granted about GitHub, as data: the sandbox answers so, and `practicum doctor --live` asks the real one.
// A call that is refused is said as `STATUS NAME`, by the sandbox's table of refusals.
import type { Assumption } from './compare.ts';
import { repositoryAssumptions } from './repository-assumptions.ts';
import { resultAssumptions } from './result-assumptions.ts';

/** In the order in which they are tried. */
export const assumptions = { ...repositoryAssumptions, ...resultAssumptions } as const satisfies Record<
  string,
  Assumption
>;

export type Step = keyof typeof assumptions;
export const steps = Object.keys(assumptions) as Step[];

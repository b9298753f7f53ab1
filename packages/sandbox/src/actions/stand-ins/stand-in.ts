// What a built-in stand-in for a well-known action is given.
import type { StepContext } from '../workflow/job-types.ts';

/** `input` is empty text when neither given nor defaulted; `repository` and `ref` are those of the `uses:`. */
export type StandIn = (step: StepContext, input: (name: string) => string) => Promise<void>;

// Must fail with first.ts.
import type { First } from './first.ts';

export type Second = { first?: First };

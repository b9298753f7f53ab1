// Must fail: two files know each other, if only by their types.
import type { Second } from './second.ts';

export type First = { second?: Second };

// One hidden label and what was predicted for it.

/** An unanswered row has no prediction. */
export type Pair = { label: unknown; prediction?: unknown };

// Knows nothing.
export type Below = { depth: number };

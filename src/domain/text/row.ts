// A row of a table by its column names; the values are whatever the file held.

/** A row as JSON carries it; `row` is its key. Read own properties only: names such as `__proto__` are ordinary here. */
export type Row = { readonly [column: string]: unknown };

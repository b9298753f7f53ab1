// The text of a value that somebody else's file holds, where it is one: a map may have no way to become text, or a bad one.

/** Text, number or boolean as text; of anything else nothing. */
export function scalarText(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}

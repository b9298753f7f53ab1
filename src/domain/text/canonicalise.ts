// One text for a JSON value, so that equal values have equal digests.

/** The one spelling of a JSON value: keys sorted by code unit, no white space, numbers and texts as JSON.stringify (RFC 8785). */
export function canonicalise(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((item) => canonicalise(item ?? null)).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null';
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  entries.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonicalise(item)}`).join(',')}}`;
}

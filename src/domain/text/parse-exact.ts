// JSON whose whole numbers are kept to the last digit: one that is too large for a number becomes the text of its digits.

/** Throws like `JSON.parse`. A key of a row stays a number, so that one which is not exact is refused as such. */
export function parseExact(text: string): unknown {
  // Only then does it cost anything.
  if (!/\d{16}/.test(text)) return JSON.parse(text);
  // The third argument is newer than the types.
  const parse = JSON.parse as (text: string, revive: Revive) => unknown;
  return parse(text, (key, value, context) => {
    if (typeof value !== 'number' || Number.isSafeInteger(value) || key === 'row') return value;
    return context?.source !== undefined && /^-?\d+$/.test(context.source) ? context.source : value;
  });
}

type Revive = (key: string, value: unknown, context?: { source?: string }) => unknown;

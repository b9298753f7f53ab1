// JSON as Python's `json.dump` writes it: with NaN and Infinity, which the standard does not know, and perhaps a byte order mark.

/** A string without an end goes to the end of the text, so that its end is looked for once. Longest first, so that `-Infinity` is not taken for a minus sign and `Infinity`. */
const TOKEN = /"(?:[^"\\]|\\.)*"?|-Infinity|Infinity|NaN/g;
const MARK = '\u{F8FF}practicum:';
const NUMBERS: Record<string, number> = { NaN: Number.NaN, Infinity: Infinity, '-Infinity': -Infinity };

/** The value, in which NaN and the infinities are the numbers that they name. */
export function parsePythonJson(text: string): { value: unknown } | { unreadable: string } {
  const plain = text.replace(/^\uFEFF/, '');
  const marked = plain.replaceAll(TOKEN, (token) => (token in NUMBERS ? `"${MARK}${token}"` : token));
  try {
    return {
      value: JSON.parse(marked, (_, value: unknown) =>
        typeof value === 'string' && value.startsWith(MARK) ? NUMBERS[value.slice(MARK.length)] : value,
      ) as unknown,
    };
  } catch (error) {
    return { unreadable: error instanceof Error ? error.message : String(error) };
  }
}

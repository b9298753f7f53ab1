// What we store as JSON: text of others may hold what PostgreSQL has no place for.

/** An escape in JSON text as `JSON.stringify` writes it: of NUL, of half a surrogate pair, or any other. */
const escapes = /\\(u0000|u[dD][89a-fA-F][0-9a-fA-F]{2}|.)/g;

/** JSON that `jsonb` takes: NUL and halves of surrogate pairs become the replacement character. */
export function toJson(value: unknown): string {
  const text = stringify(value);
  if (text === undefined || !text.includes('\\u')) return text as string;
  return text.replace(escapes, (whole, what: string) => (what.length > 1 ? '\\ufffd' : whole));
}

/** The same for text by itself. */
export function toStorableText(text: string): string {
  return (text.includes('\0') ? text.replaceAll('\0', '\ufffd') : text).toWellFormed();
}

function stringify(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch (cause) {
    // Nested thousands deep: nothing that is meant to be read.
    throw Object.assign(new Error('it is nested too deeply to be stored', { cause }), {
      code: 'unstorable',
      permanent: true,
    });
  }
}

// Text of others that no database and no terminal has a place for: NUL, and halves of surrogate pairs.

/** An escape in JSON text as `JSON.stringify` writes it: of NUL, of half a surrogate pair, or any other. */
const escapes = /\\(u0000|u[dD][89a-fA-F][0-9a-fA-F]{2}|.)/g;

/** Text with the replacement character in their place. */
export function storableText(text: string): string {
  return (text.includes('\0') ? text.replaceAll('\0', '\ufffd') : text).toWellFormed();
}

/** JSON with the replacement character in their place, wherever in it they are. */
export function storableJson(json: string): string {
  if (!json.includes('\\u')) return json;
  return json.replace(escapes, (whole, what: string) => (what.length > 1 ? '\\ufffd' : whole));
}

/** True when a value has none of them, in its keys neither. A value that is nested too deeply to be told has. */
export function isStorable(value: unknown): boolean {
  try {
    const json = JSON.stringify(value) ?? '';
    return storableJson(json) === json;
  } catch {
    return false;
  }
}

/** One line of text without control characters, and whole as Unicode. */
export function isPrintable(text: string): boolean {
  // oxlint-disable-next-line no-control-regex -- these are what is looked for
  return text.isWellFormed() && !/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/.test(text);
}

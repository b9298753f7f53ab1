// Text that GitHub takes up to so many bytes, cut at a character and with a note that it was.

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** GitHub's limit for the summary and the text of a check run, and for the body of an issue, a comment or a pull request. */
export const mostTextBytes = 65_535;

/** Cut text, its note included, stays below `most` bytes. */
export function cutBytes(text: string, note: string, most = mostTextBytes): string {
  const bytes = encoder.encode(text);
  if (bytes.length <= most) return text;
  let end = Math.max(0, most - 1 - encoder.encode(note).length);
  // Not within a character: those bytes begin with 10.
  while (end > 0 && (bytes[end]! & 0xc0) === 0x80) end -= 1;
  return decoder.decode(bytes.subarray(0, end)) + note;
}

/** At most so many characters, none of them torn in two. */
export function cutCharacters(text: string, most: number): string {
  return text.length <= most ? text : text.slice(0, most).replace(/[\uD800-\uDBFF]$/, '');
}

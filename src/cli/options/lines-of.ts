// A file of lines, one value each.

/** Lines end with a line feed and nothing else; bytes that are not UTF-8 become a line that cannot be read as anything. */
export function* linesOf(bytes: Buffer): Generator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  for (let from = 0; from < bytes.length;) {
    const end = bytes.indexOf(0x0a, from);
    const line = bytes.subarray(from, end === -1 ? bytes.length : end);
    from = end === -1 ? bytes.length : end + 1;
    try {
      yield decoder.decode(line);
    } catch {
      yield '';
    }
  }
}

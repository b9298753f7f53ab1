// Which encoding a text has that is no UTF-8: Latin-1 has its signs one by one among letters of ASCII.

/** How many sequences of UTF-8 were seen, how many other bytes above ASCII, and how many of these in a row. */
export type Seen = { sequences: number; others: number; rows: number };

export function noneSeen(): Seen {
  return { sequences: 0, others: 0, rows: 0 };
}

export function addBytes(seen: Seen, bytes: Uint8Array): void {
  let last = -2;
  for (let at = 0; at < bytes.length; at++) {
    if (bytes[at]! < 128) continue;
    const length = sequenceAt(bytes, at);
    if (length > 0) {
      seen.sequences += 1;
      at += length - 1;
      continue;
    }
    seen.others += 1;
    if (last === at - 1) seen.rows += 1;
    last = at;
  }
}

/** `mixed`: some lines are UTF-8. `foreign`: whole words are no ASCII, as of Cyrillic or of East Asia. */
export function tellEncoding({ sequences, others, rows }: Seen): 'latin1' | 'mixed' | 'foreign' {
  if (rows * 3 > others) return 'foreign';
  return sequences > 0 ? 'mixed' : 'latin1';
}

export const encodingHints = {
  latin1: 'write `encoding: latin-1` below `dataset`, or convert the file',
  mixed: 'some of it is UTF-8: files were put together; convert each of them to UTF-8 first',
  foreign:
    'it is hardly Latin-1: convert it to UTF-8 from what it was saved as, such as Japanese by `iconv -f SHIFT_JIS -t UTF-8`',
} as const;

/** The bytes of the sequence of UTF-8 that begins here, or 0. */
function sequenceAt(bytes: Uint8Array, at: number): number {
  const first = bytes[at]!;
  const length = first >= 0xf0 && first < 0xf5 ? 4 : first >= 0xe0 ? 3 : first >= 0xc2 ? 2 : 0;
  if (first >= 0xf5) return 0;
  for (let next = 1; next < length; next++) {
    const byte = bytes[at + next];
    if (byte === undefined || byte < 0x80 || byte > 0xbf) return 0;
  }
  return length;
}

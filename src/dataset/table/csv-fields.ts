// The fields of one CSV record as positions in its bytes, so that what is not changed stays as it is.
const quote = 34;

/**
 * Writes start and end of each field (quotes included) into `spans`, as pairs, and returns the number of fields.
 * `end` is the end of the record's text, without its line break. Fields beyond the capacity of `spans` are only counted, and
 * no more than `most` are looked for.
 */
export function csvSpans(
  bytes: Uint8Array,
  start: number,
  end: number,
  delimiter: number,
  spans: Int32Array,
  most = Number.POSITIVE_INFINITY,
): number {
  let count = 0;
  let from = start;
  // Up to the first quote there is little to ask of a byte.
  const greatest = Math.max(delimiter, quote);
  for (let index = start; index < end; index++) {
    const byte = bytes[index]!;
    if (byte > greatest) continue;
    if (byte === quote) return quotedSpans(bytes, { from, end, count }, delimiter, spans, most);
    if (byte !== delimiter) continue;
    if (count * 2 + 1 < spans.length) {
      spans[count * 2] = from;
      spans[count * 2 + 1] = index;
    }
    count += 1;
    if (count === most) return count;
    from = index + 1;
  }
  if (count * 2 + 1 < spans.length) {
    spans[count * 2] = from;
    spans[count * 2 + 1] = end;
  }
  return count + 1;
}

/** The same from the field on that begins at `from`, with `count` before it. */
function quotedSpans(
  bytes: Uint8Array,
  { from: start, end, count: before }: { from: number; end: number; count: number },
  delimiter: number,
  spans: Int32Array,
  most: number,
): number {
  let count = before;
  let from = start;
  let inside = false;
  let closed = -2;
  for (let index = start; index <= end; index++) {
    const byte = index === end ? delimiter : bytes[index];
    if (byte === quote) {
      if (inside) {
        inside = false;
        closed = index;
      } else inside = index === from || index === closed + 1;
    } else if (byte === delimiter && (!inside || index === end)) {
      if (count * 2 + 1 < spans.length) {
        spans[count * 2] = from;
        spans[count * 2 + 1] = index;
      }
      count += 1;
      if (count === most) return count;
      from = index + 1;
    }
  }
  return count;
}

/** A field's text: surrounding quotes removed, doubled quotes halved. */
export function csvText(bytes: Buffer, start: number, end: number, encoding: 'utf8' | 'latin1'): string {
  if (start >= end) return '';
  if (bytes[start] !== quote) return bytes.toString(encoding, start, end);
  const last = end - 1 > start && bytes[end - 1] === quote ? end - 1 : end;
  const text = bytes.toString(encoding, start + 1, last);
  return text.includes('""') ? text.replaceAll('""', '"') : text;
}

/** How a new value is written: quoted where the old one was, or where it must be. */
export function csvLiteral(text: string, delimiter: number, quotedBefore: boolean): string {
  const must = text.includes('"') || text.includes('\n') || text.includes('\r');
  if (!quotedBefore && !must && !text.includes(String.fromCharCode(delimiter))) return text;
  return `"${text.replaceAll('"', '""')}"`;
}

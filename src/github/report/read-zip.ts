// The files of a small zip archive. Students make these archives: nothing in them is believed, and sizes are bounded.
import { inflateRawSync } from 'node:zlib';

const mostEntries = 1000;
const [local, central, end, locator, end64] = [0x04034b50, 0x02014b50, 0x06054b50, 0x07064b50, 0x06064b50];
const endBytes = 22;
/** A field that is too small for its number has this, and the number stands in an extra field. */
const elsewhere = 0xffffffff;

type Entry = { name: string; method: number; encrypted: boolean; packed: number; size: number; offset: number };

/**
 * Path → text of the files that are `wanted`, as far as `mostBytes` reach: one that does not fit is left out with all
 * that follow. Of a damaged archive, and of one with too many entries or with sizes that are not true, nothing is read.
 */
export function readZip(zip: Buffer, wanted: (path: string) => boolean, mostBytes: number): Map<string, string> {
  return new Map([...unzip(zip, wanted, mostBytes)].map(([path, data]) => [path, data.toString('utf8')]));
}

/** The same, as bytes. */
export function unzip(zip: Buffer, wanted: (path: string) => boolean, mostBytes: number): Map<string, Buffer> {
  const files = new Map<string, Buffer>();
  let left = mostBytes;
  try {
    for (const entry of listEntries(zip)) {
      if (!wanted(entry.name) || entry.encrypted || (entry.method !== 0 && entry.method !== 8)) continue;
      // A stored entry takes what it claims as packed, a packed one at most what it claims as unpacked.
      left -= Math.max(entry.packed, entry.size);
      if (left < 0) break;
      files.set(entry.name, contentOf(zip, entry));
    }
  } catch (error) {
    if (error instanceof RangeError || isDamage(error)) return new Map();
    throw error;
  }
  return files;
}

/** As the directory at the end of the archive has them. What reaches out of the archive is a RangeError. */
function* listEntries(zip: Buffer): Generator<Entry> {
  const mark = Buffer.alloc(4);
  mark.writeUInt32LE(end);
  const last = zip.lastIndexOf(mark, zip.length - endBytes);
  if (last === -1) throw new RangeError('no end of a directory');
  let { count, at } = { count: zip.readUInt16LE(last + 10), at: zip.readUInt32LE(last + 16) };
  if ((count === 0xffff || at === elsewhere) && last >= 20 && zip.readUInt32LE(last - 20) === locator) {
    const large = Number(zip.readBigUInt64LE(last - 12));
    if (zip.readUInt32LE(large) !== end64) throw new RangeError('no end of a large directory');
    count = Number(zip.readBigUInt64LE(large + 32));
    at = Number(zip.readBigUInt64LE(large + 48));
  }
  if (count > mostEntries) throw new RangeError('too many entries');
  for (let index = 0; index < count; index++) {
    if (zip.readUInt32LE(at) !== central) throw new RangeError('no entry of a directory');
    const flags = zip.readUInt16LE(at + 8);
    const [nameBytes, extraBytes, noteBytes] = [28, 30, 32].map((field) => zip.readUInt16LE(at + field)) as [
      number,
      number,
      number,
    ];
    const afterName = at + 46 + nameBytes;
    const sizes = [24, 20, 42].map((field) => zip.readUInt32LE(at + field));
    const [size, packed, offset] = enlarged(sizes, zip.subarray(afterName, afterName + extraBytes));
    yield {
      name: zip.toString((flags & 2048) === 0 ? 'latin1' : 'utf8', at + 46, afterName),
      method: zip.readUInt16LE(at + 10),
      encrypted: (flags & 1) === 1,
      packed: packed!,
      size: size!,
      offset: offset!,
    };
    at = afterName + extraBytes + noteBytes;
  }
}

/** Those that do not fit into their fields stand in the extra field of kind 1, in this order. */
function enlarged(fields: readonly number[], extra: Buffer): number[] {
  if (!fields.includes(elsewhere)) return [...fields];
  let at = 0;
  while (extra.readUInt16LE(at) !== 1) at += 4 + extra.readUInt16LE(at + 2);
  at += 4;
  return fields.map((field) => {
    if (field !== elsewhere) return field;
    at += 8;
    return Number(extra.readBigUInt64LE(at - 8));
  });
}

/** No more than the entry says is ever unpacked. */
function contentOf(zip: Buffer, { method, packed, size, offset }: Entry): Buffer {
  if (zip.readUInt32LE(offset) !== local) throw new RangeError('no entry there');
  const from = offset + 30 + zip.readUInt16LE(offset + 26) + zip.readUInt16LE(offset + 28);
  if (from + packed > zip.length) throw new RangeError('an entry goes on behind the end');
  const bytes = zip.subarray(from, from + packed);
  if (method === 0) return Buffer.from(bytes);
  const content = inflateRawSync(bytes, { maxOutputLength: Math.max(1, size) });
  if (content.length !== size) throw new RangeError('an entry is not as large as it says');
  return content;
}

/** What the decoder says of what it cannot read, or of more than there may be. */
function isDamage(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return /^(?:Z_|ERR_BUFFER_TOO_LARGE)/.test(code);
}

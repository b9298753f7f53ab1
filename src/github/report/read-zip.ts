// The text files of a small zip archive. Students make these archives: nothing in them is believed, and sizes are bounded.
import { inflateRawSync } from 'node:zlib';

const CENTRAL = 0x02014b50;
const END = Buffer.from('504b0506', 'hex');
const MOST_ENTRIES = 1000;

/** Path → text of the files that are `wanted`, as far as `mostBytes` reach. What is damaged ends it: the rest is left out. */
export function readZip(zip: Buffer, wanted: (path: string) => boolean, mostBytes: number): Map<string, string> {
  const files = new Map<string, string>();
  try {
    let left = mostBytes;
    for (const { path, method, packed } of listEntries(zip)) {
      if (!wanted(path) || (method !== 0 && method !== 8)) continue;
      if (left <= 0) break;
      const data = method === 0 ? packed.subarray(0, left) : inflateRawSync(packed, { maxOutputLength: left });
      left -= data.length;
      files.set(path, data.toString('utf8'));
    }
  } catch (error) {
    if (!(error instanceof RangeError) && !isZlib(error)) throw error;
  }
  return files;
}

type Entry = { path: string; method: number; packed: Buffer };

/** Entries in the order of the directory at the end. Reading beyond the archive throws a RangeError. */
function* listEntries(zip: Buffer): Generator<Entry> {
  const end = zip.lastIndexOf(END);
  if (end === -1) return;
  let at = zip.readUInt32LE(end + 16);
  const count = Math.min(zip.readUInt16LE(end + 10), MOST_ENTRIES);
  for (let index = 0; index < count && zip.readUInt32LE(at) === CENTRAL; index++) {
    const nameLength = zip.readUInt16LE(at + 28);
    const local = zip.readUInt32LE(at + 42);
    const start = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
    yield {
      path: zip.toString('utf8', at + 46, at + 46 + nameLength),
      method: zip.readUInt16LE(at + 10),
      packed: zip.subarray(start, start + zip.readUInt32LE(at + 20)),
    };
    at += 46 + nameLength + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
  }
}

function isZlib(error: unknown): boolean {
  const code = (error as { code?: unknown }).code;
  return typeof code === 'string' && (code.startsWith('Z_') || code === 'ERR_BUFFER_TOO_LARGE');
}

// The text files of a small zip archive. Students make these archives: nothing in them is believed, and sizes are bounded.
import { unzipSync, type UnzipFileInfo } from 'fflate';

const mostEntries = 1000;

/**
 * Path → text of the files that are `wanted`, as far as `mostBytes` reach: one that does not fit is left out with all
 * that follow. Of a damaged archive, and of one with too many entries, nothing is read.
 */
export function readZip(zip: Buffer, wanted: (path: string) => boolean, mostBytes: number): Map<string, string> {
  return new Map([...unzip(zip, wanted, mostBytes)].map(([path, data]) => [path, data.toString('utf8')]));
}

/** The same, as bytes. */
export function unzip(zip: Buffer, wanted: (path: string) => boolean, mostBytes: number): Map<string, Buffer> {
  let left = mostBytes;
  let entries = 0;
  const filter = ({ name, size, originalSize, compression }: UnzipFileInfo): boolean => {
    if (++entries > mostEntries) throw new RangeError('too many entries');
    if (!wanted(name) || (compression !== 0 && compression !== 8)) return false;
    // A stored entry takes what it claims as packed, a packed one at most what it claims as unpacked.
    left -= Math.max(size, originalSize);
    return left >= 0;
  };
  try {
    const files = Object.entries(unzipSync(zip, { filter }));
    return new Map(files.map(([path, data]) => [path, Buffer.from(data)]));
  } catch (error) {
    if (error instanceof RangeError || isDamage(error)) return new Map();
    throw error;
  }
}

/** Errors of the reader have numbers as codes. */
function isDamage(error: unknown): boolean {
  return error instanceof Error && typeof (error as { code?: unknown }).code === 'number';
}

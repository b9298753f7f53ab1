// A tar archive with the same bytes in every run: for carriers that move a slice and the files it names as one file.
import { createReadStream, createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import type { SliceFile } from '../../ports/slices.ts';

const block = 512;
/** Longer names, and larger sizes than eleven octal digits say, need a record of their own before the entry. */
const longestName = 100;
const largestSize = 8 ** 11;

/** Entries in the order given, without owner or time. */
export async function writeArchive(files: readonly SliceFile[], to: string): Promise<void> {
  await pipeline(entriesOf(files), createWriteStream(to));
}

async function* entriesOf(files: readonly SliceFile[]): AsyncGenerator<Buffer> {
  for (const file of files) {
    const { path, from, bytes, executable } = file;
    const name = Buffer.from(path);
    const extended = [
      ...(name.length > longestName ? [paxRecord('path', path)] : []),
      ...(bytes >= largestSize ? [paxRecord('size', String(bytes))] : []),
    ];
    if (extended.length > 0) {
      const records = Buffer.concat(extended);
      yield header(Buffer.from('PaxHeader'), records.length, 0o644, 'x');
      yield padded(records);
    }
    yield header(name.subarray(0, longestName), bytes >= largestSize ? 0 : bytes, executable ? 0o755 : 0o644, '0');
    for await (const chunk of createReadStream(from, { highWaterMark: 1 << 18 })) yield chunk as Buffer;
    yield Buffer.alloc(-bytes & (block - 1));
  }
  yield Buffer.alloc(2 * block);
}

/** POSIX ustar. */
function header(name: Buffer, size: number, mode: number, type: string): Buffer {
  const bytes = Buffer.alloc(block);
  name.copy(bytes, 0);
  bytes.write(octal(mode, 7), 100);
  bytes.write(octal(0, 7), 108);
  bytes.write(octal(0, 7), 116);
  bytes.write(octal(size, 11), 124);
  bytes.write(octal(0, 11), 136);
  bytes.write(' '.repeat(8), 148);
  bytes.write(type, 156);
  bytes.write('ustar\u000000', 257);
  const sum = bytes.reduce((total, byte) => total + byte, 0);
  bytes.write(`${octal(sum, 6)}\0 `, 148);
  return bytes;
}

function octal(value: number, digits: number): string {
  return value.toString(8).padStart(digits, '0');
}

/** `length key=value\n`, where the length counts itself. */
function paxRecord(key: string, value: string): Buffer {
  const rest = Buffer.from(` ${key}=${value}\n`);
  let length = rest.length + 1;
  while (String(length).length + rest.length !== length) length = String(length).length + rest.length;
  return Buffer.concat([Buffer.from(String(length)), rest]);
}

function padded(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, Buffer.alloc(-bytes.length & (block - 1))]);
}

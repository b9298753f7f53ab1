// The beginning of a file, enough to tell what it is.
import { open } from 'node:fs/promises';
import { roomFor } from '../work/room-for.ts';

const longestHead = 1 << 16;

export async function readSome(path: string): Promise<Buffer> {
  const file = await open(path, 'r');
  try {
    const buffer = Buffer.alloc(await roomFor(file, longestHead));
    const { bytesRead } = await file.read(buffer, 0, buffer.length, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

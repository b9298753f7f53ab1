// How large a buffer is worth having for a file: one of a megabyte for each of many small files keeps the collector busy.
import type { FileHandle } from 'node:fs/promises';

const least = 4096;

/** No more than the file has, and one byte in which its end shows. What has no size is read in small parts. */
export async function roomFor(file: FileHandle, most: number): Promise<number> {
  const { size } = await file.stat();
  return Math.min(most, Math.max(least, size + 1));
}

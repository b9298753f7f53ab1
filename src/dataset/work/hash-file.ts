// Size and digests of a file, read once in bounded memory.
import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { DatasetError } from './dataset-error.ts';
import { roomFor } from './room-for.ts';

export type FileDigest = { bytes: number; sha256: string };

export async function hashFile(path: string): Promise<FileDigest> {
  const sha256 = createHash('sha256');
  let bytes = 0;
  for await (const chunk of chunksOf(path)) {
    sha256.update(chunk);
    bytes += chunk.length;
  }
  return { bytes, sha256: sha256.digest('hex') };
}

async function* chunksOf(path: string): AsyncGenerator<Buffer> {
  try {
    const file = await open(path);
    // The stream closes the file.
    yield* file.createReadStream({ highWaterMark: await roomFor(file, 1 << 20) }) as AsyncIterable<Buffer>;
  } catch (cause) {
    throw new DatasetError('source_missing', `${path} cannot be read`, cause);
  }
}

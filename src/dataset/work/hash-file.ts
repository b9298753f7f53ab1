// Size and digests of a file, read once in bounded memory.
import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { DatasetError } from './dataset-error.ts';

export type FileDigest = { bytes: number; sha256: string };

/** At once, into the same buffer: new ones would be most of the garbage that a process makes. */
const mostAtOnce = 1 << 20;

export async function hashFile(path: string): Promise<FileDigest> {
  const sha256 = createHash('sha256');
  let bytes = 0;
  const file = await open(path).catch((cause: unknown) => {
    throw unreadable(path, cause);
  });
  try {
    const { size } = await file.stat();
    // Of a size that is not known, as that of a pipe, it is 0.
    const chunk = Buffer.allocUnsafe(Math.min(mostAtOnce, size || mostAtOnce));
    for (;;) {
      const { bytesRead } = await file.read(chunk, 0, chunk.length);
      if (bytesRead === 0) break;
      sha256.update(chunk.subarray(0, bytesRead));
      bytes += bytesRead;
    }
  } catch (cause) {
    throw unreadable(path, cause);
  } finally {
    await file.close();
  }
  return { bytes, sha256: sha256.digest('hex') };
}

function unreadable(path: string, cause: unknown): DatasetError {
  return new DatasetError('source_missing', `${path} cannot be read`, cause);
}

// Size and digests of a file, read once in bounded memory.
import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { DatasetError } from './dataset-error.ts';
import { roomFor } from './room-for.ts';

export type FileDigest = { bytes: number; sha256: string };

/** Read into one buffer again and again: new ones would be most of the garbage that a process makes. */
const mostBytes = 1 << 20;

export async function hashFile(path: string): Promise<FileDigest> {
  const sha256 = createHash('sha256');
  let bytes = 0;
  const file = await open(path).catch((cause: unknown) => {
    throw unreadable(path, cause);
  });
  try {
    const chunk = Buffer.allocUnsafeSlow(await roomFor(file, mostBytes));
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

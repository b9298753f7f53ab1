// The digest of a source: of a file its SHA-256, of a folder that of a list of its files' digests and paths.
import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { DatasetError } from '../work/dataset-error.ts';
import { type FileDigest, hashFile } from '../work/hash-file.ts';
import { filesBelow } from './list-folder.ts';

export async function digestSource(path: string): Promise<FileDigest> {
  if (!(await statOf(path)).isDirectory()) return hashFile(path);
  const list = createHash('sha256');
  let bytes = 0;
  for (const file of await filesBelow(path)) {
    const digest = await hashFile(join(path, file));
    list.update(`${digest.sha256}  ${file}\n`);
    bytes += digest.bytes;
  }
  return { bytes, sha256: list.digest('hex') };
}

/** Changes whenever a file of the source is replaced or written to; much cheaper than the digest. */
export async function stampSource(path: string): Promise<string> {
  const info = await statOf(path);
  if (!info.isDirectory()) return stampOf(info);
  const files = await filesBelow(path);
  const stamps = await Promise.all(files.map(async (file) => `${file} ${stampOf(await statOf(join(path, file)))}`));
  return stamps.join('\n');
}

async function statOf(path: string): ReturnType<typeof stat> {
  return stat(path).catch((cause: unknown) => {
    throw new DatasetError('source_missing', `${path} cannot be read`, cause);
  });
}

function stampOf(info: Awaited<ReturnType<typeof stat>>): string {
  return `${info.ino}:${info.size}:${info.mtimeMs}:${info.ctimeMs}`;
}

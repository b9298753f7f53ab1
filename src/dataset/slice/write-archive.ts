// A tar archive with the same bytes in every run: for carriers that move a slice and the files it names as one file.
import { createReadStream, createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { pack } from 'tar-stream';
import type { SliceFile } from '../../ports/slices.ts';

const anyTime = new Date(0);

/** Entries in the order given, without owner or time. */
export async function writeArchive(files: readonly SliceFile[], to: string): Promise<void> {
  const archive = pack();
  const written = pipeline(archive, createWriteStream(to));
  const filled = fill(archive, files).catch((error: unknown) => archive.destroy(error as Error));
  await Promise.all([written, filled]);
}

async function fill(archive: ReturnType<typeof pack>, files: readonly SliceFile[]): Promise<void> {
  for (const { path, from, bytes, executable } of files) {
    const entry = archive.entry({ name: path, size: bytes, mode: executable ? 0o755 : 0o644, mtime: anyTime });
    await pipeline(createReadStream(from, { highWaterMark: 1 << 18 }), entry);
  }
  archive.finalize();
}

// The file of an archive: a tar whose last entry says what the others are, written and read as a stream.
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { extract, pack, type Pack } from 'tar-stream';
import { manifestPath, type ArchivedFile, type ArchiveManifest } from '../../domain/term/archive.ts';
import type { ArchiveSink } from '../../flows/ledger/archive-term.ts';

/** `fill` gives all but the list of files. The file is there when all of it is, or not at all. Returns the digest of its manifest. */
export async function writeArchive(
  path: string,
  fill: (sink: ArchiveSink) => Promise<Omit<ArchiveManifest, 'files'>>,
): Promise<{ manifest: ArchiveManifest; digest: string }> {
  const scratch = await mkdtemp(join(dirname(path), '.practicum-archive-'));
  const archive = pack();
  const written = pipeline(archive, createWriteStream(path, { mode: 0o600, flags: 'wx' }));
  try {
    const filled = addAll(archive, join(scratch, 'part'), fill).catch((error: unknown) => {
      archive.destroy(error as Error);
      throw error;
    });
    const [result] = await Promise.all([filled, written]);
    return result;
  } catch (error) {
    await written.catch(() => undefined);
    if ((error as { code?: unknown }).code !== 'EEXIST') await rm(path, { force: true });
    throw error;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function addAll(
  archive: Pack,
  part: string,
  fill: (sink: ArchiveSink) => Promise<Omit<ArchiveManifest, 'files'>>,
): Promise<{ manifest: ArchiveManifest; digest: string }> {
  const files: ArchivedFile[] = [];
  const take = async (name: string): Promise<void> => {
    const { size } = await stat(part);
    const hash = createHash('sha256');
    const entry = archive.entry({ name, size, mode: 0o600, mtime: new Date(0) });
    await pipeline(
      createReadStream(part),
      async function* (chunks: AsyncIterable<Buffer>) {
        for await (const chunk of chunks) {
          hash.update(chunk);
          yield chunk;
        }
      },
      entry,
    );
    files.push({ path: name, bytes: size, sha256: hash.digest('hex') });
    await rm(part);
  };
  const about = await fill({
    async text(name, chunks) {
      await pipeline(Readable.from(chunks), createWriteStream(part));
      await take(name);
    },
    async file(name, write, isThere) {
      const result = await write(part);
      if (isThere(result)) await take(name);
      return result;
    },
  });
  const manifest = { ...about, files: [...files] };
  const text = `${JSON.stringify(manifest, undefined, 2)}\n`;
  await writeFile(part, text);
  await take(manifestPath);
  archive.finalize();
  return { manifest, digest: createHash('sha256').update(text).digest('hex') };
}

export type ReadArchive = { files: ArchivedFile[]; kept: Map<string, Buffer> };

/** Digests of all entries, and the bytes of those that are named. */
export async function readArchive(path: string, keep: readonly string[]): Promise<ReadArchive> {
  const files: ArchivedFile[] = [];
  const kept = new Map<string, Buffer>();
  const reading = extract();
  const read = async (): Promise<void> => {
    for await (const entry of reading) {
      const { name } = entry.header;
      const hash = createHash('sha256');
      const chunks: Buffer[] = [];
      let bytes = 0;
      for await (const chunk of entry as AsyncIterable<Buffer>) {
        hash.update(chunk);
        bytes += chunk.length;
        if (keep.includes(name)) chunks.push(chunk);
      }
      files.push({ path: name, bytes, sha256: hash.digest('hex') });
      if (keep.includes(name)) kept.set(name, Buffer.concat(chunks));
    }
  };
  await Promise.all([pipeline(createReadStream(path), reading), read()]);
  return { files, kept };
}

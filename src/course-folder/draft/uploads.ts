// Files from people's browsers: in a folder of our own, under names of chance, bounded in size, number and age.
import { randomBytes } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { copyFile, mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { detectFormat } from '../../dataset/source/detect-format.ts';
import { unpacker } from '../../dataset/source/unpack-limit.ts';
import { Failure } from '../../domain/text/failure.ts';
import type { Upload } from '../../ports/drafts.ts';

export const mostUploadBytes = 16 * 2 ** 20;
const mostUnpackedBytes = 4 * mostUploadBytes;
const mostUploads = 20;
const longestMs = 12 * 3_600_000;
/** No upload is called so. */
const copyFolder = '.copy';

export type Uploads = {
  keep: (organisation: string, name: string, chunks: AsyncIterable<Uint8Array>) => Promise<Upload>;
  find: (organisation: string, id: string) => Promise<Upload | undefined>;
  /** Where it is, as it came; throws `upload-refused` where it is not any more. */
  path: (organisation: string, id: string) => Promise<string>;
  /** Keeps the copy that is read in its place. */
  keepCopy: (organisation: string, id: string, copy: string) => Promise<void>;
  /** Where that copy is, or it itself. */
  readable: (organisation: string, id: string) => Promise<string>;
  bytes: (organisation: string, id: string) => Promise<Buffer>;
};

export function openUploads(home: string): Uploads {
  const folderOf = (organisation: string): string => join(home, encodeURIComponent(organisation.toLowerCase()));
  const locate = async (organisation: string, id: string): Promise<(Upload & { path: string }) | undefined> => {
    if (!/^[\w-]{22}$/.test(id)) return undefined;
    const folder = join(folderOf(organisation), id);
    const name = (await readdir(folder).catch(() => [])).find((entry) => entry !== copyFolder);
    if (name === undefined) return undefined;
    const path = join(folder, name);
    return { id, name, path, bytes: (await stat(path)).size };
  };
  const path: Uploads['path'] = async (organisation, id) => {
    const found = await locate(organisation, id);
    if (!found) throw new Failure('upload-refused', 'the uploaded file is not here any more: upload it again');
    return found.path;
  };
  const readable: Uploads['readable'] = async (organisation, id) => {
    const given = await path(organisation, id);
    const folder = join(dirname(given), copyFolder);
    const [name] = await readdir(folder).catch(() => []);
    return name === undefined ? given : join(folder, name);
  };
  return {
    path,
    readable,
    async keepCopy(organisation, id, copy) {
      const folder = join(dirname(await path(organisation, id)), copyFolder);
      await rm(folder, { recursive: true, force: true });
      await mkdir(folder, { mode: 0o700 });
      await copyFile(copy, join(folder, basename(copy)));
    },
    async find(organisation, id) {
      const found = await locate(organisation, id);
      return found && { id: found.id, name: found.name, bytes: found.bytes };
    },
    bytes: async (organisation, id) => readFile(await readable(organisation, id)),
    async keep(organisation, given, chunks) {
      const folder = folderOf(organisation);
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await forgetOld(folder);
      const id = randomBytes(16).toString('base64url');
      const part = join(folder, `.${id}`);
      const name = plainName(given);
      try {
        await pipeline(bounded(chunks), createWriteStream(part, { mode: 0o600, flags: 'wx' }));
        await refuseLarge(part);
        await mkdir(join(folder, id), { mode: 0o700 });
        await rename(part, join(folder, id, name));
      } catch (error) {
        await rm(part, { force: true });
        throw error;
      }
      return { id, name, bytes: (await stat(join(folder, id, name))).size };
    },
  };
}

async function* bounded(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for await (const chunk of chunks) {
    bytes += chunk.length;
    if (bytes > mostUploadBytes)
      throw new Failure(
        'upload-too-large',
        `the file has more than ${mostUploadBytes / 2 ** 20} MB: put it into the course repository by git, or name an address`,
      );
    yield chunk;
  }
  if (bytes === 0) throw new Failure('upload-refused', 'the file is empty');
}

/** A few kilobytes may unpack to more than the whole preview can look at. */
async function refuseLarge(path: string): Promise<void> {
  const { packed } = await detectFormat(path, 'data').catch(() => ({ packed: undefined }));
  if (packed === undefined) return;
  let bytes = 0;
  const count = async (unpacked: AsyncIterable<Uint8Array>): Promise<void> => {
    for await (const { length } of unpacked) {
      bytes += length;
      if (bytes > mostUnpackedBytes)
        throw new Failure(
          'upload-too-large',
          `the file unpacks to more than ${mostUnpackedBytes / 2 ** 20} MB: put it into the course repository by git, or name an address`,
        );
    }
  };
  await pipeline(createReadStream(path), unpacker(packed), count).catch((error: unknown) => {
    if (error instanceof Failure) throw error;
    throw new Failure('upload-refused', 'the file cannot be unpacked: it is damaged, or not whole', { cause: error });
  });
}

/** As `practicum new` names the copy: no folders, nothing that a shell or a path could take for more than letters. */
function plainName(given: string): string {
  const bare = basename(given.replaceAll('\\', '/').replaceAll('%22', ''))
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[^\w.-]+/g, '-')
    .replace(/^[.-]+/, '')
    .slice(-80);
  return /[A-Za-z0-9]/.test(bare) ? bare : 'data.csv';
}

/** Those of half a day ago, and of the others the oldest, so that there is room for one more. */
async function forgetOld(folder: string): Promise<void> {
  const names = await readdir(folder);
  const aged = await Promise.all(
    names.map(async (name) => ({
      name,
      at: await stat(join(folder, name)).then(
        ({ mtimeMs }) => mtimeMs,
        () => 0,
      ),
    })),
  );
  const newestFirst = aged.toSorted((a, b) => b.at - a.at);
  const limit = Date.now() - longestMs;
  const old = newestFirst.filter(({ at }, index) => at < limit || index >= mostUploads - 1);
  for (const { name } of old) await rm(join(folder, name), { recursive: true, force: true });
}

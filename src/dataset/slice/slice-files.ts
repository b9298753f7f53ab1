// The files that slices of folders name, and the archives of them: found and made once for a whole course.
import { createHash, randomUUID } from 'node:crypto';
import { rename, rm } from 'node:fs/promises';
import type { SliceArchive, SliceFile } from '../../ports/slices.ts';
import { stampSource } from '../source/digest-source.ts';
import { hashFile } from '../work/hash-file.ts';
import { filesOfSlice } from '../source/list-folder.ts';
import type { Encoding } from '../table/open-table.ts';
import { writeArchive } from './write-archive.ts';

const mostKept = 32;

export class SliceFiles {
  readonly #lists = new Map<string, Promise<SliceFile[]>>();
  readonly #archives = new Map<string, Promise<SliceArchive>>();
  readonly #digests = new Map<string, { stamp: string; archive: SliceArchive }>();

  namedBy(slice: string, folder: string, encoding?: Encoding): Promise<SliceFile[]> {
    const key = `${slice} ${folder}`;
    const known = this.#lists.get(key) ?? filesOfSlice(slice, folder, encoding);
    this.#lists.delete(key);
    this.#lists.set(key, known);
    known.catch(() => this.#lists.delete(key));
    if (this.#lists.size > mostKept) this.#lists.delete(this.#lists.keys().next().value!);
    return known;
  }

  /** Beside the first file, which is the slice. Made when it is first asked for; the same bytes whoever makes it. */
  archive(files: readonly [SliceFile, ...SliceFile[]]): Promise<SliceArchive> {
    const [{ path, from }] = files;
    const to = `${from}.${createHash('sha256').update(path).digest('hex').slice(0, 8)}.tar`;
    const running = this.#archives.get(to) ?? this.#made(to, files);
    this.#archives.set(to, running);
    return running.finally(() => this.#archives.delete(to));
  }

  async #made(to: string, files: readonly SliceFile[]): Promise<SliceArchive> {
    const stamp = await stampSource(to).catch(() => undefined);
    const known = this.#digests.get(to);
    if (known && known.stamp === stamp) return known.archive;
    // One that this process has not seen may be another's, or a damaged one: it is rebuilt, not trusted.
    const part = `${to}.${randomUUID()}`;
    try {
      await writeArchive(files, part);
      const archive = { path: to, ...(await hashFile(part)) };
      await rename(part, to);
      this.#digests.set(to, { stamp: await stampSource(to), archive });
      return archive;
    } finally {
      await rm(part, { force: true });
    }
  }
}

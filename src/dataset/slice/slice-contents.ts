// The bytes of a slice and of the files that it names, by the paths at which a repository gets them.
import { readFile } from 'node:fs/promises';
import { posix } from 'node:path';
import type { Slice, SliceContent } from '../../ports/slices.ts';
import { pathFault } from '../../domain/text/repository-path.ts';

/** Undefined where they are more than so many bytes, or would be put where nothing may be put. */
export async function sliceContents(path: string, slice: Slice, most: number): Promise<SliceContent[] | undefined> {
  const beside = (slice.files ?? []).map((file) => ({
    ...file,
    path: posix.join(posix.dirname(path), file.path),
  }));
  const all = [{ path, from: slice.path, bytes: slice.bytes, executable: false }, ...beside];
  if (all.reduce((sum, { bytes }) => sum + bytes, 0) > most) return undefined;
  if (all.some((file) => pathFault(file.path) !== undefined)) return undefined;
  const contents: SliceContent[] = [];
  for (const file of all)
    contents.push({ path: file.path, content: await readFile(file.from), executable: file.executable === true });
  return contents;
}

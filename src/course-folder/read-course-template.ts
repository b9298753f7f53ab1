// templates/course as an organisation starts from it: everything but the people of the example.
import { readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';

const folder = join(import.meta.dirname, '../../templates/course');

/** Without its example roster: merged as it is, it would invite strangers. */
export async function courseTemplate(): Promise<{ path: string; contents: Buffer }[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'));
  return Promise.all(
    paths.toSorted().map(async (path) => {
      const contents = await readFile(join(folder, path));
      return { path, contents: path === 'roster.csv' ? firstLine(contents) : contents };
    }),
  );
}

function firstLine(contents: Buffer): Buffer {
  return contents.subarray(0, contents.indexOf('\n') + 1);
}

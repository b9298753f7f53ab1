// The templates as an organisation starts from them: the course without the people of the example, and the student's project.
import { readdir, readFile, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';

const templates = join(import.meta.dirname, '../../templates');
/** What a try on this machine leaves behind, and no repository begins with. */
const leftOver = /(^|\/)(__pycache__|\.venv|\.[a-z]+_cache|node_modules|\.practicum|\.git)\//;

type File = { path: string; contents: Buffer };

/** Without its example roster: merged as it is, it would invite strangers. */
export async function courseTemplate(): Promise<File[]> {
  const files = await readFolder(join(templates, 'course'));
  return files.map(({ path, contents }) => ({
    path,
    contents: path === 'roster.csv' ? firstLine(contents) : contents,
  }));
}

/** What every student starts from. */
export function studentTemplate(): Promise<(File & { executable?: boolean })[]> {
  return readFolder(join(templates, 'student'));
}

async function readFolder(folder: string): Promise<(File & { executable?: boolean })[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter((path) => !leftOver.test(path));
  return Promise.all(
    paths.toSorted().map(async (path) => {
      const file = join(folder, path);
      const [contents, { mode }] = await Promise.all([readFile(file), stat(file)]);
      return { path, contents, ...((mode & 0o111) === 0 ? {} : { executable: true }) };
    }),
  );
}

function firstLine(contents: Buffer): Buffer {
  return contents.subarray(0, contents.indexOf('\n') + 1);
}

// A course with some files laid over it, for one look: its other files are the same bytes on disk, by hard links.
import { constants } from 'node:fs';
import { copyFile, link, mkdir, mkdtemp, readdir, readlink, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Nothing is ever written through a link: what is laid over takes its place. */
export async function withTree<T>(
  home: string,
  directory: string,
  lay: { texts: ReadonlyMap<string, string>; files?: ReadonlyMap<string, string> },
  work: (tree: string) => Promise<T>,
): Promise<T> {
  await mkdir(home, { recursive: true, mode: 0o700 });
  await forgetLeft(home);
  const tree = await mkdtemp(join(home, 'tree-'));
  try {
    await copyTree(directory, tree);
    for (const [path, text] of lay.texts) await replace(join(tree, path), (at) => writeFile(at, text));
    for (const [path, from] of lay.files ?? []) await replace(join(tree, path), (at) => same(from, at));
    return await work(tree);
  } finally {
    await rm(tree, { recursive: true, force: true });
  }
}

const longestLook = 3_600_000;

/** What a killed process left behind. */
async function forgetLeft(home: string): Promise<void> {
  for (const name of await readdir(home)) {
    const at = await stat(join(home, name)).then(
      ({ mtimeMs }) => mtimeMs,
      () => Number.POSITIVE_INFINITY,
    );
    if (at < Date.now() - longestLook) await rm(join(home, name), { recursive: true, force: true });
  }
}

async function replace(at: string, write: (at: string) => Promise<void>): Promise<void> {
  await mkdir(dirname(at), { recursive: true });
  await rm(at, { force: true });
  await write(at);
}

async function copyTree(from: string, to: string): Promise<void> {
  for (const entry of await readdir(from, { withFileTypes: true })) {
    if (entry.name === '.git') continue;
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) {
      await mkdir(target);
      await copyTree(source, target);
    } else if (entry.isFile()) await same(source, target);
    else if (entry.isSymbolicLink() && (await isFile(source))) await symlink(await readlink(source), target);
  }
}

/** Another file system has no link to this one. */
async function same(from: string, to: string): Promise<void> {
  await link(from, to).catch(() => copyFile(from, to, constants.COPYFILE_FICLONE));
}

/** Of links to folders there are none here: whatever is laid over stays inside. */
async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}

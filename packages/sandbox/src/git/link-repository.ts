// A working copy of a bare repository on the same disk: made by its files alone, its objects stay where they are.
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

export type Link = {
  /** Of the bare repository. */
  directory: string;
  /** References of the copy, by their full names. */
  refs: Readonly<Record<string, string>>;
  /** The branch that HEAD names. */
  branch: string;
  /** More of `.git/config`. */
  config: string;
  /** The only commit that the copy knows of; without it, all of them. */
  shallow?: string;
};

/** Nothing is checked out yet: that is one call of git. */
export async function linkRepository(folder: string, link: Link): Promise<void> {
  const core = '[core]\n\trepositoryformatversion = 0\n\tfilemode = true\n\tbare = false\n';
  const files: [string, string][] = [
    ['HEAD', `ref: refs/heads/${link.branch}\n`],
    ['config', `${core}${link.config}`],
    ['objects/info/alternates', `${join(link.directory, 'objects')}\n`],
    ...Object.entries(link.refs).map(([name, oid]): [string, string] => [name, `${oid}\n`]),
    ...(link.shallow === undefined ? [] : [['shallow', `${link.shallow}\n`] as [string, string]]),
  ];
  await mkdir(join(folder, '.git/refs/heads'), { recursive: true });
  for (const [path, text] of files) {
    await mkdir(dirname(join(folder, '.git', path)), { recursive: true });
    await writeFile(join(folder, '.git', path), text);
  }
}

// Copies a tree with everything below it from one repository into another.
import { existsSync } from 'node:fs';
import { link, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { GitRepository } from './store.ts';

const place = (git: GitRepository, oid: string) => join(git.directory, 'objects', oid.slice(0, 2), oid.slice(2));

/** Loose objects never change, so a hard link is a copy; packed ones are rewritten. */
async function copyObject(from: GitRepository, to: GitRepository, oid: string): Promise<void> {
  const target = place(to, oid);
  if (existsSync(target)) return;
  if (existsSync(place(from, oid))) {
    await mkdir(dirname(target), { recursive: true });
    try {
      await link(place(from, oid), target);
      return;
    } catch {
      // Another file system, or somebody was faster: written below.
    }
  }
  const object = await from.object(oid);
  if (object) await to.write(object.type, object.content);
}

export async function copyTree(from: GitRepository, to: GitRepository, tree: string): Promise<void> {
  for (const entry of (await from.tree(tree)) ?? []) {
    if (entry.mode === '040000') await copyTree(from, to, entry.oid);
    else if (entry.mode !== '160000') await copyObject(from, to, entry.oid);
  }
  await copyObject(from, to, tree);
}

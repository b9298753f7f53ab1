// Git objects on disk: writes them loose without starting git, reads them loose or through cat-file.
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { deflateSync, inflateSync } from 'node:zlib';
import type { CatFiles, GitObject } from './cat-file.ts';

export type Kind = GitObject['type'];
export type TreeEntry = { mode: string; name: string; oid: string };
export type Identity = { name: string; email: string; date: Date };
export type Commit = {
  oid: string;
  tree: string;
  parents: string[];
  author: Identity;
  committer: Identity;
  message: string;
  signature: string | null;
};

export const isOid = (text: string): boolean => /^[0-9a-f]{40}$/.test(text);
export const emptyTree = '4b825dc642cb6eb9a060e54bf8d69288fbee4904';
export const zeroOid = '0'.repeat(40);

export function hashObject(type: Kind, content: Buffer): string {
  return createHash('sha1').update(`${type} ${content.length}\0`).update(content).digest('hex');
}

export async function writeObject(directory: string, type: Kind, content: Buffer): Promise<string> {
  const oid = hashObject(type, content);
  const folder = join(directory, 'objects', oid.slice(0, 2));
  const file = join(folder, oid.slice(2));
  if (existsSync(file)) return oid;
  const data = deflateSync(Buffer.concat([Buffer.from(`${type} ${content.length}\0`), content]), { level: 1 });
  await mkdir(folder, { recursive: true });
  const temporary = join(folder, `tmp_obj_${randomBytes(6).toString('hex')}`);
  await writeFile(temporary, data, { mode: 0o444 });
  await rename(temporary, file);
  return oid;
}

export async function readObject(cat: CatFiles, directory: string, oid: string): Promise<GitObject | undefined> {
  if (!isOid(oid)) return undefined;
  try {
    const raw = inflateSync(readFileSync(join(directory, 'objects', oid.slice(0, 2), oid.slice(2))));
    const end = raw.indexOf(0);
    const type = raw.toString('latin1', 0, raw.indexOf(32)) as Kind;
    return { oid, type, content: raw.subarray(end + 1) };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    if (oid === emptyTree) return { oid, type: 'tree', content: Buffer.alloc(0) };
    return cat.read(directory, oid);
  }
}

export function parseTree(content: Buffer): TreeEntry[] {
  const entries: TreeEntry[] = [];
  for (let at = 0; at < content.length;) {
    const space = content.indexOf(32, at);
    const end = content.indexOf(0, space);
    const mode = content.toString('latin1', at, space).padStart(6, '0');
    entries.push({
      mode,
      name: content.toString('utf8', space + 1, end),
      oid: content.toString('hex', end + 1, end + 21),
    });
    at = end + 21;
  }
  return entries;
}

/** In git's order: as bytes, a folder compared as if its name ended in a slash. */
export function formatTree(entries: readonly TreeEntry[]): Buffer {
  const keyed = entries.map((entry) => ({
    entry,
    key: Buffer.from(entry.mode === '040000' ? `${entry.name}/` : entry.name),
  }));
  keyed.sort((a, b) => Buffer.compare(a.key, b.key));
  return Buffer.concat(
    keyed.flatMap(({ entry }) => [
      Buffer.from(`${entry.mode.replace(/^0+/, '')} ${entry.name}\0`),
      Buffer.from(entry.oid, 'hex'),
    ]),
  );
}

const cleanIdentity = (text: string) => text.replace(/[\n\r<>\0]/g, '').trim();

function formatIdentity({ name, email, date }: Identity): string {
  return `${cleanIdentity(name) || 'unknown'} <${cleanIdentity(email)}> ${Math.floor(date.getTime() / 1000)} +0000`;
}

export function formatCommit(commit: Omit<Commit, 'oid'>): Buffer {
  const lines = [
    `tree ${commit.tree}`,
    ...commit.parents.map((parent) => `parent ${parent}`),
    `author ${formatIdentity(commit.author)}`,
    `committer ${formatIdentity(commit.committer)}`,
  ];
  if (commit.signature !== null) lines.push(`gpgsig ${commit.signature.trimEnd().replace(/\n/g, '\n ')}`);
  return Buffer.from(`${lines.join('\n')}\n\n${commit.message.replaceAll('\0', '')}`);
}

function parseIdentity(text: string): Identity {
  const found = /^(.*?) ?<([^>]*)> (-?\d+)/.exec(text);
  return { name: found?.[1] ?? '', email: found?.[2] ?? '', date: new Date(Number(found?.[3] ?? 0) * 1000) };
}

export function parseCommit(oid: string, content: Buffer): Commit {
  const text = content.toString();
  const split = text.indexOf('\n\n');
  const head = split < 0 ? text : text.slice(0, split);
  const fields = head.replace(/\n /g, '\0').split('\n');
  const all = (key: string) =>
    fields
      .filter((line) => line.startsWith(`${key} `))
      .map((line) => line.slice(key.length + 1).replaceAll('\0', '\n'));
  return {
    oid,
    tree: all('tree')[0] ?? emptyTree,
    parents: all('parent'),
    author: parseIdentity(all('author')[0] ?? ''),
    committer: parseIdentity(all('committer')[0] ?? ''),
    message: split < 0 ? '' : text.slice(split + 2),
    signature: all('gpgsig')[0] ?? null,
  };
}

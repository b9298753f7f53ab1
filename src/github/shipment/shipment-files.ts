// What a shipment adds to a repository: the slice, the files that it names, and its line in the manifest.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { posix } from 'node:path';
import { manifestEntry, manifestPath, mergeManifest } from '../../domain/shipment/manifest.ts';
import { pathFault } from '../../domain/text/repository-path.ts';
import type { Shipment } from '../../domain/shipment/shipment.ts';
import type { Slice } from '../../ports/slices.ts';
import { bytesOf, textAt, type FileAddition, type Head } from '../repository/branch.ts';
import type { Repository } from '../client/repository.ts';
import { failure } from '../client/error.ts';

/** `blob`: of the slice itself, by which it is known to be unaltered. */
export type ShipmentFiles = { shipment: Shipment; slice: Slice; files: FileAddition[]; blob: string };
type Contents = Omit<ShipmentFiles, 'blob'>;

/** How a commit is made on a head: by the API, or by a push where it is too large for that. */
export type Commit = (
  repository: Repository,
  head: Head,
  message: string,
  additions: readonly FileAddition[],
) => Promise<string>;

/** GitHub refuses larger files in a push, and pushes above 2 GB; far below that, git is the wrong place already. */
const largestFile = 100 * 2 ** 20;
const largestCommit = 2 ** 30;

/** The slice at its path with the files beside it, and the blob hash that git will give it. Throws `slice-too-large`. */
export async function gatherFiles(shipment: Shipment, slice: Slice): Promise<ShipmentFiles> {
  const { path } = shipment;
  const files: FileAddition[] = [{ path, from: slice.path, bytes: slice.bytes }];
  for (const file of slice.files ?? []) files.push(besideOf(path, file));
  const total = files.reduce((sum, file) => sum + bytesOf(file), 0);
  if (total >= largestCommit) throw tooLarge(`${total} bytes in ${files.length} files: a commit takes less than 1 GB`);
  const large = files.find((file) => bytesOf(file) >= largestFile);
  if (large) throw tooLarge(`${large.path} has ${bytesOf(large)} bytes: git takes less than 100 MB`);
  return { shipment, slice, files, blob: await blobOfFile(slice.path, slice.bytes) };
}

function besideOf(slicePath: string, file: NonNullable<Slice['files']>[number]): FileAddition {
  const path = posix.join(posix.dirname(slicePath), file.path);
  const fault = pathFault(path) ?? (path === slicePath || path === manifestPath ? 'must not replace it' : undefined);
  if (fault !== undefined) throw failure('bad-path', `${path}, beside ${slicePath}, ${fault}`, true);
  return { path, from: file.from, bytes: file.bytes, ...(file.executable ? { executable: true } : {}) };
}

function tooLarge(what: string): Error {
  return failure('slice-too-large', `${what}; ship it as \`asset\` or by rclone`, true);
}

export function blobOf(contents: Buffer): string {
  return createHash('sha1').update(`blob ${contents.length}\0`).update(contents).digest('hex');
}

async function blobOfFile(file: string, bytes: number): Promise<string> {
  const hash = createHash('sha1').update(`blob ${bytes}\0`);
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

/** Additions on top of a commit; `fault`: why the manifest there was rebuilt. */
export type Additions = { additions: FileAddition[]; fault?: string };

/** The files of the shipment's commit on top of `commit`. */
export async function additionsOnto(repository: Repository, commit: string, contents: Contents): Promise<Additions> {
  return additionsAfter(await textAt(repository, commit, manifestPath), contents);
}

/** The same where the manifest is known. */
export function additionsAfter(manifest: string | undefined, { shipment, slice, files }: Contents): Additions {
  const { text: merged, fault } = mergeManifest(manifest, manifestEntry(shipment, slice));
  const additions = [...files, { path: manifestPath, contents: Buffer.from(merged) }];
  return { additions, ...(fault === undefined ? {} : { fault }) };
}

/** A commit with the additions, whose message tells what was wrong with the manifest. */
export async function commitTelling(
  commitTo: Commit,
  { repository, head }: { repository: Repository; head: Head },
  message: string,
  { additions, fault }: Additions,
): Promise<{ commit: string; fault?: string }> {
  const commit = await commitTo(repository, head, tellIn(message, fault), additions);
  return { commit, ...(fault === undefined ? {} : { fault }) };
}

/** A message with one more paragraph before its last, which is the trailer. */
export function tellIn(message: string, sentence: string | undefined): string {
  return sentence === undefined ? message : message.replace(/\n\n[^\n]*$/, (end) => `\n\n${sentence}${end}`);
}

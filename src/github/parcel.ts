// What a shipment adds to a repository: the slice's bytes and its line in the manifest.
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { addToManifest, manifestPath } from '../domain/manifest.ts';
import type { Shipment } from '../domain/shipment.ts';
import type { Slice } from '../ports-github.ts';
import { textAt, type FileAddition, type Head } from './branch.ts';
import type { Octokit } from './client.ts';
import { failure } from './error.ts';

export type Parcel = { contents: Buffer; blob: string };

/** How a commit is made on a head: by the API, or by a push where it is too large for that. */
export type Commit = (repo: string, head: Head, message: string, additions: readonly FileAddition[]) => Promise<string>;

/** GitHub refuses larger files in a push. */
const largestFile = 100 * 2 ** 20;

/** Reads the slice and computes the blob hash that git will give it. Throws `slice-too-large`. */
export async function packParcel(slice: Slice): Promise<Parcel> {
  if (slice.bytes >= largestFile) {
    const message = `${slice.bytes} bytes: git takes less than 100 MB; ship it as \`asset\` or by rclone`;
    throw failure('slice-too-large', message, true);
  }
  const contents = await readFile(slice.path);
  return { contents, blob: blobOf(contents) };
}

export function blobOf(contents: Buffer): string {
  return createHash('sha1').update(`blob ${contents.length}\0`).update(contents).digest('hex');
}

/** The files of the shipment's commit on top of `commit`. */
export async function additionsOnto(
  octokit: Octokit,
  owner: string,
  commit: string,
  shipment: Shipment,
  slice: Slice,
  parcel: Parcel,
): Promise<FileAddition[]> {
  const manifest = await manifestOnto(octokit, owner, commit, shipment, slice);
  return [{ path: shipment.path, contents: parcel.contents }, manifest];
}

/** The manifest of `commit` with the shipment's line in it. */
export async function manifestOnto(
  octokit: Octokit,
  owner: string,
  commit: string,
  { challenge, release, path, id, repository }: Shipment,
  { rows, columns, bytes, sha256 }: Slice,
): Promise<FileAddition> {
  const text = await textAt(octokit, owner, repository, commit, manifestPath);
  const entry = { challenge, release, path, rows, columns, bytes, sha256, shipment: id };
  return { path: manifestPath, contents: Buffer.from(addToManifest(text, entry)) };
}

// The commit that stands for a slice which is not in git: a `.dvc` pointer, and the slice's line in the manifest.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { dvcPointer } from '../domain/dvc-pointer.ts';
import type { Shipment } from '../domain/shipment.ts';
import type { Receipt } from '../ports.ts';
import type { Slice } from '../ports-github.ts';
import { commitOn, defaultHead, findShipped, whileRaced } from './branch.ts';
import type { Octokit } from './client.ts';
import { blobOf, manifestOnto } from './parcel.ts';

/** `where` tells people, in the commit's message, where the data is. */
export async function commitPointer(
  octokit: Octokit,
  owner: string,
  webUrl: string,
  shipment: Shipment,
  slice: Slice,
  message: string,
  where: string,
): Promise<Receipt> {
  const repo = shipment.repository;
  const { path, pointer } = dvcPointer(shipment.path, await md5Of(slice.path), slice.bytes);
  const contents = Buffer.from(pointer);
  const commit = await whileRaced(async () => {
    const head = await defaultHead(octokit, owner, repo);
    const shipped = await findShipped(octokit, owner, repo, head.branch, { ...shipment, path });
    if (shipped) return shipped;
    const manifest = await manifestOnto(octokit, owner, head.oid, shipment, slice);
    const text = message.replace(/\n\n([^\n]*)$/, `\n\nThe data is at ${where}\n\n$1`);
    return commitOn(octokit, owner, repo, head, text, [{ path, contents }, manifest]);
  });
  const { bytes, sha256, rows } = slice;
  const url = `${webUrl}/${owner}/${repo}/commit/${commit}`;
  return { commit, blob: blobOf(contents), path, bytes, sha256, rows, url };
}

async function md5Of(file: string): Promise<string> {
  const hash = createHash('md5');
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

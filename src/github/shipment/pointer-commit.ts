// The commit that stands for a slice which is not in git: a `.dvc` pointer, and the slice's line in the manifest.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { dvcPointer } from '../../domain/shipment/dvc-pointer.ts';
import { manifestPath } from '../../domain/shipment/manifest.ts';
import type { Shipment } from '../../domain/shipment/shipment.ts';
import type { Receipt } from '../../ports/records.ts';
import type { Slice } from '../../ports/slices.ts';
import { commitOn, defaultHead, findShipped, whileRaced } from '../repository/branch.ts';
import type { Repository } from '../client/repository.ts';
import { additionsOnto, blobOf, tellIn } from './shipment-files.ts';

/** What lies outside git: the slice, or the archive of it and the files that it names. `path` is where it belongs. */
export type Cargo = { path: string; file: string; bytes: number; sha256: string };

export async function cargoOf(shipment: Shipment, slice: Slice): Promise<Cargo> {
  if (!slice.archive) return { ...slice, path: shipment.path, file: slice.path };
  const { path: file, bytes, sha256 } = await slice.archive();
  return { path: `${shipment.path}.tar`, file, bytes, sha256 };
}

/** What a pointer stands for, and where that is: which people are told in the commit's message. */
export type Pointed = { shipment: Shipment; slice: Slice; cargo: Cargo; where: string };

export async function commitPointer(
  repository: Repository,
  webUrl: string,
  { shipment, slice, cargo, where }: Pointed,
  message: string,
): Promise<Receipt> {
  const { path, pointer } = dvcPointer(cargo.path, await md5Of(cargo.file), cargo.bytes);
  const contents = Buffer.from(pointer);
  const { commit, ...told } = await whileRaced<{ commit: string; fault?: string }>(async () => {
    const head = await defaultHead(repository);
    // By the manifest, which each shipment changes: two carriers of one release leave the same pointer.
    const shipped = await findShipped(repository, head.branch, { ...shipment, path: manifestPath });
    if (shipped) return { commit: shipped };
    const files = [{ path, contents }];
    const { additions, fault } = await additionsOnto(repository, head.oid, { shipment, slice, files });
    const text = tellIn(tellIn(message, `The data is at ${where}`), fault);
    return { commit: await commitOn(repository, head, text, additions), ...(fault ? { fault } : {}) };
  });
  const { bytes, sha256, rows } = slice;
  const url = `${webUrl}/${repository.owner}/${repository.repo}/commit/${commit}`;
  return { commit, blob: blobOf(contents), path, bytes, sha256, rows, ...told, url };
}

async function md5Of(file: string): Promise<string> {
  const hash = createHash('md5');
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

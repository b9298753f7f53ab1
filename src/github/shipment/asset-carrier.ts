// Carries a slice as the asset of a GitHub release, with a pointer commit: for what does not belong in git.
import { openAsBlob } from 'node:fs';
import { basename } from 'node:path';
import type { Shipment } from '../../domain/shipment/shipment.ts';
import type { CarrierPort } from '../../ports/github.ts';
import { defaultHead } from '../repository/branch.ts';
import { failure, isNotFound } from '../client/error.ts';
import type { Repository } from '../client/repository.ts';
import type { CarrierTools } from './carrier-tools.ts';
import { cargoOf, commitPointer, type Cargo } from './pointer-commit.ts';

type Release = { id: number; upload_url: string };
type Asset = {
  id: number;
  name: string;
  size: number;
  state: string;
  digest?: string | null;
  browser_download_url: string;
};

/** GitHub takes no larger asset. */
const largestAsset = 2 * 2 ** 30;

export function assetCarrier({ named, webUrl }: CarrierTools): CarrierPort {
  return {
    async carry(shipment, slice, { message, title, body }) {
      const cargo = await cargoOf(shipment, slice);
      if (cargo.bytes >= largestAsset) {
        throw failure('slice-too-large', `${cargo.bytes} bytes: a release asset must stay under 2 GiB`, true);
      }
      const repository = named(shipment.repository);
      const release = await ensureRelease(repository, shipment, { title, body });
      const { browser_download_url: where } = await ensureAsset(repository, cargo, release);
      return commitPointer(repository, webUrl, { shipment, slice, cargo, where }, message);
    },
  };
}

/** One release for each shipment, named by its id: found again whatever else the repository publishes. */
async function ensureRelease(
  repository: Repository,
  { id, challenge, release }: Shipment,
  { title: name, body }: { title: string; body: string },
): Promise<Release> {
  const { octokit, owner, repo } = repository;
  const tag = `practicum-${challenge}-${release}-${id}`;
  const found = await octokit.rest.repos.getReleaseByTag({ owner, repo, tag }).then(
    ({ data }) => data,
    (error: unknown) => {
      if (isNotFound(error)) return undefined;
      throw error;
    },
  );
  if (found) return found;
  const { branch } = await defaultHead(repository);
  const made = { owner, repo, tag_name: tag, target_commitish: branch, name, body };
  // Not the latest release of the student's own project.
  return (await octokit.rest.repos.createRelease({ ...made, make_latest: 'false' })).data;
}

/** The asset with the slice's bytes; one that did not arrive whole is replaced. */
async function ensureAsset({ octokit, owner, repo }: Repository, cargo: Cargo, release: Release): Promise<Asset> {
  const name = basename(cargo.path).replace(/[^\w.-]/g, '.');
  const where = { owner, repo, release_id: release.id };
  const assets: Asset[] = await octokit.paginate(octokit.rest.repos.listReleaseAssets, { ...where, per_page: 100 });
  const found = assets.find((asset) => asset.name === name);
  if (found && isWhole(found, cargo)) return found;
  if (found) await octokit.rest.repos.deleteReleaseAsset({ owner, repo, asset_id: found.id });
  const { data } = await octokit.request(`POST ${release.upload_url}`, {
    name,
    data: await openAsBlob(cargo.file),
    headers: { 'content-type': 'application/octet-stream', 'content-length': String(cargo.bytes) },
  });
  if (!isWhole(data as Asset, cargo)) throw failure('asset-damaged', `${name} did not arrive whole`);
  return data as Asset;
}

function isWhole({ size, state, digest }: Asset, { bytes, sha256 }: Cargo): boolean {
  return state === 'uploaded' && size === bytes && (digest == null || digest === `sha256:${sha256}`);
}

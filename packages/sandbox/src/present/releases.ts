// Releases and their assets: what is remembered and how it is shown.
import { roleAtLeast, roleOf } from '../world/access.ts';
import { notFound } from '../world/errors.ts';
import type { Ctx } from '../http/context.ts';
import { nodeId, presentAccount } from './accounts.ts';
import { repositoryApi } from './repository.ts';

export type Asset = {
  id: number;
  name: string;
  label: string;
  type: string;
  size: number;
  digest: string;
  downloads: number;
  uploader: number;
  createdAt: string;
};
export type Release = {
  id: number;
  repository: number;
  tag: string;
  target: string;
  name: string | null;
  body: string | null;
  draft: boolean;
  prerelease: boolean;
  author: number;
  assets: Asset[];
  createdAt: string;
  publishedAt: string | null;
};

export const releasesOf = (ctx: Ctx): Record<number, Release> =>
  ctx.state.area<{ releases: Record<number, Release> }>('releases', () => ({ releases: {} })).releases;

/** Drafts are for those who may write. */
export function shownReleases(ctx: Ctx): Release[] {
  const { actor, repository } = ctx;
  const writer =
    (actor.kind === 'user' && roleAtLeast(roleOf(ctx.state, actor.account.id, repository), 'push')) ||
    (actor.kind === 'installation' && actor.permissions.contents === 'write');
  return Object.values(releasesOf(ctx))
    .filter((release) => release.repository === repository.id && (writer || !release.draft))
    .toReversed();
}

export function releaseOf(ctx: Ctx): Release {
  const found = shownReleases(ctx).find((shownRelease) => String(shownRelease.id) === ctx.params.release_id);
  if (!found) throw notFound();
  return found;
}

export function assetOf(ctx: Ctx): { release: Release; asset: Asset } {
  for (const release of shownReleases(ctx)) {
    const asset = release.assets.find((candidate) => String(candidate.id) === ctx.params.asset_id);
    if (asset) return { release, asset };
  }
  throw notFound();
}

export function presentAsset(ctx: Ctx, release: Release, asset: Asset): Record<string, unknown> {
  return {
    url: `${repositoryApi(ctx, ctx.repository)}/releases/assets/${asset.id}`,
    browser_download_url: `${ctx.url}/${ctx.state.fullName(ctx.repository)}/releases/download/${encodeURIComponent(release.tag)}/${encodeURIComponent(asset.name)}`,
    id: asset.id,
    node_id: nodeId('ReleaseAsset', asset.id),
    name: asset.name,
    label: asset.label,
    state: 'uploaded',
    content_type: asset.type,
    size: asset.size,
    digest: asset.digest,
    download_count: asset.downloads,
    created_at: asset.createdAt,
    updated_at: asset.createdAt,
    uploader: presentAccount(ctx, ctx.state.account(asset.uploader)),
  };
}

const reactions = ['+1', '-1', 'laugh', 'hooray', 'confused', 'heart', 'rocket', 'eyes'];

export function presentRelease(ctx: Ctx, release: Release): Record<string, unknown> {
  const api = repositoryApi(ctx, ctx.repository);
  const url = `${api}/releases/${release.id}`;
  return {
    url,
    html_url: `${ctx.url}/${ctx.state.fullName(ctx.repository)}/releases/tag/${encodeURIComponent(release.tag)}`,
    assets_url: `${url}/assets`,
    upload_url: `${url.replace('/api/v3/', '/api/uploads/')}/assets{?name,label}`,
    tarball_url: release.draft ? null : `${api}/tarball/${release.tag}`,
    zipball_url: release.draft ? null : `${api}/zipball/${release.tag}`,
    id: release.id,
    node_id: nodeId('Release', release.id),
    tag_name: release.tag,
    target_commitish: release.target,
    name: release.name,
    body: release.body,
    draft: release.draft,
    prerelease: release.prerelease,
    immutable: false,
    created_at: release.createdAt,
    published_at: release.publishedAt,
    author: presentAccount(ctx, ctx.state.account(release.author)),
    assets: release.assets.map((asset) => presentAsset(ctx, release, asset)),
    reactions: {
      url: `${url}/reactions`,
      total_count: 0,
      ...Object.fromEntries(reactions.map((reaction) => [reaction, 0])),
    },
  };
}

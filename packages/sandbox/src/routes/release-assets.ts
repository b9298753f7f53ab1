// The files of releases: upload, list, download.
import { createHash } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stamp } from '../world/clock.ts';
import { notFound, unprocessable } from '../world/errors.ts';
import { assetOf, presentAsset, releaseOf, shownReleases, type Asset } from '../present/releases.ts';
import { bytes, created, noContent, ok, paginate, type Reply } from '../http/reply.ts';
import type { Ctx } from '../http/context.ts';
import type { Route } from '../http/route.ts';

const fileOf = (ctx: Ctx, asset: Asset) => join(ctx.dir, 'assets', String(asset.id));

async function upload(ctx: Ctx): Promise<Reply> {
  const release = releaseOf(ctx);
  const name = ctx.query.get('name') ?? '';
  if (!/^[\w.+ ()-]{1,255}$/.test(name))
    throw unprocessable('Validation Failed', [{ resource: 'ReleaseAsset', field: 'name', code: 'invalid' }]);
  const clean = name.replaceAll(/[ ()]/g, '.');
  if (release.assets.some((known) => known.name === clean)) {
    throw unprocessable('Validation Failed', [{ resource: 'ReleaseAsset', field: 'name', code: 'already_exists' }]);
  }
  const asset: Asset = {
    id: ctx.state.nextId(),
    name: clean,
    label: ctx.query.get('label') ?? '',
    type: ctx.headers['content-type'] ?? 'application/octet-stream',
    size: ctx.rawBody.length,
    digest: `sha256:${createHash('sha256').update(ctx.rawBody).digest('hex')}`,
    downloads: 0,
    uploader: ctx.caller.id,
    createdAt: stamp(ctx.clock.now()),
  };
  await mkdir(join(ctx.dir, 'assets'), { recursive: true });
  await writeFile(fileOf(ctx, asset), ctx.rawBody);
  release.assets.push(asset);
  return created(presentAsset(ctx, release, asset));
}

async function readAsset(ctx: Ctx): Promise<Reply> {
  const { release, asset } = assetOf(ctx);
  if (!/octet-stream/.test(ctx.headers.accept ?? '')) return ok(presentAsset(ctx, release, asset));
  asset.downloads += 1;
  return bytes(200, await readFile(fileOf(ctx, asset)), asset.type);
}

async function download(ctx: Ctx): Promise<Reply> {
  const release = shownReleases(ctx).find((shownRelease) => shownRelease.tag === ctx.params.tag);
  const asset = release?.assets.find((candidate) => candidate.name === ctx.params.name);
  if (!asset) throw notFound();
  asset.downloads += 1;
  return bytes(200, await readFile(fileOf(ctx, asset)), 'application/octet-stream', {
    'content-disposition': `attachment; filename="${asset.name}"`,
  });
}

async function removeAsset(ctx: Ctx): Promise<Reply> {
  const { release, asset } = assetOf(ctx);
  release.assets = release.assets.filter((kept) => kept.id !== asset.id);
  await rm(fileOf(ctx, asset), { force: true });
  return noContent();
}

const base = '/repos/{owner}/{repo}/releases';
const one = `${base}/{release_id}`;
const reading = { method: 'GET', permission: 'contents:read' } as const;
const permission = 'contents:write';
export const routes: Route[] = [
  {
    ...reading,
    path: `${one}/assets`,
    handler: (ctx) => {
      const release = releaseOf(ctx);
      return paginate(ctx, release.assets, (asset) => presentAsset(ctx, release, asset));
    },
  },
  { ...reading, path: `${base}/assets/{asset_id}`, handler: readAsset },
  { method: 'DELETE', path: `${base}/assets/{asset_id}`, permission, handler: removeAsset },
  { method: 'POST', path: `/uploads${one}/assets`, permission, handler: upload },
];

export const siteRoutes: Route[] = [
  {
    method: 'GET',
    path: '/{owner}/{repo}/releases/download/{tag}/{name}',
    permission: 'contents:read',
    handler: download,
  },
];

// Releases: list, publish, change, delete.
import { stamp } from '../world/clock.ts';
import { notFound, unprocessable } from '../world/errors.ts';
import { isRefName } from '../git/refs.ts';
import { zeroOid } from '../git/objects.ts';
import { openGit } from '../world/open-git.ts';
import { presentRelease, releaseOf, releasesOf, shownReleases, type Release } from '../present/releases.ts';
import { updateRef } from '../changes/ref-updates.ts';
import { created, noContent, ok, paginate, type Reply } from '../http/reply.ts';
import type { Ctx } from '../http/context.ts';
import type { Route } from '../http/route.ts';

/** A published release has its tag. */
async function publish(ctx: Ctx, release: Release): Promise<void> {
  const git = openGit(ctx, ctx.repository);
  const ref = `refs/tags/${release.tag}`;
  await git.exclusively(async () => {
    if (await git.ref(ref)) return;
    const target = await git.resolveCommit(release.target);
    if (!target)
      throw unprocessable('Validation Failed', [{ resource: 'Release', field: 'target_commitish', code: 'invalid' }]);
    await updateRef(ctx, ctx.repository, { ref, before: zeroOid, after: target }, ctx.actor);
  });
  release.publishedAt = stamp(ctx.clock.now());
  for (const action of ['created', 'published', release.prerelease ? 'prereleased' : 'released'])
    announce(ctx, release, action);
}

function announce(ctx: Ctx, release: Release, action: string, more: Record<string, unknown> = {}): void {
  const payload = { release: presentRelease(ctx, release), ...more };
  ctx.emit({ event: 'release', action, payload, repository: ctx.repository, sender: ctx.caller, actor: ctx.actor });
}

async function create(ctx: Ctx): Promise<Reply> {
  const { tag_name: tag, target_commitish: target, name = null, body = null, draft, prerelease } = ctx.body;
  if (typeof tag !== 'string' || !(await isRefName(`refs/tags/${tag}`))) {
    throw unprocessable('Validation Failed', [{ resource: 'Release', field: 'tag_name', code: 'missing_field' }]);
  }
  if (shownReleases(ctx).some((shownRelease) => shownRelease.tag === tag && !shownRelease.draft)) {
    throw unprocessable('Validation Failed', [{ resource: 'Release', field: 'tag_name', code: 'already_exists' }]);
  }
  const release: Release = {
    id: ctx.state.nextId(),
    repository: ctx.repository.id,
    tag,
    target: target ?? ctx.repository.defaultBranch,
    name,
    body,
    draft: draft === true,
    prerelease: prerelease === true,
    author: ctx.caller.id,
    assets: [],
    createdAt: stamp(ctx.clock.now()),
    publishedAt: null,
  };
  if (!release.draft) await publish(ctx, release);
  releasesOf(ctx)[release.id] = release;
  return created(presentRelease(ctx, release));
}

async function update(ctx: Ctx): Promise<Reply> {
  const release = releaseOf(ctx);
  const { name, body, draft, prerelease, tag_name: tag } = ctx.body;
  const changes = {
    ...(name !== undefined && name !== release.name ? { name: { from: release.name ?? '' } } : {}),
    ...(body !== undefined && body !== release.body ? { body: { from: release.body ?? '' } } : {}),
  };
  if (name !== undefined) release.name = name;
  if (body !== undefined) release.body = body;
  if (typeof tag === 'string') release.tag = tag;
  if (prerelease !== undefined) release.prerelease = prerelease === true;
  if (draft === false && release.draft) {
    release.draft = false;
    await publish(ctx, release);
  } else announce(ctx, release, 'edited', { changes });
  return ok(presentRelease(ctx, release));
}

function latest(ctx: Ctx): Reply {
  const found = shownReleases(ctx).find((shownRelease) => !shownRelease.draft && !shownRelease.prerelease);
  if (!found) throw notFound();
  return ok(presentRelease(ctx, found));
}

const base = '/repos/{owner}/{repo}/releases';
const single = `${base}/{release_id}`;
const reading = { method: 'GET', permission: 'contents:read' } as const;
const permission = 'contents:write';
export const routes: Route[] = [
  {
    ...reading,
    path: base,
    handler: (ctx) => paginate(ctx, shownReleases(ctx), (release) => presentRelease(ctx, release)),
  },
  { method: 'POST', path: base, permission, handler: create },
  { ...reading, path: `${base}/latest`, handler: latest },
  {
    ...reading,
    path: `${base}/tags/{tag}`,
    handler: (ctx) => {
      const found = shownReleases(ctx).find((release) => release.tag === ctx.params.tag && !release.draft);
      if (!found) throw notFound();
      return ok(presentRelease(ctx, found));
    },
  },
  { ...reading, path: single, handler: (ctx) => ok(presentRelease(ctx, releaseOf(ctx))) },
  { method: 'PATCH', path: single, permission, handler: update },
  {
    method: 'DELETE',
    path: single,
    permission,
    handler: (ctx) => {
      const release = releaseOf(ctx);
      delete releasesOf(ctx)[release.id];
      announce(ctx, release, 'deleted');
      return noContent();
    },
  },
];

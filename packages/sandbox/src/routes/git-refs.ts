// The git database: references.
import { requireContent } from '../http/empty-window.ts';
import { notFound, refused, unprocessable } from '../world/errors.ts';
import { isOid, zeroOid } from '../git/objects.ts';
import { isRefName } from '../git/refs.ts';
import { nodeId } from '../present/accounts.ts';
import { repositoryApi } from '../present/repository.ts';
import { openGit } from '../world/open-git.ts';
import { updateRef } from '../changes/ref-updates.ts';
import { created, noContent, ok, paginate, type Reply } from '../http/reply.ts';
import type { Ctx } from '../http/context.ts';
import type { Route } from '../http/route.ts';

async function presentRef(ctx: Ctx, ref: string, oid: string): Promise<Record<string, unknown>> {
  const api = `${repositoryApi(ctx, ctx.repository)}/git`;
  const type = (await openGit(ctx, ctx.repository).object(oid))?.type ?? 'commit';
  return {
    ref,
    node_id: nodeId('Ref', `${ctx.repository.id}:${ref}`),
    url: `${api}/${ref}`,
    object: { sha: oid, type, url: `${api}/${type}s/${oid}` },
  };
}

async function read(ctx: Ctx): Promise<Reply> {
  await requireContent(ctx, ctx.repository);
  const ref = `refs/${ctx.params.ref}`;
  const oid = await openGit(ctx, ctx.repository).ref(ref);
  if (!oid) throw notFound();
  return ok(await presentRef(ctx, ref, oid));
}

async function matching(ctx: Ctx): Promise<Reply> {
  await requireContent(ctx, ctx.repository);
  const refs = [...(await openGit(ctx, ctx.repository).refs(`refs/${ctx.params.ref ?? ''}`))];
  const rows = await Promise.all(refs.map(([ref, oid]) => presentRef(ctx, ref, oid)));
  return paginate(ctx, rows, (row) => row);
}

async function create(ctx: Ctx): Promise<Reply> {
  await requireContent(ctx, ctx.repository);
  const { ref, sha } = ctx.body;
  const git = openGit(ctx, ctx.repository);
  if (typeof ref !== 'string' || !ref.startsWith('refs/'))
    throw unprocessable("Reference name must start with 'refs/'.");
  if (!/^refs\/[^/]+\/./.test(ref))
    throw unprocessable('Reference name must contain at least three slash-separated components.');
  if (!(await isRefName(ref)) || ref.startsWith('refs/pull/')) throw unprocessable(`${ref} is not a valid ref name.`);
  return git.exclusively(async () => {
    if (await git.ref(ref)) throw refused('reference-exists');
    if (!(await existing(ctx, ref, sha))) throw refused('object-missing');
    await updateRef(ctx, ctx.repository, { ref, before: zeroOid, after: sha }, ctx.actor);
    return created(await presentRef(ctx, ref, sha));
  });
}

/** A branch can only point at a commit. */
async function existing(ctx: Ctx, ref: string, sha: unknown): Promise<boolean> {
  const object = isOid(String(sha)) ? await openGit(ctx, ctx.repository).object(String(sha)) : undefined;
  return object !== undefined && (object.type === 'commit' || !ref.startsWith('refs/heads/'));
}

async function update(ctx: Ctx): Promise<Reply> {
  await requireContent(ctx, ctx.repository);
  const ref = `refs/${ctx.params.ref}`;
  const { sha, force } = ctx.body;
  const git = openGit(ctx, ctx.repository);
  return git.exclusively(async () => {
    const before = await git.ref(ref);
    if (!before || ref.startsWith('refs/pull/')) throw unprocessable('Reference does not exist');
    if (!(await existing(ctx, ref, sha))) throw unprocessable('Object does not exist');
    if (before !== sha)
      await updateRef(ctx, ctx.repository, { ref, before, after: sha }, ctx.actor, { force: force === true });
    return ok(await presentRef(ctx, ref, sha));
  });
}

async function remove(ctx: Ctx): Promise<Reply> {
  await requireContent(ctx, ctx.repository);
  const ref = `refs/${ctx.params.ref}`;
  const git = openGit(ctx, ctx.repository);
  return git.exclusively(async () => {
    const before = await git.ref(ref);
    if (!before || ref.startsWith('refs/pull/')) throw unprocessable('Reference does not exist');
    if (ref === `refs/heads/${ctx.repository.defaultBranch}`) throw unprocessable('Cannot delete the default branch');
    await updateRef(ctx, ctx.repository, { ref, before, after: zeroOid }, ctx.actor);
    return noContent();
  });
}

const base = '/repos/{owner}/{repo}/git';
export const routes: Route[] = [
  { method: 'GET', path: `${base}/ref/{ref*}`, permission: 'contents:read', handler: read },
  { method: 'GET', path: `${base}/matching-refs/{ref*}`, permission: 'contents:read', handler: matching },
  // Of all references; GitHub answers it, and describes it no longer.
  { method: 'GET', path: `${base}/refs`, permission: 'contents:read', handler: matching },
  { method: 'GET', path: `${base}/refs/{ref*}`, permission: 'contents:read', handler: read },
  { method: 'POST', path: `${base}/refs`, permission: 'contents:write', handler: create },
  { method: 'PATCH', path: `${base}/refs/{ref*}`, permission: 'contents:write', handler: update },
  { method: 'DELETE', path: `${base}/refs/{ref*}`, permission: 'contents:write', handler: remove },
];

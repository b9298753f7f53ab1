// Files through the contents API: read a file or folder, write and delete one file as one commit.
import { createHmac } from 'node:crypto';
import { conflict, forbidden, notFound, refused, unprocessable } from '../world/errors.ts';
import { inEmptyWindow } from '../http/empty-window.ts';
import { entryAt } from '../git/diff-trees.ts';
import type { TreeEntry } from '../git/objects.ts';
import { openGit } from '../world/open-git.ts';
import { repositoryApi } from '../present/repository.ts';
import { presentGitCommit } from '../present/commits.ts';
import { bytes, json, ok, type Reply } from '../http/reply.ts';
import { appendCommit } from '../changes/write-commit.ts';
import type { Repository } from '../world/records.ts';
import type { Ctx } from '../http/context.ts';
import type { Route } from '../http/route.ts';
import type { World } from '../world/world.ts';

const megabyte = 1024 * 1024;
const kinds: Record<string, string> = { '040000': 'dir', '120000': 'symlink', '160000': 'submodule' };
const encodePath = (path: string) => path.split('/').map(encodeURIComponent).join('/');

/** A key for one raw file, so that its URL works without a credential. */
export function rawKey(world: Pick<World, 'state'>, path: string): string {
  const { key } = world.state.area('raw', () => ({ key: String(world.state.nextId()) }));
  return createHmac('sha256', key).update(path).digest('hex').slice(0, 32);
}

function presentEntry(
  ctx: Ctx,
  repository: Repository,
  ref: string,
  path: string,
  entry: TreeEntry,
  size: number,
): Record<string, unknown> {
  const api = repositoryApi(ctx, repository);
  const html = `${ctx.url}/${ctx.state.fullName(repository)}`;
  const type = kinds[entry.mode] ?? 'file';
  const folder = type === 'dir';
  const rawPath = `${ctx.state.fullName(repository)}/${ref}/${path}`;
  const url = `${api}/contents/${encodePath(path)}?ref=${encodeURIComponent(ref)}`;
  const gitUrl = `${api}/git/${folder ? 'trees' : 'blobs'}/${entry.oid}`;
  const htmlUrl = `${html}/${folder ? 'tree' : 'blob'}/${ref}/${encodePath(path)}`;
  const key = repository.private ? `?token=${rawKey(ctx, rawPath)}` : '';
  return {
    name: path.split('/').at(-1),
    path,
    sha: entry.oid,
    size: folder ? 0 : size,
    url,
    html_url: htmlUrl,
    git_url: gitUrl,
    download_url: folder || type === 'submodule' ? null : `${ctx.url}/raw/${encodePath(rawPath)}${key}`,
    type,
    _links: { self: url, git: gitUrl, html: htmlUrl },
  };
}

const wrapped = (content: Buffer) =>
  content
    .toString('base64')
    .replace(/(.{60})/g, '$1\n')
    .replace(/\n?$/, '\n');

async function read(ctx: Ctx, at = ctx.params.path ?? ''): Promise<Reply> {
  const { repository } = ctx;
  const git = openGit(ctx, repository);
  if (inEmptyWindow(repository)) throw notFound('This repository is empty.');
  const ref = ctx.query.get('ref') ?? repository.defaultBranch;
  const oid = await git.resolveCommit(ref);
  if (!oid) {
    const empty = (await git.refs('refs/heads/')).size === 0;
    throw notFound(empty ? 'This repository is empty.' : `No commit found for the ref ${ref}`);
  }
  const path = at.replace(/^\/+|\/+$/g, '');
  const commit = await git.commit(oid);
  const entry = commit && (await entryAt(git, commit.tree, path));
  if (!entry) throw notFound();
  const accept = ctx.headers.accept ?? '';
  if (entry.mode === '040000') return readFolder(ctx, ref, path, entry, accept);
  const content = entry.mode === '160000' ? Buffer.alloc(0) : await git.blob(entry.oid);
  if (!content) throw notFound();
  if (content.length > 100 * megabyte) throw forbidden('This API returns blobs up to 100 MB in size.');
  if (/\.raw\b/.test(accept)) return bytes(200, content, 'application/vnd.github.raw+json; charset=utf-8');
  const small = content.length <= megabyte;
  const shown = presentEntry(ctx, repository, ref, path, entry, content.length);
  return ok({ ...shown, content: small ? wrapped(content) : '', encoding: small ? 'base64' : 'none' });
}

async function readFolder(ctx: Ctx, ref: string, path: string, entry: TreeEntry, accept: string): Promise<Reply> {
  const git = openGit(ctx, ctx.repository);
  const rows = [];
  for (const child of ((await git.tree(entry.oid)) ?? []).slice(0, 1000)) {
    const size = child.mode.startsWith('100') ? ((await git.blob(child.oid))?.length ?? 0) : 0;
    rows.push(presentEntry(ctx, ctx.repository, ref, path === '' ? child.name : `${path}/${child.name}`, child, size));
  }
  if (!/\.object\b/.test(accept)) return ok(rows);
  return ok({ ...presentEntry(ctx, ctx.repository, ref, path, entry, 0), entries: rows });
}

function decodeContent(content: unknown): Buffer {
  if (typeof content !== 'string') throw unprocessable('Invalid request.\n\n"content" wasn\'t supplied.');
  const clean = content.replace(/\s/g, '');
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(clean) || clean.replace(/=+$/, '').length % 4 === 1) {
    throw unprocessable('content is not valid Base64');
  }
  return Buffer.from(clean, 'base64');
}

type Subject = { branch: string; parent: string | undefined; path: string; old: TreeEntry | undefined };

/** The branch, its head, and what lies at the path now. */
async function subjectOf(ctx: Ctx): Promise<Subject> {
  const { repository } = ctx;
  const git = openGit(ctx, repository);
  if (inEmptyWindow(repository)) throw refused('empty-repository');
  const branch = String(ctx.body.branch ?? ctx.query.get('branch') ?? repository.defaultBranch).replace(
    /^refs\/heads\//,
    '',
  );
  const parent = await git.ref(`refs/heads/${branch}`);
  if (!parent && ((await git.refs('refs/heads/')).size > 0 || branch !== repository.defaultBranch)) {
    throw notFound(`Branch ${branch} not found`);
  }
  const path = (ctx.params.path ?? '').replace(/\/+$/, '');
  const commit = parent ? await git.commit(parent) : undefined;
  return { branch, parent, path, old: commit && (await entryAt(git, commit.tree, path)) };
}

async function write(ctx: Ctx): Promise<Reply> {
  const git = openGit(ctx, ctx.repository);
  return git.exclusively(async () => {
    const { branch, parent, path, old } = await subjectOf(ctx);
    const content = decodeContent(ctx.body.content);
    const { sha, message, author, committer } = ctx.body;
    if (old && sha === undefined) throw unprocessable('Invalid request.\n\n"sha" wasn\'t supplied.');
    if (old?.mode === '040000') throw unprocessable(`${path} is a directory`);
    if (sha !== undefined && sha !== old?.oid) throw conflict(`${path} does not match ${sha}`);
    const oid = await git.write('blob', content);
    const entry = { mode: old?.mode ?? '100644', oid };
    const commit = await appendCommit(
      ctx,
      ctx.repository,
      {
        branch,
        parent,
        message: message ?? `${old ? 'Update' : 'Create'} ${path}`,
        changes: [{ path, entry }],
        author,
        committer,
      },
      ctx.actor,
    );
    const shown = presentEntry(ctx, ctx.repository, branch, path, { ...entry, name: '' }, content.length);
    return json(old ? 200 : 201, { content: shown, commit: presentGitCommit(ctx, ctx.repository, commit) });
  });
}

async function remove(ctx: Ctx): Promise<Reply> {
  const git = openGit(ctx, ctx.repository);
  return git.exclusively(async () => {
    const { branch, parent, path, old } = await subjectOf(ctx);
    const sha = ctx.body.sha ?? ctx.query.get('sha');
    if (!old || old.mode === '040000') throw notFound();
    if (!sha) throw unprocessable('Invalid request.\n\n"sha" wasn\'t supplied.');
    if (sha !== old.oid) throw conflict(`${path} does not match ${sha}`);
    const message = ctx.body.message ?? ctx.query.get('message') ?? `Delete ${path}`;
    const { author, committer } = ctx.body;
    const changes = [{ path, entry: null }];
    const commit = await appendCommit(
      ctx,
      ctx.repository,
      { branch, parent, message, changes, author, committer },
      ctx.actor,
    );
    return ok({ content: null, commit: presentGitCommit(ctx, ctx.repository, commit) });
  });
}

const isReadme = /^readme(?:\.\w+)?$/i;

/** The first of these names, in any case, as GitHub looks for it. */
async function readme(ctx: Ctx): Promise<Reply> {
  const { repository } = ctx;
  const git = openGit(ctx, repository);
  const oid = await git.resolveCommit(ctx.query.get('ref') ?? repository.defaultBranch);
  const commit = oid && !inEmptyWindow(repository) ? await git.commit(oid) : undefined;
  for (const folder of ['.github', '', 'docs']) {
    const place = commit && (folder === '' ? commit.tree : (await entryAt(git, commit.tree, folder))?.oid);
    const found = place && (await git.tree(place))?.find(({ name, mode }) => mode !== '040000' && isReadme.test(name));
    if (!found) continue;
    const where = folder === '' ? found.name : `${folder}/${found.name}`;
    return read(ctx, where);
  }
  throw notFound();
}

const path = '/repos/{owner}/{repo}/contents/{path*}';
export const routes: Route[] = [
  { method: 'GET', path, permission: 'contents:read', handler: (ctx) => read(ctx) },
  { method: 'GET', path: '/repos/{owner}/{repo}/contents', permission: 'contents:read', handler: (ctx) => read(ctx) },
  { method: 'GET', path: '/repos/{owner}/{repo}/readme', permission: 'contents:read', handler: readme },
  { method: 'PUT', path, permission: 'contents:write', handler: write },
  { method: 'DELETE', path, permission: 'contents:write', handler: remove },
];

// The site beside the API: archives, raw files, and plain pages behind every html_url.
import { canRead } from '../world/access.ts';
import { notFound } from '../world/errors.ts';
import { requireContent } from '../http/empty-window.ts';
import { entryAt } from '../git/diff-trees.ts';
import { openGit } from '../world/open-git.ts';
import { findPull } from '../pulls/records.ts';
import { page } from '../http/page.ts';
import { bytes, redirect, type Reply } from '../http/reply.ts';
import type { Ctx } from '../http/context.ts';
import type { Route } from '../http/route.ts';
import { rawKey } from './contents.ts';
import { diffOf } from './pages.ts';

/** The API answers with the address of the archive; the address holds its own key. */
function archiveLink(kind: 'tar.gz' | 'zip'): (ctx: Ctx) => Promise<Reply> {
  return async (ctx) => {
    await requireContent(ctx, ctx.repository);
    const ref = ctx.params.ref || ctx.repository.defaultBranch;
    if (!(await openGit(ctx, ctx.repository).resolveCommit(ref))) throw notFound();
    const path = `${ctx.state.fullName(ctx.repository)}/legacy.${kind}/${ref}`;
    return redirect(
      302,
      `${ctx.url}/_codeload/${path.split('/').map(encodeURIComponent).join('/')}?token=${rawKey(ctx, path)}`,
    );
  };
}

async function archive(ctx: Ctx): Promise<Reply> {
  const { name_owner: owner = '', name_repo: name = '', kind = '', ref = '' } = ctx.params;
  const path = `${owner}/${name}/${kind}/${ref}`;
  const found = ctx.state.repositoryByName(owner, name)?.repository;
  if (!found || ctx.query.get('token') !== rawKey(ctx, path)) throw notFound();
  const git = openGit(ctx, found);
  const sha = await git.resolveCommit(ref);
  if (!sha) throw notFound();
  const format = kind.replace('legacy.', '');
  const prefix = `${owner}-${name}-${sha.slice(0, 7)}`;
  const result = await git.run(['archive', `--format=${format}`, `--prefix=${prefix}/`, sha]);
  const type = format === 'zip' ? 'application/zip' : 'application/x-gzip';
  return bytes(200, result.stdout, type, { 'content-disposition': `attachment; filename=${prefix}.${format}` });
}

async function raw(ctx: Ctx): Promise<Reply> {
  const parts = (ctx.params.rest ?? '').split('/');
  const [owner = '', name = '', ...rest] = parts;
  const found = ctx.state.repositoryByName(owner, name)?.repository;
  const keyed = ctx.query.get('token') === rawKey(ctx, parts.join('/'));
  if (!found || !(keyed || canRead(ctx.state, ctx.actor, found))) throw notFound();
  const git = openGit(ctx, found);
  // A branch may hold slashes: the shortest name that is one wins.
  for (let length = 1; length < rest.length; length++) {
    const sha = await git.resolveCommit(rest.slice(0, length).join('/'));
    const commit = sha === undefined ? undefined : await git.commit(sha);
    const entry = commit && (await entryAt(git, commit.tree, rest.slice(length).join('/')));
    const content = entry && (await git.blob(entry.oid));
    if (content) return bytes(200, content, 'text/plain; charset=utf-8', { 'x-content-type-options': 'nosniff' });
  }
  throw notFound();
}

async function repositoryPage(ctx: Ctx): Promise<Reply> {
  const git = openGit(ctx, ctx.repository);
  const log = await git.run(['log', '--stat', '-n', '30', ctx.repository.defaultBranch, '--']);
  return page(ctx.state.fullName(ctx.repository), log.stdout.toString() || 'This repository is empty.');
}

async function commitPage(ctx: Ctx): Promise<Reply> {
  const git = openGit(ctx, ctx.repository);
  const sha = await git.resolveCommit(ctx.params.sha ?? '');
  if (!sha) throw notFound();
  return page(
    `${ctx.state.fullName(ctx.repository)} ${sha.slice(0, 7)}`,
    (await git.output(['show', '--stat', '-p', sha])).slice(0, 200_000),
  );
}

async function pullPage(ctx: Ctx): Promise<Reply> {
  const asText = /^(\d+)\.(?:diff|patch)$/.exec(ctx.params.number ?? '');
  if (asText) return diffOf(ctx, Number(asText[1]));
  const pull = findPull(ctx.state, ctx.repository, Number(ctx.params.number));
  if (!pull) throw notFound();
  const diff = await openGit(ctx, ctx.repository).run(['diff', '--stat', '-p', `${pull.base.sha}...${pull.head.sha}`]);
  return page(
    `${pull.title} #${pull.number}`,
    `${pull.state}\n\n${pull.body ?? ''}\n\n${diff.stdout.toString().slice(0, 200_000)}`,
  );
}

const base = '/repos/{owner}/{repo}';
export const routes: Route[] = [
  { method: 'GET', path: `${base}/tarball/{ref*}`, permission: 'contents:read', handler: archiveLink('tar.gz') },
  { method: 'GET', path: `${base}/zipball/{ref*}`, permission: 'contents:read', handler: archiveLink('zip') },
];
export const siteRoutes: Route[] = [
  { method: 'GET', path: '/_codeload/{name_owner}/{name_repo}/{kind}/{ref*}', handler: archive },
  { method: 'GET', path: '/raw/{rest*}', handler: raw },
  { method: 'GET', path: '/{owner}/{repo}', handler: repositoryPage },
  { method: 'GET', path: '/{owner}/{repo}/commit/{sha}', handler: commitPage },
  { method: 'GET', path: '/{owner}/{repo}/pull/{number}', handler: pullPage },
];

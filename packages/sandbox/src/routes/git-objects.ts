// The git database: blobs, trees, commits and annotated tags.
import { requireContent } from '../http/empty-window.ts';
import { notFound, unprocessable } from '../world/errors.ts';
import { changeTree, UnusablePath, type TreeChange } from '../git/change-tree.ts';
import { emptyTree, isOid } from '../git/objects.ts';
import type { GitRepository } from '../git/store.ts';
import { stamp } from '../world/clock.ts';
import { nodeId } from '../present/accounts.ts';
import { presentGitCommit } from '../present/commits.ts';
import { repositoryApi } from '../present/repository.ts';
import { openGit } from '../world/open-git.ts';
import { bytes, created, ok, type Reply } from '../http/reply.ts';
import { writeCommit } from '../changes/write-commit.ts';
import type { Ctx } from '../http/context.ts';
import type { Route } from '../http/route.ts';

const mostEntries = 100_000;
const typeOf = (mode: string) => (mode === '040000' ? 'tree' : mode === '160000' ? 'commit' : 'blob');

async function gitOf(ctx: Ctx): Promise<GitRepository> {
  await requireContent(ctx, ctx.repository);
  return openGit(ctx, ctx.repository);
}

async function createBlob(ctx: Ctx): Promise<Reply> {
  const git = await gitOf(ctx);
  const { content, encoding } = ctx.body;
  if (typeof content !== 'string') throw unprocessable('Invalid request.\n\n"content" wasn\'t supplied.');
  const sha = await git.write('blob', Buffer.from(content, encoding === 'base64' ? 'base64' : 'utf8'));
  return created({ sha, url: `${repositoryApi(ctx, ctx.repository)}/git/blobs/${sha}` });
}

async function readBlob(ctx: Ctx): Promise<Reply> {
  const git = await gitOf(ctx);
  const sha = ctx.params.file_sha ?? '';
  const content = await git.blob(sha);
  if (!content) throw notFound();
  if (/\.raw\b/.test(ctx.headers.accept ?? '')) return bytes(200, content, 'application/vnd.github.raw+json');
  return ok({
    sha,
    node_id: nodeId('Blob', `${ctx.repository.id}:${sha}`),
    size: content.length,
    url: `${repositoryApi(ctx, ctx.repository)}/git/blobs/${sha}`,
    content: content.toString('base64').replace(/(.{60})/g, '$1\n'),
    encoding: 'base64',
  });
}

async function presentTree(
  ctx: Ctx,
  git: GitRepository,
  sha: string,
  recursive: boolean,
): Promise<Record<string, unknown>> {
  const api = `${repositoryApi(ctx, ctx.repository)}/git`;
  const rows: Record<string, unknown>[] = [];
  const walk = async (oid: string, base: string): Promise<void> => {
    for (const entry of (await git.tree(oid)) ?? []) {
      if (rows.length > mostEntries) return;
      const type = typeOf(entry.mode);
      const path = `${base}${entry.name}`;
      const size = type === 'blob' ? { size: (await git.blob(entry.oid))?.length ?? 0 } : {};
      const url = type === 'commit' ? {} : { url: `${api}/${type}s/${entry.oid}` };
      rows.push({ path, mode: entry.mode, type, sha: entry.oid, ...size, ...url });
      if (recursive && type === 'tree') await walk(entry.oid, `${path}/`);
    }
  };
  await walk(sha, '');
  return { sha, url: `${api}/trees/${sha}`, tree: rows.slice(0, mostEntries), truncated: rows.length > mostEntries };
}

async function readTree(ctx: Ctx): Promise<Reply> {
  const git = await gitOf(ctx);
  const name = ctx.params.tree_sha ?? '';
  const direct = isOid(name) ? await git.tree(name) : undefined;
  const commit = direct ? undefined : await git.resolveCommit(name);
  const sha = direct ? name : commit && (await git.commit(commit))?.tree;
  if (!sha) throw notFound();
  return ok(await presentTree(ctx, git, sha, ctx.query.has('recursive')));
}

type TreeRow = { path?: unknown; mode?: unknown; type?: unknown; sha?: unknown; content?: unknown };

async function treeChange(git: GitRepository, row: TreeRow): Promise<TreeChange> {
  if (typeof row.path !== 'string') throw unprocessable('Invalid request.\n\n"path" wasn\'t supplied.');
  if (row.sha === null) return { path: row.path, entry: null };
  const mode = String(row.mode ?? '100644');
  if (!['100644', '100755', '040000', '160000', '120000'].includes(mode))
    throw unprocessable(`tree.mode ${mode} is not valid`);
  if (typeof row.content === 'string')
    return { path: row.path, entry: { mode, oid: await git.write('blob', Buffer.from(row.content)) } };
  const sha = String(row.sha);
  const object = isOid(sha) ? await git.object(sha) : undefined;
  if (mode !== '160000' && object?.type !== typeOf(mode))
    throw unprocessable(`tree.sha ${sha} is not a valid ${typeOf(mode)}`);
  return { path: row.path, entry: { mode, oid: sha } };
}

async function createTree(ctx: Ctx): Promise<Reply> {
  const git = await gitOf(ctx);
  const { tree, base_tree: base } = ctx.body as { tree?: TreeRow[]; base_tree?: string };
  if (!Array.isArray(tree)) throw unprocessable('Invalid request.\n\n"tree" wasn\'t supplied.');
  let start = emptyTree;
  if (base !== undefined && base !== null) {
    const object = isOid(base) ? await git.object(base) : undefined;
    const found =
      object?.type === 'commit' ? (await git.commit(base))?.tree : object?.type === 'tree' ? base : undefined;
    if (!found) throw unprocessable('base_tree is not a valid tree oid');
    start = found;
  }
  const changes: TreeChange[] = [];
  for (const row of tree) changes.push(await treeChange(git, row));
  try {
    const sha = await changeTree(git, start, changes);
    if (sha === emptyTree) await git.write('tree', Buffer.alloc(0));
    return created(await presentTree(ctx, git, sha, false));
  } catch (error) {
    if (error instanceof UnusablePath) throw unprocessable(error.message);
    throw error;
  }
}

async function createCommit(ctx: Ctx): Promise<Reply> {
  const git = await gitOf(ctx);
  const { message, tree, parents = [], author, committer } = ctx.body;
  if (typeof message !== 'string') throw unprocessable('Invalid request.\n\n"message" wasn\'t supplied.');
  if (!isOid(String(tree)) || !(await git.tree(tree))) throw unprocessable('Tree SHA does not exist');
  for (const parent of parents) {
    if (!isOid(String(parent)) || !(await git.commit(parent)))
      throw unprocessable('Parent SHA does not exist or is not a commit object');
  }
  const sha = await writeCommit(ctx, ctx.repository, { message, tree, parents, author, committer }, ctx.actor, false);
  const commit = await git.commit(sha);
  if (!commit) throw new Error(`the commit ${sha} cannot be read back`);
  return created(presentGitCommit(ctx, ctx.repository, commit));
}

async function readCommit(ctx: Ctx): Promise<Reply> {
  const git = await gitOf(ctx);
  const sha = ctx.params.commit_sha ?? '';
  const commit = isOid(sha) ? await git.commit(sha) : undefined;
  if (!commit) throw notFound();
  return ok(presentGitCommit(ctx, ctx.repository, commit));
}

function presentTag(ctx: Ctx, sha: string, content: Buffer): Record<string, unknown> {
  const text = content.toString();
  const field = (name: string) => new RegExp(`^${name} (.*)$`, 'm').exec(text)?.[1] ?? '';
  const tagger = /^(.*?) ?<(.*)> (\d+)/.exec(field('tagger'));
  const api = `${repositoryApi(ctx, ctx.repository)}/git`;
  const [object, type] = [field('object'), field('type')];
  return {
    node_id: nodeId('Tag', `${ctx.repository.id}:${sha}`),
    sha,
    url: `${api}/tags/${sha}`,
    tag: field('tag'),
    message: text.slice(text.indexOf('\n\n') + 2),
    tagger: {
      name: tagger?.[1] ?? '',
      email: tagger?.[2] ?? '',
      date: stamp(new Date(Number(tagger?.[3] ?? 0) * 1000)),
    },
    object: { sha: object, type, url: `${api}/${type}s/${object}` },
    verification: { verified: false, reason: 'unsigned', signature: null, payload: null, verified_at: null },
  };
}

async function createTag(ctx: Ctx): Promise<Reply> {
  const git = await gitOf(ctx);
  const { tag, message, object, type, tagger } = ctx.body;
  const target = isOid(String(object)) ? await git.object(object) : undefined;
  if (!target || target.type !== type) throw unprocessable('Object does not exist');
  const date = Math.floor((tagger?.date ? new Date(tagger.date) : ctx.clock.now()).getTime() / 1000);
  const clean = (value: unknown, other: string) => String(value ?? other).replace(/[\n<>]/g, '');
  const name = clean(tagger?.name, ctx.caller.login);
  const email = clean(tagger?.email, `${ctx.caller.login}@users.noreply.github.com`);
  const head = `object ${object}\ntype ${type}\ntag ${clean(tag, 'tag')}\ntagger ${name} <${email}> ${date} +0000\n\n`;
  const content = Buffer.from(`${head}${message}`);
  return created(presentTag(ctx, await git.write('tag', content), content));
}

async function readTag(ctx: Ctx): Promise<Reply> {
  const object = await (await gitOf(ctx)).object(ctx.params.tag_sha ?? '');
  if (object?.type !== 'tag') throw notFound();
  return ok(presentTag(ctx, object.oid, object.content));
}

const base = '/repos/{owner}/{repo}/git';
const reading = { method: 'GET', permission: 'contents:read' } as const;
const writing = { method: 'POST', permission: 'contents:write' } as const;
export const routes: Route[] = [
  { ...writing, path: `${base}/blobs`, handler: createBlob },
  { ...reading, path: `${base}/blobs/{file_sha}`, handler: readBlob },
  { ...writing, path: `${base}/trees`, handler: createTree },
  { ...reading, path: `${base}/trees/{tree_sha}`, handler: readTree },
  { ...writing, path: `${base}/commits`, handler: createCommit },
  { ...reading, path: `${base}/commits/{commit_sha}`, handler: readCommit },
  { ...writing, path: `${base}/tags`, handler: createTag },
  { ...reading, path: `${base}/tags/{tag_sha}`, handler: readTag },
];

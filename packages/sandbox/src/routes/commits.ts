// The history: lists of commits, one commit, comparisons, merges of branches.
import { inEmptyWindow } from '../http/empty-window.ts';
import { conflict, notFound, refused, unprocessable } from '../world/errors.ts';
import { diffFiles } from '../git/diff-files.ts';
import { emptyTree } from '../git/objects.ts';
import { mergeCommits } from '../git/merge.ts';
import type { GitRepository } from '../git/store.ts';
import { presentCommit } from '../present/commits.ts';
import { presentFile } from '../present/files.ts';
import { openGit } from '../world/open-git.ts';
import { updateRef } from '../changes/ref-updates.ts';
import { bytes, created, json, linkHeader, noContent, ok, pageOf, type Reply } from '../http/reply.ts';
import { writeCommit } from '../changes/write-commit.ts';
import type { Ctx } from '../http/context.ts';
import type { Route } from '../http/route.ts';

async function commitsOf(ctx: Ctx, git: GitRepository, oids: string[]): Promise<Record<string, unknown>[]> {
  const rows = [];
  for (const oid of oids) {
    const commit = await git.commit(oid);
    if (commit) rows.push(presentCommit(ctx, ctx.repository, commit));
  }
  return rows;
}

const lines = (text: string) => text.split('\n').filter(Boolean);

async function list(ctx: Ctx): Promise<Reply> {
  const { repository, query } = ctx;
  const git = openGit(ctx, repository);
  if (inEmptyWindow(repository)) throw refused('empty-repository');
  const start = await git.resolveCommit(query.get('sha') ?? repository.defaultBranch);
  if (!start) {
    if ((await git.refs('refs/heads/')).size === 0) throw refused('empty-repository');
    throw notFound();
  }
  const { page, perPage } = pageOf(query);
  const filter = (['since', 'until', 'author', 'committer'] as const).flatMap((name) => {
    const value = query.get(name);
    return value === null ? [] : [`--${name}=${value}`];
  });
  const path = query.get('path') || undefined;
  const all =
    filter.length === 0
      ? await git.commitsOf(start, [], path)
      : lines(await git.output(['rev-list', ...filter, start, '--', ...(path === undefined ? [] : [path])]));
  const total = all.length;
  const oids = all.slice((page - 1) * perPage, page * perPage);
  const link = linkHeader(ctx, page, Math.max(1, Math.ceil(total / perPage)));
  return json(200, await commitsOf(ctx, git, oids), link === '' ? undefined : { link });
}

async function read(ctx: Ctx): Promise<Reply> {
  const { repository } = ctx;
  const git = openGit(ctx, repository);
  if (inEmptyWindow(repository)) throw refused('empty-repository');
  const oid = await git.resolveCommit(ctx.params.ref ?? '');
  const commit = oid === undefined ? undefined : await git.commit(oid);
  if (!commit) throw unprocessable(`No commit found for SHA: ${ctx.params.ref}`);
  const accept = ctx.headers.accept ?? '';
  if (/\.sha\b/.test(accept)) return bytes(200, Buffer.from(commit.oid), 'application/vnd.github.sha; charset=utf-8');
  const before = commit.parents[0] ?? emptyTree;
  const text = await asText(git, accept, before, commit.oid);
  if (text) return text;
  const files = await diffFiles(git, before, commit.oid);
  const sum = (key: 'additions' | 'deletions') => files.reduce((total, file) => total + file[key], 0);
  const [additions, deletions] = [sum('additions'), sum('deletions')];
  return ok({
    ...presentCommit(ctx, repository, commit),
    stats: { total: additions + deletions, additions, deletions },
    files: files.slice(0, 300).map((file) => presentFile(ctx, repository, commit.oid, file)),
  });
}

/** The diff or patch where the Accept header asks for one. */
export async function asText(
  git: GitRepository,
  accept: string,
  before: string,
  after: string,
): Promise<Reply | undefined> {
  const kind = /\.(diff|patch)\b/.exec(accept)?.[1];
  if (kind === undefined) return undefined;
  const range = before === emptyTree ? ['--root', after] : [`${before}..${after}`];
  const args = kind === 'diff' ? ['diff', '-M', before, after] : ['format-patch', '-M', '--stdout', ...range];
  return bytes(200, (await git.run(args)).stdout, `application/vnd.github.${kind}; charset=utf-8`);
}

async function compare(ctx: Ctx): Promise<Reply> {
  const { repository } = ctx;
  const git = openGit(ctx, repository);
  if (inEmptyWindow(repository)) throw notFound();
  const [left = '', right = ''] = (ctx.params.basehead ?? '').split('...');
  const strip = (name: string) => name.replace(/^[^:]+:/, '');
  const [base, head] = [await git.resolveCommit(strip(left)), await git.resolveCommit(strip(right))];
  if (!base || !head) throw notFound();
  const common = await git.mergeBase(base, head);
  if (!common) throw notFound(`No common ancestor between ${left} and ${right}.`);
  const text = await asText(git, ctx.headers.accept ?? '', common, head);
  if (text) return text;
  const ahead = (await git.commitsOf(head, [base])).toReversed();
  const behind = (await git.commitsOf(base, [head])).length;
  const status = ahead.length === 0 ? (behind === 0 ? 'identical' : 'behind') : behind === 0 ? 'ahead' : 'diverged';
  const { page, perPage } = pageOf(new URLSearchParams({ per_page: '100', ...Object.fromEntries(ctx.query) }));
  const [baseRow, commonRow] = await commitsOf(ctx, git, [base, common]);
  const files = page === 1 ? await diffFiles(git, common, head) : [];
  const html = `${ctx.url}/${ctx.state.fullName(repository)}/compare/${left}...${right}`;
  const link = linkHeader(ctx, page, Math.max(1, Math.ceil(ahead.length / perPage)));
  const body = {
    url: `${ctx.url}/api/v3${ctx.path}`,
    html_url: html,
    permalink_url: html,
    diff_url: `${html}.diff`,
    patch_url: `${html}.patch`,
    base_commit: baseRow,
    merge_base_commit: commonRow ?? baseRow,
    status,
    ahead_by: ahead.length,
    behind_by: behind,
    total_commits: ahead.length,
    commits: await commitsOf(ctx, git, ahead.slice((page - 1) * perPage, page * perPage)),
    files: files.slice(0, 300).map((file) => presentFile(ctx, repository, head, file)),
  };
  return json(200, body, link === '' ? undefined : { link });
}

async function merge(ctx: Ctx): Promise<Reply> {
  const { repository, body } = ctx;
  const git = openGit(ctx, repository);
  return git.exclusively(async () => {
    const ref = `refs/heads/${body.base}`;
    const base = await git.ref(ref);
    const head = await git.resolveCommit(String(body.head));
    if (!base) throw notFound('Base does not exist');
    if (!head) throw notFound('Head does not exist');
    if (await git.isAncestor(head, base)) return noContent();
    const merged = await mergeCommits(git, base, head);
    if (merged.tree === undefined) throw conflict('Merge conflict');
    const message = body.commit_message ?? `Merge ${body.head} into ${body.base}`;
    const oid = await writeCommit(
      ctx,
      repository,
      { message, tree: merged.tree, parents: [base, head] },
      ctx.actor,
      true,
    );
    await updateRef(ctx, repository, { ref, before: base, after: oid }, ctx.actor);
    const commit = await git.commit(oid);
    return commit ? created(presentCommit(ctx, repository, commit)) : noContent();
  });
}

const base = '/repos/{owner}/{repo}';
export const routes: Route[] = [
  { method: 'GET', path: `${base}/commits`, permission: 'contents:read', handler: list },
  { method: 'GET', path: `${base}/commits/{ref}`, permission: 'contents:read', handler: read },
  { method: 'GET', path: `${base}/compare/{basehead*}`, permission: 'contents:read', handler: compare },
  { method: 'POST', path: `${base}/merges`, permission: 'contents:write', handler: merge },
];

// Pull requests: list, open, read, change, files, commits, merge.
import { stamp } from '../world/clock.ts';
import { invalid, notFound, refused, unprocessable } from '../world/errors.ts';
import { diffFiles } from '../git/diff-files.ts';
import { openGit } from '../world/open-git.ts';
import { presentCommit } from '../present/commits.ts';
import { presentFile } from '../present/files.ts';
import { announcePull, closePull } from '../pulls/announce.ts';
import { factsOf, pointHead } from '../pulls/facts.ts';
import { mergePull } from '../changes/merge-pull.ts';
import { presentPull, presentPullFull } from '../pulls/present.ts';
import { findPull, pullArea, pullsOf, type Pull } from '../pulls/records.ts';
import { created, noContent, ok, paginate, type Reply } from '../http/reply.ts';
import { asText } from './commits.ts';
import type { Ctx } from '../http/context.ts';
import type { Route } from '../http/route.ts';

export function pullOf(ctx: Ctx): Pull {
  const pull = findPull(ctx.state, ctx.repository, Number(ctx.params.pull_number));
  if (!pull) throw notFound();
  return pull;
}

function list(ctx: Ctx): Reply {
  const { query } = ctx;
  const [state, head, base] = [query.get('state') ?? 'open', query.get('head'), query.get('base')];
  const owner = ctx.state.account(ctx.repository.owner).login;
  const byHead = (pull: Pull) =>
    head === null ||
    head === '' ||
    `${owner}:${pull.head.ref}`.toLowerCase() === head.toLowerCase() ||
    (!head.includes(':') && pull.head.ref === head);
  const key = (pull: Pull) =>
    (query.get('sort') === 'updated' ? `${pull.updatedAt} ` : '') + String(pull.number).padStart(9, '0');
  const rows = pullsOf(ctx.state, ctx.repository)
    .filter((pull) => state === 'all' || pull.state === state)
    .filter((pull) => byHead(pull) && (base === null || pull.base.ref === base))
    .toSorted((a, b) => (key(a) < key(b) ? -1 : 1));
  const falling = (query.get('direction') ?? 'desc') === 'desc';
  return paginate(ctx, falling ? rows.toReversed() : rows, (pull) => presentPull(ctx, ctx.repository, pull));
}

const impossible = (message: string) =>
  unprocessable('Validation Failed', [{ resource: 'PullRequest', code: 'custom', message }]);

/** The head branch of a request: `branch`, or `owner:branch` of the same repository. */
function headBranch(ctx: Ctx): string {
  const owner = ctx.state.account(ctx.repository.owner).login;
  const [first = '', ...rest] = String(ctx.body.head ?? '').split(':');
  if (rest.length === 0) return first;
  if (first.toLowerCase() !== owner.toLowerCase()) throw invalid('PullRequest', 'head', 'invalid');
  return rest.join(':');
}

async function open(ctx: Ctx): Promise<Reply> {
  const { repository, body } = ctx;
  const git = openGit(ctx, repository);
  return git.exclusively(async () => {
    const [head, base] = [headBranch(ctx), String(body.base ?? '')];
    const [headSha, baseSha] = [await git.ref(`refs/heads/${head}`), await git.ref(`refs/heads/${base}`)];
    if (!baseSha) throw invalid('PullRequest', 'base', 'invalid');
    if (!headSha) throw invalid('PullRequest', 'head', 'invalid');
    if (typeof body.title !== 'string' || body.title.trim() === '')
      throw invalid('PullRequest', 'title', 'missing_field');
    const label = `${ctx.state.account(repository.owner).login}:${head}`;
    const same = (pull: Pull) => pull.state === 'open' && pull.head.ref === head && pull.base.ref === base;
    if (pullsOf(ctx.state, repository).some(same)) throw refused('pull-exists', { head: label });
    if (!(await git.mergeBase(baseSha, headSha)))
      throw impossible(`The ${head} branch has no history in common with ${base}`);
    if (await git.isAncestor(headSha, baseSha)) throw refused('no-commits-between', { base, head });
    const pull = add(ctx, { ref: base, sha: baseSha }, { ref: head, sha: headSha });
    await pointHead(ctx, repository, pull);
    await announcePull(ctx, repository, pull, 'opened', ctx.actor);
    return created(await presentPullFull(ctx, repository, pull, 'unknown'));
  });
}

function add(ctx: Ctx, base: Pull['base'], head: Pull['head']): Pull {
  const now = stamp(ctx.clock.now());
  const pull: Pull = {
    id: ctx.state.nextId(),
    repository: ctx.repository.id,
    number: ctx.state.nextNumber(ctx.repository),
    title: ctx.body.title,
    body: ctx.body.body ?? null,
    state: 'open',
    draft: ctx.body.draft === true,
    locked: false,
    base,
    head,
    user: ctx.caller.id,
    labels: [],
    assignees: [],
    reviewers: [],
    teamReviewers: [],
    mergedAt: null,
    mergedBy: null,
    mergeCommit: null,
    createdAt: now,
    updatedAt: now,
    closedAt: null,
  };
  pullArea(ctx.state).pulls[pull.id] = pull;
  return pull;
}

async function read(ctx: Ctx): Promise<Reply> {
  const pull = pullOf(ctx);
  const git = openGit(ctx, ctx.repository);
  const text = await asText(git, ctx.headers.accept ?? '', await startOf(ctx, pull), pull.head.sha);
  return text ?? ok(await presentPullFull(ctx, ctx.repository, pull));
}

/** Where head and base parted. */
async function startOf(ctx: Ctx, pull: Pull): Promise<string> {
  return (await openGit(ctx, ctx.repository).mergeBase(pull.base.sha, pull.head.sha)) ?? pull.base.sha;
}

async function update(ctx: Ctx): Promise<Reply> {
  const { repository, body } = ctx;
  const pull = pullOf(ctx);
  const changes: Record<string, unknown> = {};
  if (typeof body.title === 'string' && body.title !== pull.title) {
    changes.title = { from: pull.title };
    pull.title = body.title;
  }
  if (body.body !== undefined && body.body !== pull.body) {
    changes.body = { from: pull.body };
    pull.body = body.body;
  }
  if (typeof body.base === 'string' && body.base !== pull.base.ref) {
    const sha = await openGit(ctx, repository).ref(`refs/heads/${body.base}`);
    if (!sha) throw invalid('PullRequest', 'base', 'invalid');
    changes.base = { ref: { from: pull.base.ref }, sha: { from: pull.base.sha } };
    pull.base = { ref: body.base, sha };
  }
  pull.updatedAt = stamp(ctx.clock.now());
  if (Object.keys(changes).length > 0) await announcePull(ctx, repository, pull, 'edited', ctx.actor, { changes });
  if (body.state === 'closed' && pull.state === 'open') {
    closePull(ctx, pull, ctx.actor);
    await announcePull(ctx, repository, pull, 'closed', ctx.actor);
  } else if (body.state === 'open' && pull.state === 'closed') await reopen(ctx, pull);
  return ok(await presentPullFull(ctx, repository, pull));
}

async function reopen(ctx: Ctx, pull: Pull): Promise<void> {
  const head = await openGit(ctx, ctx.repository).ref(`refs/heads/${pull.head.ref}`);
  if (pull.mergedAt !== null || !head) throw invalid('PullRequest', 'state', 'custom', 'state cannot be changed.');
  Object.assign(pull, { state: 'open', closedAt: null, head: { ...pull.head, sha: head } });
  await pointHead(ctx, ctx.repository, pull);
  await announcePull(ctx, ctx.repository, pull, 'reopened', ctx.actor);
}

async function files(ctx: Ctx): Promise<Reply> {
  const pull = pullOf(ctx);
  const rows = await diffFiles(openGit(ctx, ctx.repository), await startOf(ctx, pull), pull.head.sha);
  return paginate(ctx, rows.slice(0, 3000), (file) => presentFile(ctx, ctx.repository, pull.head.sha, file));
}

async function commits(ctx: Ctx): Promise<Reply> {
  const pull = pullOf(ctx);
  const git = openGit(ctx, ctx.repository);
  const list = (await git.commitsOf(pull.head.sha, [pull.base.sha])).toReversed();
  const rows = await Promise.all(list.slice(0, 250).map((oid) => git.commit(oid)));
  return paginate(
    ctx,
    rows.filter((row) => row !== undefined),
    (row) => presentCommit(ctx, ctx.repository, row),
  );
}

async function merge(ctx: Ctx): Promise<Reply> {
  const pull = pullOf(ctx);
  const method = ctx.body.merge_method ?? 'merge';
  if (!['merge', 'squash', 'rebase'].includes(method)) throw unprocessable('Invalid merge_method');
  const git = openGit(ctx, ctx.repository);
  const sha = await git.exclusively(() =>
    mergePull(
      ctx,
      ctx.repository,
      pull,
      { method, title: ctx.body.commit_title, message: ctx.body.commit_message, sha: ctx.body.sha },
      ctx.actor,
    ),
  );
  return ok({ sha, merged: true, message: 'Pull Request successfully merged' });
}

function isMerged(ctx: Ctx): Reply {
  if (pullOf(ctx).mergedAt === null) throw notFound();
  return noContent();
}

async function ofCommit(ctx: Ctx): Promise<Reply> {
  const sha = await openGit(ctx, ctx.repository).resolveCommit(ctx.params.commit_sha ?? '');
  if (!sha) throw unprocessable(`No commit found for SHA: ${ctx.params.commit_sha}`);
  const rows = pullsOf(ctx.state, ctx.repository).filter((pull) => pull.head.sha === sha || pull.mergeCommit === sha);
  for (const pull of rows) await factsOf(ctx, ctx.repository, pull);
  return paginate(ctx, rows, (pull) => presentPull(ctx, ctx.repository, pull));
}

const base = '/repos/{owner}/{repo}/pulls';
const single = `${base}/{pull_number}`;
const reading = { method: 'GET', permission: 'pull_requests:read' } as const;
export const routes: Route[] = [
  { ...reading, path: base, handler: list },
  { method: 'POST', path: base, permission: 'pull_requests:write', handler: open },
  { ...reading, path: single, handler: read },
  { method: 'PATCH', path: single, permission: 'pull_requests:write', handler: update },
  { ...reading, path: `${single}/files`, handler: files },
  { ...reading, path: `${single}/commits`, handler: commits },
  { ...reading, path: `${single}/merge`, handler: isMerged },
  { method: 'PUT', path: `${single}/merge`, permission: 'contents:write', handler: merge },
  { ...reading, path: '/repos/{owner}/{repo}/commits/{commit_sha}/pulls', handler: ofCommit },
];

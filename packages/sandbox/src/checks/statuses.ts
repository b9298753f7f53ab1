// Commit statuses: the older, smaller brother of check runs.
import { checksOf, type CommitStatus } from './records.ts';
import { stamp } from '../world/clock.ts';
import { invalid, unprocessable } from '../world/errors.ts';
import { nodeId, presentAccount } from '../present/accounts.ts';
import { presentCommit } from '../present/commits.ts';
import { presentRepository, repositoryApi } from '../present/repository.ts';
import { created, ok, paginate, type Reply } from '../http/reply.ts';
import type { Ctx } from '../http/context.ts';
import type { Route } from '../http/route.ts';

const base = '/repos/{owner}/{repo}';
const STATES: readonly string[] = ['error', 'failure', 'pending', 'success'];

export const statusRoutes: Route[] = [
  { method: 'POST', path: `${base}/statuses/{sha}`, permission: 'statuses:write', handler: create },
  {
    method: 'GET',
    path: `${base}/commits/{ref}/statuses`,
    permission: 'statuses:read',
    handler: async (ctx) => paginate(ctx, await statusesOf(ctx), (commitStatus) => present(ctx, commitStatus)),
  },
  {
    method: 'GET',
    path: `${base}/statuses/{ref}`,
    permission: 'statuses:read',
    handler: async (ctx) => paginate(ctx, await statusesOf(ctx), (commitStatus) => present(ctx, commitStatus)),
  },
  { method: 'GET', path: `${base}/commits/{ref}/status`, permission: 'statuses:read', handler: combine },
];

async function create(ctx: Ctx): Promise<Reply> {
  const { state, context = 'default', description = null, target_url = null } = ctx.body;
  const git = ctx.git.open(ctx.state.fullName(ctx.repository));
  const sha = await git.resolveCommit(ctx.params['sha'] ?? '');
  const commit = sha && (await git.commit(sha));
  if (!sha || !commit) throw unprocessable(`No commit found for SHA: ${ctx.params['sha']}`);
  if (!STATES.includes(state)) throw invalid('Status', 'state', 'invalid');
  if (typeof description === 'string' && description.length > 140)
    throw invalid('Status', 'description', 'custom', 'description is too long (maximum is 140 characters)');
  const now = stamp(ctx.clock.now());
  const status: CommitStatus = {
    id: ctx.state.nextId(),
    repository: ctx.repository.id,
    sha,
    state,
    context,
    description,
    targetUrl: target_url,
    creator: ctx.caller.id,
    createdAt: now,
    updatedAt: now,
  };
  checksOf(ctx.state).statuses[status.id] = status;
  ctx.emit({
    event: 'status',
    payload: {
      id: status.id,
      sha,
      name: ctx.state.fullName(ctx.repository),
      target_url,
      avatar_url: null,
      context,
      description,
      state,
      commit: presentCommit(ctx, ctx.repository, commit),
      branches: await branchesAt(ctx, sha),
      created_at: now,
      updated_at: now,
    },
    sender: ctx.caller,
    repository: ctx.repository,
    actor: ctx.actor,
  });
  return created(present(ctx, status));
}

/** Those whose head it is. */
async function branchesAt(ctx: Ctx, sha: string): Promise<object[]> {
  const heads = await ctx.git.open(ctx.state.fullName(ctx.repository)).refs('refs/heads/');
  const commit = { sha, url: `${repositoryApi(ctx, ctx.repository)}/commits/${sha}` };
  return [...heads]
    .filter(([, oid]) => oid === sha)
    .map(([ref]) => ({ name: ref.replace('refs/heads/', ''), commit, protected: false }));
}

async function statusesOf(ctx: Ctx): Promise<CommitStatus[]> {
  const sha = await ctx.git.open(ctx.state.fullName(ctx.repository)).resolveCommit(ctx.params['ref'] ?? '');
  if (!sha) throw unprocessable(`No commit found for SHA: ${ctx.params['ref']}`);
  return Object.values(checksOf(ctx.state).statuses)
    .filter((status) => status.repository === ctx.repository.id && status.sha === sha)
    .toSorted((a, b) => b.id - a.id);
}

async function combine(ctx: Ctx): Promise<Reply> {
  const all = await statusesOf(ctx);
  const latest = all.filter(
    (commitStatus, at) => all.findIndex((other) => other.context === commitStatus.context) === at,
  );
  const states = latest.map((commitStatus) => commitStatus.state);
  const state = states.some((state) => state === 'failure' || state === 'error')
    ? 'failure'
    : states.length === 0 || states.includes('pending')
      ? 'pending'
      : 'success';
  const sha =
    all[0]?.sha ??
    (await ctx.git.open(ctx.state.fullName(ctx.repository)).resolveCommit(ctx.params['ref'] ?? '')) ??
    '';
  const api = `${repositoryApi(ctx, ctx.repository)}/commits/${sha}`;
  return ok({
    state,
    statuses: latest.map((commitStatus) => ({ ...present(ctx, commitStatus), creator: undefined })),
    sha,
    total_count: latest.length,
    repository: presentRepository(ctx, ctx.repository),
    commit_url: api,
    url: `${api}/status`,
  });
}

function present(ctx: Ctx, status: CommitStatus): Record<string, unknown> {
  const creator = presentAccount(ctx, ctx.state.account(status.creator));
  return {
    url: `${repositoryApi(ctx, ctx.repository)}/statuses/${status.sha}`,
    avatar_url: creator['avatar_url'],
    id: status.id,
    node_id: nodeId('StatusContext', status.id),
    state: status.state,
    description: status.description,
    target_url: status.targetUrl,
    context: status.context,
    created_at: status.createdAt,
    updated_at: status.updatedAt,
    creator,
  };
}

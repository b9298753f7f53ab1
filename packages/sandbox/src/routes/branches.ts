// Branches and tags by name, and the protection of branches.
import { inEmptyWindow } from '../http/empty-window.ts';
import { notFound, refused, unprocessable } from '../world/errors.ts';
import { nodeId } from '../present/accounts.ts';
import { presentCommit } from '../present/commits.ts';
import { presentRestrictions, presentReviewRules } from '../present/protection.ts';
import { repositoryApi } from '../present/repository.ts';
import { openGit } from '../world/open-git.ts';
import { noContent, ok, paginate, type Reply } from '../http/reply.ts';
import type { Ctx } from '../http/context.ts';
import type { Route } from '../http/route.ts';

async function list(ctx: Ctx): Promise<Reply> {
  const { repository } = ctx;
  if (inEmptyWindow(repository)) return paginate(ctx, [], () => null);
  const wanted = ctx.query.get('protected');
  const rows = [...(await openGit(ctx, repository).refs('refs/heads/'))]
    .map(([ref, sha]) => ({ name: ref.slice('refs/heads/'.length), sha }))
    .filter(({ name }) => wanted === null || String(repository.protection[name] !== undefined) === wanted);
  return paginate(ctx, rows, ({ name, sha }) => ({
    name,
    commit: { sha, url: `${repositoryApi(ctx, repository)}/commits/${sha}` },
    protected: repository.protection[name] !== undefined,
  }));
}

async function read(ctx: Ctx): Promise<Reply> {
  const { repository } = ctx;
  const name = ctx.params.branch ?? '';
  const git = openGit(ctx, repository);
  const oid = inEmptyWindow(repository) ? undefined : await git.ref(`refs/heads/${name}`);
  const commit = oid === undefined ? undefined : await git.commit(oid);
  if (!commit) throw notFound('Branch not found');
  const api = `${repositoryApi(ctx, repository)}/branches/${name}`;
  const guarded = repository.protection[name] !== undefined;
  return ok({
    name,
    commit: presentCommit(ctx, repository, commit),
    _links: { self: api, html: `${ctx.url}/${ctx.state.fullName(repository)}/tree/${name}` },
    protected: guarded,
    protection: { enabled: guarded, required_status_checks: { enforcement_level: 'off', contexts: [], checks: [] } },
    protection_url: `${api}/protection`,
  });
}

function presentProtection(ctx: Ctx, name: string): Record<string, unknown> {
  const rules = ctx.repository.protection[name];
  if (!rules) throw notFound('Branch not protected');
  const url = `${repositoryApi(ctx, ctx.repository)}/branches/${name}/protection`;
  const toggle = (key: string) => ({ enabled: rules[key] === true });
  const checks = rules.required_status_checks as { strict?: boolean; contexts?: string[]; checks?: unknown[] } | null;
  const reviews = rules.required_pull_request_reviews as Record<string, unknown> | null;
  const restrictions = rules.restrictions as { users?: string[]; teams?: string[] } | null;
  return {
    url,
    ...(checks
      ? {
          required_status_checks: {
            url: `${url}/required_status_checks`,
            strict: checks.strict === true,
            contexts: checks.contexts ?? [],
            contexts_url: `${url}/required_status_checks/contexts`,
            checks: checks.checks ?? (checks.contexts ?? []).map((context) => ({ context, app_id: null })),
          },
        }
      : {}),
    ...(reviews
      ? {
          required_pull_request_reviews: presentReviewRules(
            ctx,
            ctx.repository,
            `${url}/required_pull_request_reviews`,
            reviews,
          ),
        }
      : {}),
    ...(restrictions
      ? { restrictions: presentRestrictions(ctx, ctx.repository, `${url}/restrictions`, restrictions) }
      : {}),
    enforce_admins: { url: `${url}/enforce_admins`, ...toggle('enforce_admins') },
    required_signatures: { url: `${url}/required_signatures`, enabled: false },
    required_linear_history: toggle('required_linear_history'),
    allow_force_pushes: toggle('allow_force_pushes'),
    allow_deletions: toggle('allow_deletions'),
    block_creations: toggle('block_creations'),
    required_conversation_resolution: toggle('required_conversation_resolution'),
    lock_branch: toggle('lock_branch'),
    allow_fork_syncing: toggle('allow_fork_syncing'),
  };
}

async function protect(ctx: Ctx): Promise<Reply> {
  if (ctx.repository.private && !ctx.settings.privateRulesets) throw refused('protection-free-plan');
  const name = ctx.params.branch ?? '';
  if (!(await openGit(ctx, ctx.repository).ref(`refs/heads/${name}`))) throw notFound('Branch not found');
  const wanted = ['required_status_checks', 'enforce_admins', 'required_pull_request_reviews', 'restrictions'];
  const missing = wanted.filter((key) => ctx.body[key] === undefined);
  if (missing.length > 0)
    throw unprocessable(`Invalid request.\n\n${missing.map((key) => `"${key}" wasn't supplied.`).join('\n')}`);
  ctx.repository.protection[name] = ctx.body;
  return ok(presentProtection(ctx, name));
}

function unprotect(ctx: Ctx): Reply {
  const name = ctx.params.branch ?? '';
  if (!ctx.repository.protection[name]) throw notFound('Branch not protected');
  delete ctx.repository.protection[name];
  return noContent();
}

async function tags(ctx: Ctx): Promise<Reply> {
  const git = openGit(ctx, ctx.repository);
  const api = repositoryApi(ctx, ctx.repository);
  const rows = [];
  for (const [ref, oid] of inEmptyWindow(ctx.repository) ? [] : await git.refs('refs/tags/')) {
    const name = ref.slice('refs/tags/'.length);
    const sha = (await git.commit(oid)) ? oid : await git.resolveCommit(ref);
    rows.push({
      name,
      zipball_url: `${api}/zipball/${ref}`,
      tarball_url: `${api}/tarball/${ref}`,
      commit: { sha, url: `${api}/commits/${sha}` },
      node_id: nodeId('Ref', `${ctx.repository.id}:${ref}`),
    });
  }
  return paginate(ctx, rows.toReversed(), (row) => row);
}

const base = '/repos/{owner}/{repo}';
const guard = `${base}/branches/{branch}/protection`;
export const routes: Route[] = [
  { method: 'GET', path: `${base}/branches`, permission: 'contents:read', handler: list },
  { method: 'GET', path: `${base}/branches/{branch}`, permission: 'contents:read', handler: read },
  { method: 'GET', path: `${base}/branches/{branch*}`, permission: 'contents:read', handler: read },
  {
    method: 'GET',
    path: guard,
    permission: 'administration:read',
    handler: (ctx) => ok(presentProtection(ctx, ctx.params.branch ?? '')),
  },
  { method: 'PUT', path: guard, permission: 'administration:write', handler: protect },
  { method: 'DELETE', path: guard, permission: 'administration:write', handler: unprotect },
  { method: 'GET', path: `${base}/tags`, permission: 'contents:read', handler: tags },
];

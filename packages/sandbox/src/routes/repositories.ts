// Repositories: list, create, read, change, delete, topics.
import { canRead, isMember, isOwner } from '../world/access.ts';
import { forbidden, invalid, notFound, refused, unprocessable } from '../world/errors.ts';
import { openGit } from '../world/open-git.ts';
import { presentFor, presentFull } from '../present/repository.ts';
import { announceRepository, createRepository, removeRepository, renameRepository } from '../changes/repositories.ts';
import type { Account, Repository } from '../world/records.ts';
import { created, noContent, ok, paginate, type Reply } from '../http/reply.ts';
import { stamp } from '../world/clock.ts';
import { appendCommit } from '../changes/write-commit.ts';
import type { Ctx } from '../http/context.ts';
import type { Route } from '../http/route.ts';

const settingNames = [
  'has_issues',
  'has_projects',
  'has_wiki',
  'allow_squash_merge',
  'allow_merge_commit',
  'allow_rebase_merge',
  'allow_auto_merge',
  'delete_branch_on_merge',
  'allow_update_branch',
  'allow_forking',
];

function settingsOf(ctx: Ctx): Record<string, unknown> {
  return Object.fromEntries(
    settingNames.filter((name) => ctx.body[name] !== undefined).map((name) => [name, ctx.body[name]]),
  );
}

function wantsPrivate(ctx: Ctx, otherwise: boolean): boolean {
  if (ctx.body.visibility !== undefined) return ctx.body.visibility !== 'public';
  return ctx.body.private === undefined ? otherwise : ctx.body.private === true;
}

async function create(ctx: Ctx, owner: Account): Promise<Reply> {
  const repository = await createRepository(ctx, owner, {
    name: ctx.body.name,
    description: ctx.body.description ?? null,
    homepage: ctx.body.homepage ?? null,
    private: wantsPrivate(ctx, false),
    isTemplate: ctx.body.is_template === true,
    settings: settingsOf(ctx),
  });
  announceRepository(ctx, repository, ctx.actor);
  if (ctx.body.auto_init === true) {
    const content = Buffer.from(`# ${repository.name}\n${repository.description ? `${repository.description}\n` : ''}`);
    const oid = await openGit(ctx, repository).write('blob', content);
    const changes = [{ path: 'README.md', entry: { mode: '100644', oid } }];
    const start = { branch: repository.defaultBranch, parent: undefined, message: 'Initial commit', changes };
    await appendCommit(ctx, repository, start, ctx.actor);
  }
  return created(presentFull(ctx, repository, ctx.actor));
}

function createInOrganization(ctx: Ctx): Promise<Reply> {
  const { actor, organization } = ctx;
  if (actor.kind === 'installation') {
    if (actor.installation.account !== organization.id) throw notFound();
    if (actor.permissions.administration !== 'write') throw forbidden();
  } else if (actor.kind !== 'user' || !isMember(ctx.state, organization.id, actor.account.id)) throw notFound();
  else if (ctx.state.organization(organization.id)?.policy?.repositories === false) {
    if (!isOwner(ctx.state, organization.id, actor.account.id)) throw refused('creation-forbidden');
  }
  return create(ctx, organization);
}

async function update(ctx: Ctx): Promise<Reply> {
  const { repository, body, actor } = ctx;
  const changes: Record<string, unknown> = {};
  let action = 'edited';
  if (repository.archived && body.archived !== false) throw refused('archived');
  if (body.default_branch !== undefined && body.default_branch !== repository.defaultBranch) {
    if (!(await openGit(ctx, repository).ref(`refs/heads/${body.default_branch}`))) {
      throw invalid('Repository', 'default_branch', 'invalid', `The branch ${body.default_branch} was not found.`);
    }
    changes.default_branch = { from: repository.defaultBranch };
    repository.defaultBranch = String(body.default_branch);
    await openGit(ctx, repository).setHead(repository.defaultBranch);
  }
  if (typeof body.name === 'string' && body.name !== repository.name) {
    changes.repository = { name: { from: repository.name } };
    action = 'renamed';
    await renameRepository(ctx, repository, body.name);
  }
  const hidden = wantsPrivate(ctx, repository.private);
  if (hidden !== repository.private) action = hidden ? 'privatized' : 'publicized';
  repository.private = hidden;
  if (typeof body.archived === 'boolean' && body.archived !== repository.archived) {
    action = body.archived ? 'archived' : 'unarchived';
    repository.archived = body.archived;
  }
  if (body.description !== undefined) {
    if (body.description !== repository.description) changes.description = { from: repository.description };
    repository.description = body.description;
  }
  if (body.homepage !== undefined) repository.homepage = body.homepage;
  if (body.is_template !== undefined) repository.isTemplate = body.is_template === true;
  Object.assign(repository.settings, settingsOf(ctx));
  repository.updatedAt = stamp(ctx.clock.now());
  const payload = action === 'edited' || action === 'renamed' ? { changes } : {};
  ctx.emit({ event: 'repository', action, payload, repository, sender: ctx.caller, actor });
  return ok(presentFull(ctx, repository, actor));
}

function list(ctx: Ctx, owner: Account): Reply {
  const type = ctx.query.get('type') ?? 'all';
  const shown = ctx.state
    .repositoriesOf(owner.id)
    .filter((repository) => canRead(ctx.state, ctx.actor, repository))
    .filter((repository) => (type === 'private' ? repository.private : type === 'public' ? !repository.private : true));
  return paginate(ctx, sorted(ctx, shown), (repository) => presentFor(ctx, repository, ctx.actor));
}

function sorted(ctx: Ctx, repositories: Repository[]): Repository[] {
  const sort = ctx.query.get('sort') ?? 'created';
  const key = (repository: Repository) =>
    sort === 'full_name'
      ? repository.name.toLowerCase()
      : sort === 'pushed'
        ? (repository.pushedAt ?? '')
        : sort === 'updated'
          ? repository.updatedAt
          : String(repository.id).padStart(12, '0');
  const falling = (ctx.query.get('direction') ?? (sort === 'full_name' ? 'asc' : 'desc')) === 'desc';
  const order = repositories.toSorted((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0));
  return falling ? order.toReversed() : order;
}

function replaceTopics(ctx: Ctx): Reply {
  const { names } = ctx.body;
  const good = (name: unknown) => typeof name === 'string' && /^[a-z0-9][a-z0-9-]{0,49}$/.test(name);
  if (!Array.isArray(names) || names.length > 20 || !names.every(good)) throw unprocessable('Validation Failed');
  ctx.repository.topics = names;
  return ok({ names });
}

export const routes: Route[] = [
  { method: 'GET', path: '/orgs/{org}/repos', handler: (ctx) => list(ctx, ctx.organization) },
  { method: 'POST', path: '/orgs/{org}/repos', permission: 'token', handler: createInOrganization },
  {
    method: 'GET',
    path: '/users/{username}/repos',
    handler: (ctx) => {
      const account = ctx.state.accountByLogin(ctx.params.username ?? '');
      if (!account) throw notFound();
      return list(ctx, account);
    },
  },
  {
    method: 'POST',
    path: '/user/repos',
    permission: 'token',
    handler: (ctx) => {
      if (ctx.actor.kind !== 'user') throw forbidden();
      return create(ctx, ctx.caller);
    },
  },
  { method: 'GET', path: '/repos/{owner}/{repo}', handler: (ctx) => ok(presentFull(ctx, ctx.repository, ctx.actor)) },
  { method: 'PATCH', path: '/repos/{owner}/{repo}', permission: 'administration:write', handler: update },
  {
    method: 'DELETE',
    path: '/repos/{owner}/{repo}',
    permission: 'administration:write',
    handler: async (ctx) => {
      await removeRepository(ctx, ctx.repository, ctx.actor);
      return noContent();
    },
  },
  { method: 'GET', path: '/repos/{owner}/{repo}/topics', handler: (ctx) => ok({ names: ctx.repository.topics }) },
  { method: 'PUT', path: '/repos/{owner}/{repo}/topics', permission: 'administration:write', handler: replaceTopics },
];

// Apps about themselves: their installations, and the tokens that they mint.
import { createHmac, randomBytes } from 'node:crypto';
import { atLeast } from '../world/access.ts';
import type { Actor } from '../world/actor.ts';
import { emitInstallation } from '../changes/installations.ts';
import { stamp } from '../world/clock.ts';
import { notFound, refused, unprocessable } from '../world/errors.ts';
import { presentApp, presentInstallation } from '../present/apps.ts';
import { presentFor } from '../present/repository.ts';
import type { App, Installation, Permissions, Repository } from '../world/records.ts';
import { created, noContent, ok, paginate } from '../http/reply.ts';
import type { State } from '../world/state.ts';
import type { Ctx } from '../http/context.ts';
import type { Route } from '../http/route.ts';

const lifetime = 3600 * 1000;

function appOf(ctx: Ctx): App {
  if (ctx.actor.kind !== 'app') throw notFound();
  return ctx.actor.app;
}

function installationOf(ctx: Ctx): Installation {
  const installation = ctx.state.store.installations[Number(ctx.params.installation_id)];
  if (!installation || installation.app !== appOf(ctx).id) throw notFound();
  return installation;
}

function installationFor(ctx: Ctx, account: number, repository?: Repository): Installation {
  const app = appOf(ctx);
  const found = Object.values(ctx.state.store.installations).find(
    (installation) =>
      installation.app === app.id &&
      installation.account === account &&
      (!repository || installation.selection === 'all' || installation.repositories.includes(repository.id)),
  );
  if (!found) throw notFound();
  return found;
}

/** A token of the stateless format: its length is not to be relied on. */
function mintInstallationToken(
  state: State,
  installation: Installation,
  grant: { permissions: Permissions; repositories?: number[]; workflow?: boolean },
): { token: string; expiresAt: string } {
  const expiresAt = stamp(new Date(Date.now() + lifetime));
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const claims = {
    iss: 'sandbox',
    iid: installation.id,
    exp: Date.parse(expiresAt) / 1000,
    jti: randomBytes(12).toString('hex'),
  };
  const unsigned = `${part({ alg: 'HS512', typ: 'JWT' })}.${part(claims)}`;
  const signature = createHmac('sha512', randomBytes(32)).update(unsigned).digest('base64url');
  const token = `ghs_${installation.app}_${unsigned}.${signature}`;
  state.store.tokens[token] = {
    kind: 'installation',
    installation: installation.id,
    app: installation.app,
    ...grant,
    expiresAt,
  };
  return { token, expiresAt };
}

function scopedRepositories(ctx: Ctx, installation: Installation): Repository[] | undefined {
  const { repositories: names, repository_ids: ids } = ctx.body as {
    repositories?: string[];
    repository_ids?: number[];
  };
  if (names === undefined && ids === undefined) return undefined;
  if ((names?.length ?? 0) + (ids?.length ?? 0) > 500) throw unprocessable('Too many repositories for installation');
  const reached = reachedBy(ctx.state, installation);
  const byName = new Map(reached.map((repository) => [repository.name.toLowerCase(), repository]));
  const byId = new Map(reached.map((repository) => [repository.id, repository]));
  const wanted = [
    ...(names ?? []).map((name) => byName.get(String(name).toLowerCase())),
    ...(ids ?? []).map((id) => byId.get(id)),
  ];
  if (wanted.includes(undefined)) {
    throw unprocessable(
      'There is at least one repository that does not exist or is not accessible to the parent installation.',
    );
  }
  return [...new Set(wanted as Repository[])];
}

function reachedBy(state: State, installation: Installation): Repository[] {
  return state
    .repositoriesOf(installation.account)
    .filter((repository) => installation.selection === 'all' || installation.repositories.includes(repository.id));
}

function scopedPermissions(ctx: Ctx, installation: Installation): Permissions {
  const wanted = ctx.body.permissions as Permissions | undefined;
  if (wanted === undefined) return installation.permissions;
  for (const [name, level] of Object.entries(wanted)) {
    if (!atLeast(installation.permissions[name], level)) {
      throw refused('permission-not-granted');
    }
  }
  return { metadata: 'read', ...wanted };
}

function mint(ctx: Ctx) {
  const installation = installationOf(ctx);
  if (installation.suspendedAt !== null) throw refused('suspended');
  const repositories = scopedRepositories(ctx, installation);
  const permissions = scopedPermissions(ctx, installation);
  const { token, expiresAt } = mintInstallationToken(ctx.state, installation, {
    permissions,
    ...(repositories ? { repositories: repositories.map((repository) => repository.id) } : {}),
  });
  const actor: Actor = { kind: 'app', app: ctx.state.app(installation.app) };
  return created({
    token,
    expires_at: expiresAt,
    permissions,
    repository_selection: repositories ? 'selected' : installation.selection,
    ...(repositories ? { repositories: repositories.map((repository) => presentFor(ctx, repository, actor)) } : {}),
  });
}

export const routes: Route[] = [
  {
    method: 'GET',
    path: '/app',
    permission: 'jwt',
    handler: (ctx) => {
      const app = appOf(ctx);
      const count = Object.values(ctx.state.store.installations).filter(
        (installation) => installation.app === app.id,
      ).length;
      return ok({ ...presentApp(ctx, app), installations_count: count });
    },
  },
  {
    method: 'GET',
    path: '/app/installations',
    permission: 'jwt',
    handler: (ctx) => {
      const app = appOf(ctx);
      const mine = Object.values(ctx.state.store.installations).filter((installation) => installation.app === app.id);
      return paginate(ctx, mine, (installation) => presentInstallation(ctx, installation));
    },
  },
  {
    method: 'GET',
    path: '/app/installations/{installation_id}',
    permission: 'jwt',
    handler: (ctx) => ok(presentInstallation(ctx, installationOf(ctx))),
  },
  {
    method: 'DELETE',
    path: '/app/installations/{installation_id}',
    permission: 'jwt',
    handler: (ctx) => {
      const installation = installationOf(ctx);
      emitInstallation(ctx, installation, 'deleted');
      delete ctx.state.store.installations[installation.id];
      return noContent();
    },
  },
  { method: 'POST', path: '/app/installations/{installation_id}/access_tokens', permission: 'jwt', handler: mint },
  {
    method: 'GET',
    path: '/orgs/{org}/installation',
    permission: 'jwt',
    handler: (ctx) => ok(presentInstallation(ctx, installationFor(ctx, ctx.organization.id))),
  },
  {
    method: 'GET',
    path: '/users/{username}/installation',
    permission: 'jwt',
    handler: (ctx) => {
      const account = ctx.state.accountByLogin(ctx.params.username ?? '');
      if (!account) throw notFound();
      return ok(presentInstallation(ctx, installationFor(ctx, account.id)));
    },
  },
  {
    method: 'GET',
    path: '/repos/{owner}/{repo}/installation',
    permission: 'jwt',
    handler: (ctx) => ok(presentInstallation(ctx, installationFor(ctx, ctx.repository.owner, ctx.repository))),
  },
  {
    method: 'GET',
    path: '/apps/{app_slug}',
    handler: (ctx) => {
      const app = Object.values(ctx.state.store.apps).find((candidate) => candidate.slug === ctx.params.app_slug);
      if (!app) throw notFound();
      return ok(presentApp(ctx, app));
    },
  },
  {
    method: 'GET',
    path: '/installation/repositories',
    permission: 'token',
    handler: (ctx) => {
      const { actor } = ctx;
      if (actor.kind !== 'installation') throw notFound();
      const reached = reachedBy(ctx.state, actor.installation).filter(
        (repository) => actor.repositories === undefined || actor.repositories.includes(repository.id),
      );
      return paginate(
        ctx,
        reached,
        (repository) => presentFor(ctx, repository, actor),
        (repositories, total) => ({
          total_count: total,
          repository_selection: actor.installation.selection,
          repositories,
        }),
      );
    },
  },
  {
    method: 'DELETE',
    path: '/installation/token',
    permission: 'token',
    handler: (ctx) => {
      if (ctx.actor.kind !== 'installation') throw notFound();
      delete ctx.state.store.tokens[ctx.actor.token];
      return noContent();
    },
  },
];

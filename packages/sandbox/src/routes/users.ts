// People and bots, and who is calling.
import { canRead, roleOf } from '../world/access.ts';
import { forbidden, notFound } from '../world/errors.ts';
import { presentAccount } from '../present/accounts.ts';
import { presentInstallation } from '../present/apps.ts';
import { presentFor } from '../present/repository.ts';
import type { Account } from '../world/records.ts';
import { ok, paginate } from '../http/reply.ts';
import type { Ctx } from '../http/context.ts';
import type { Route } from '../http/route.ts';

/** "public-user": the account with its profile. */
function presentProfile(ctx: Pick<Ctx, 'url' | 'state'>, account: Account): Record<string, unknown> {
  return {
    ...presentAccount(ctx, account),
    name: account.name,
    company: null,
    blog: '',
    location: null,
    email: account.email,
    hireable: null,
    bio: null,
    twitter_username: null,
    public_repos: ctx.state.repositoriesOf(account.id).filter((repository) => !repository.private).length,
    public_gists: 0,
    followers: 0,
    following: 0,
    created_at: account.createdAt,
    updated_at: account.createdAt,
  };
}

function personOf(ctx: Ctx): Account {
  if (ctx.actor.kind === 'installation') throw forbidden();
  return ctx.caller;
}

export const routes: Route[] = [
  { method: 'GET', path: '/user', permission: 'token', handler: (ctx) => ok(presentProfile(ctx, personOf(ctx))) },
  {
    method: 'GET',
    path: '/users/{username}',
    handler: (ctx) => {
      const account = ctx.state.accountByLogin(ctx.params.username ?? '');
      if (!account) throw notFound();
      return ok(presentProfile(ctx, account));
    },
  },
  {
    method: 'GET',
    path: '/user/{account_id}',
    handler: (ctx) => {
      const account = ctx.state.store.accounts[Number(ctx.params.account_id)];
      if (!account) throw notFound();
      return ok(presentProfile(ctx, account));
    },
  },
  {
    method: 'GET',
    path: '/user/repos',
    permission: 'token',
    handler: (ctx) => {
      const person = personOf(ctx);
      const mine = Object.values(ctx.state.store.repositories).filter(
        (repository) =>
          canRead(ctx.state, ctx.actor, repository) &&
          (repository.private || repository.owner === person.id) &&
          roleOf(ctx.state, person.id, repository) !== null,
      );
      return paginate(ctx, mine, (repository) => presentFor(ctx, repository, ctx.actor));
    },
  },
  {
    method: 'GET',
    path: '/user/installations',
    permission: 'token',
    handler: (ctx) => {
      const person = personOf(ctx);
      const mine = Object.values(ctx.state.store.installations).filter(
        (installation) =>
          installation.account === person.id ||
          ctx.state.organization(installation.account)?.members[person.id]?.state === 'active',
      );
      return paginate(
        ctx,
        mine,
        (installation) => presentInstallation(ctx, installation),
        (installations, total) => ({ total_count: total, installations }),
      );
    },
  },
];

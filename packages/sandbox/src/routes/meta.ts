// What a client asks about the service itself.
import type { Budget } from '../world/limits.ts';
import { ok, type Reply } from '../http/reply.ts';
import type { Ctx } from '../http/context.ts';
import type { Route } from '../http/route.ts';

/** What is left of each budget. Asking is free. */
function rateLimit(ctx: Ctx): Reply {
  const shown = ({ limit, used, remaining, reset }: Budget) => ({ limit, used, remaining, reset });
  const core = shown(ctx.budget('core'));
  const search = { limit: 30, used: 0, remaining: 30, reset: core.reset };
  return ok({ resources: { core, search, graphql: shown(ctx.budget('graphql')) }, rate: core });
}

export const routes: Route[] = [
  { method: 'GET', path: '/rate_limit', handler: rateLimit },
  {
    method: 'GET',
    path: '/meta',
    handler: () => ok({ verifiable_password_authentication: true, installed_version: '3.19.0' }),
  },
  { method: 'GET', path: '/zen', handler: () => ok('Practicality beats purity.') },
];

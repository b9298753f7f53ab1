// One call of the API, without its socket: who calls, may they still, what is the answer, what is left of their hour.
import type { IncomingMessage } from 'node:http';
import { authenticate, type Actor } from '../world/actor.ts';
import { notFound, Refusal } from '../world/errors.ts';
import { refusalReply, settle } from './http-body.ts';
import { addressOf } from './forwarded.ts';
import { budgetHeaders, resourceOf, type RateLimits } from './rate-limits.ts';
import type { Reply } from './reply.ts';
import { run, type Match } from './router.ts';
import { completeAnswer } from '../schema/complete.ts';
import type { Ctx } from './context.ts';
import type { World } from '../world/world.ts';

export type Answerer = { world: World; unknownRoutes: string[]; limits: RateLimits };
export type Parts = Pick<Ctx, 'method' | 'path' | 'query' | 'rawBody' | 'body'> & { match: Match | undefined };

/** Never throws: what goes wrong becomes an answer too. */
export async function answer(service: Answerer, request: IncomingMessage, parts: Parts): Promise<Reply> {
  const { world } = service;
  let actor: Actor = { kind: 'anonymous' };
  let finish = (_free: boolean): void => {};
  const route = parts.match?.route.path ?? parts.path;
  let reply: Reply;
  try {
    actor = authenticate(world.state, request.headers);
    const mutation = route === '/graphql' ? /^\s*mutation/.test(String(parts.body.query)) : parts.method !== 'GET';
    finish = service.limits.admit(actor, { method: parts.method, route, mutation });
    reply = settle(await handle(service, request, parts, actor), request);
  } catch (error) {
    if (!(error instanceof Refusal)) {
      world.log(`${parts.method} ${parts.path}: ${error instanceof Error ? error.stack : String(error)}`);
    }
    reply = refusalReply(error);
  }
  finish(reply.status === 304 && actor.kind !== 'anonymous');
  const budget = service.limits.budget(actor, resourceOf({ route }));
  return { ...reply, headers: { ...budgetHeaders(budget), ...scopeHeaders(world, actor), ...reply.headers } };
}

/** What a person's token may do; those of installations have permissions in their place. */
function scopeHeaders({ state }: World, actor: Actor): Record<string, string> {
  const token = actor.kind === 'user' ? state.store.tokens[actor.token] : undefined;
  return token?.kind === 'user' ? { 'x-oauth-scopes': token.scopes.join(', '), 'x-accepted-oauth-scopes': '' } : {};
}

async function handle(
  service: Answerer,
  request: IncomingMessage,
  { match, ...parts }: Parts,
  actor: Actor,
): Promise<Reply> {
  if (!match) {
    const name = `${parts.method} ${parts.path}`;
    service.unknownRoutes.push(name);
    service.world.log(`UNKNOWN ROUTE: ${name}`);
    throw notFound();
  }
  const { path } = match.route;
  const reply = await run(match, {
    ...service.world,
    url: addressOf(service.world, request),
    ...parts,
    budget: (resource = resourceOf({ route: path })) => service.limits.budget(actor, resource),
    params: match.params,
    headers: request.headers,
    actor,
  });
  if (reply.body === undefined || reply.bytes) return reply;
  return { ...reply, body: completeAnswer(parts.method, path, reply.status, reply.body) };
}

// From a path to its route: loads the repository or organisation, checks permission, calls the handler.
import { checkBody } from './check-body.ts';
import { parseNeed, requireOrganization, requireRepository } from '../world/access.ts';
import { senderOf } from '../world/actor.ts';
import { forbidden, notFound, refused, Refusal } from '../world/errors.ts';
import type { Account, Repository } from '../world/records.ts';
import { redirect, type Reply } from './reply.ts';
import type { Ctx } from './context.ts';
import type { Route } from './route.ts';

type Pattern = { route: Route; parts: string[]; greedy: boolean };
export type Match = { route: Route; params: Record<string, string> };

/** A table that finds the most literal route for a method and path. */
export class Router {
  readonly #byMethod = new Map<string, Pattern[]>();

  constructor(routes: readonly Route[]) {
    for (const route of routes) {
      const parts = route.path.split('/').slice(1);
      const patterns = this.#byMethod.get(route.method) ?? [];
      patterns.push({ route, parts, greedy: route.path.endsWith('*}') });
      this.#byMethod.set(route.method, patterns);
    }
    for (const patterns of this.#byMethod.values()) patterns.sort(byLiteralness);
  }

  find(method: string, path: string): Match | undefined {
    const segments = path.split('/').slice(1);
    if (segments.length > 1 && segments.at(-1) === '') segments.pop();
    for (const pattern of this.#byMethod.get(method) ?? []) {
      const params = matchParts(pattern, segments);
      if (params) return { route: pattern.route, params };
    }
    return undefined;
  }
}

const isParameter = (part: string | undefined) => part?.startsWith('{') === true;

function byLiteralness(a: Pattern, b: Pattern): number {
  if (a.greedy !== b.greedy) return a.greedy ? 1 : -1;
  for (let at = 0; at < Math.max(a.parts.length, b.parts.length); at++) {
    const [left, right] = [isParameter(a.parts[at]), isParameter(b.parts[at])];
    if (left !== right) return left ? 1 : -1;
  }
  return b.parts.length - a.parts.length;
}

function matchParts({ parts, greedy }: Pattern, segments: string[]): Record<string, string> | undefined {
  if (greedy ? segments.length < parts.length - 1 : segments.length !== parts.length) return undefined;
  const params: Record<string, string> = {};
  for (const [at, part] of parts.entries()) {
    const last = greedy && at === parts.length - 1;
    const segment = last ? segments.slice(at).join('/') : segments[at];
    if (segment === undefined) return undefined;
    if (isParameter(part)) {
      if (segment === '' && !last) return undefined;
      params[part.replace(/^\{|\*?\}$/g, '')] = decode(segment);
    } else if (part !== segment) return undefined;
  }
  return params;
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw new Refusal(400, 'Problems parsing the path');
  }
}

/** Runs a route: its subject exists, the actor may, then its handler. */
export async function run(match: Match, ctx: Omit<Ctx, 'repository' | 'organization' | 'caller'>): Promise<Reply> {
  const { route, params } = match;
  const subject: { repository?: Repository; organization?: Account } = {};
  if (params.owner !== undefined && params.repo !== undefined) {
    const found = ctx.state.repositoryByName(params.owner, params.repo);
    if (!found) throw notFound();
    if (route.permission !== 'jwt')
      requireRepository(ctx.state, ctx.actor, found.repository, parseNeed('metadata:read'));
    if (found.renamed) return moved(ctx, found.repository, params.owner, params.repo);
    subject.repository = found.repository;
  }
  if (params.org !== undefined) {
    const account = ctx.state.accountByLogin(params.org);
    if (!account || account.type !== 'Organization') throw notFound();
    subject.organization = account;
  }
  checkPermission(route, ctx, subject);
  const complete = Object.defineProperties(ctx, {
    repository: { get: () => subject.repository ?? fail('repository'), enumerable: true },
    organization: { get: () => subject.organization ?? fail('organization'), enumerable: true },
    caller: { get: () => callerOf(ctx) },
  }) as Ctx;
  checkBody(route, ctx);
  return route.handler(complete);
}

function callerOf(ctx: Pick<Ctx, 'actor'>): Account {
  const account = senderOf(ctx.actor);
  if (!account) throw new Refusal(401, 'Requires authentication');
  return account;
}

function fail(what: string): never {
  throw new Error(`a handler asked for the ${what} of a path without one`);
}

function moved(
  ctx: Pick<Ctx, 'method' | 'url' | 'path' | 'query'>,
  repository: Repository,
  owner: string,
  repo: string,
): Reply {
  const rest = ctx.path.slice(`/repos/${owner}/${repo}`.length);
  const query = ctx.query.size > 0 ? `?${ctx.query}` : '';
  const location = `${ctx.url}/api/v3/repositories/${repository.id}${rest}${query}`;
  // A write is told to repeat itself as it was: by 301, clients would turn it into a read.
  const { status, message } = refused(ctx.method === 'GET' ? 'moved' : 'moved-write', { location });
  const documentation_url = 'https://docs.github.com/rest';
  return redirect(status as 301 | 307, location, { message, url: location, documentation_url });
}

function checkPermission(
  route: Route,
  ctx: Pick<Ctx, 'actor' | 'state'>,
  subject: { repository?: Repository; organization?: Account },
): void {
  const { permission } = route;
  if (permission === undefined) return;
  const { actor, state } = ctx;
  if (permission === 'jwt') {
    if (actor.kind !== 'app') throw new Refusal(401, 'A JSON web token could not be decoded');
    return;
  }
  if (permission === 'token') {
    if (actor.kind === 'anonymous') throw new Refusal(401, 'Requires authentication');
    if (actor.kind === 'app') throw forbidden();
    return;
  }
  const need = parseNeed(permission);
  if (subject.repository) requireRepository(state, actor, subject.repository, need);
  else if (subject.organization) requireOrganization(state, actor, subject.organization.id, need);
}

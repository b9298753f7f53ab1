// A mutation does what the REST route of the same deed does: its permission, its refusals, its events.
import { commentRoutes } from '../issues/comments.ts';
import { labelRoutes } from '../issues/labels.ts';
import { issueRoutes } from '../issues/routes.ts';
import { routes as commits } from '../routes/commits.ts';
import { routes as generate } from '../routes/generate.ts';
import { routes as pulls } from '../routes/pulls.ts';
import { routes as repositories } from '../routes/repositories.ts';
import { routes as reviews } from '../routes/reviews.ts';
import type { Body, Ctx } from '../http/context.ts';
import type { Route } from '../http/route.ts';
import { Router, run } from '../http/router.ts';
import { Refusal } from '../world/errors.ts';
import type { Repository } from '../world/records.ts';
import { fail, type FailureType } from './fail.ts';

const router = new Router([
  ...commits,
  ...commentRoutes,
  ...generate,
  ...issueRoutes,
  ...labelRoutes,
  ...pulls,
  ...repositories,
  ...reviews,
]);

const ofPath: readonly string[] = ['repository', 'organization', 'caller'];

/** The context without what belongs to the path of its own request. */
function plain(ctx: Ctx): Omit<Ctx, 'repository' | 'organization' | 'caller'> {
  const own = Object.entries(Object.getOwnPropertyDescriptors(ctx)).filter(([name]) => !ofPath.includes(name));
  return Object.defineProperties({}, Object.fromEntries(own)) as Omit<Ctx, 'repository' | 'organization' | 'caller'>;
}

/** As a handler of a route of this repository has it. */
export function inRepository(ctx: Ctx, repository: Repository): Ctx {
  return { ...plain(ctx), repository } as Ctx;
}

/** The body of its answer. */
export async function byRest(ctx: Ctx, method: Route['method'], path: string, body: Body = {}): Promise<Body> {
  const match = router.find(method, path);
  if (!match) throw new Error(`no route ${method} ${path}`);
  const query = new URLSearchParams();
  try {
    const reply = await run(match, { ...plain(ctx), method, path, query, body: given(body), params: match.params });
    return (reply.body ?? {}) as Body;
  } catch (error) {
    if (error instanceof Refusal) throw asFailure(error);
    throw error;
  }
}

/** What is refused as REST refuses it, as an error of GraphQL. */
export function asGraphQL<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw error instanceof Refusal ? asFailure(error) : error;
  }
}

/** What the caller left out is left out; GraphQL has null for it. */
const given = (body: Body): Body =>
  Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined && value !== null));

const types: Record<number, FailureType> = { 403: 'FORBIDDEN', 404: 'NOT_FOUND', 410: 'NOT_FOUND' };

/** GraphQL has one message where REST has a list of errors. */
function asFailure({ status, message, errors }: Refusal): Error {
  const said = (errors ?? []).flatMap((error) => {
    if (typeof error === 'string') return [error];
    const { message: text, field, code } = error as { message?: string; field?: string; code?: string };
    return text ?? (field === undefined ? [] : [`${field} ${(code ?? 'invalid').replaceAll('_', ' ')}`]);
  });
  return fail(types[status] ?? 'UNPROCESSABLE', said.length > 0 ? said.join(', ') : message);
}

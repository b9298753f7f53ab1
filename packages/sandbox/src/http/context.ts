// What a handler is given: the world, and the request.
import type { IncomingHttpHeaders } from 'node:http';
import type { Actor } from '../world/actor.ts';
import type { Budget } from '../world/limits.ts';
import type { Account, Repository } from '../world/records.ts';
import type { World } from '../world/world.ts';

// A request's body is whatever JSON the client sent: handlers read it field by field and the route's schema checks it.
export type Body = Record<string, any>;

export type Ctx = World & {
  /** What the caller has left; of 'core' or 'graphql'. */
  budget: (resource?: string) => Budget;
  method: string;
  path: string;
  params: Record<string, string>;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  rawBody: Buffer;
  body: Body;
  actor: Actor;
  /** The account behind the actor; 401 where there is none. */
  readonly caller: Account;
  /** The repository of a route with {owner}/{repo}. */
  readonly repository: Repository;
  /** The organisation of a route with {org}. */
  readonly organization: Account;
};

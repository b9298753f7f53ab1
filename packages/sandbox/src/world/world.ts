// What every part of the sandbox works with, and what a handler is given on top of it.
import type { IncomingHttpHeaders } from 'node:http';
import type { Actor } from './actor.ts';
import type { Clock } from './clock.ts';
import type { Deliverer } from '../webhooks/deliver.ts';
import type { GitStore } from '../git/store.ts';
import type { Account, Repository } from './records.ts';
import type { Budget, RateLimitSettings } from '../http/rate-limits.ts';
import type { Reply } from '../http/reply.ts';
import type { State } from './state.ts';

/** An event before it is addressed: the emitter adds action, installation, organization, repository and sender. */
export type Emission = {
  event: string;
  action?: string;
  payload: Record<string, unknown>;
  sender: Account;
  repository?: Repository;
  /** The organisation (or user) account; that of the repository if left out. */
  account?: Account;
  /** Deliver only to this app (check_run.rerequested, installation ...). */
  app?: number;
  /** Who caused it, where a token did. */
  actor?: Actor;
};

export type Settings = {
  rateLimits: RateLimitSettings;
  /** The window after `generate` in which git data answers 409: a number of reads, or milliseconds of real time. */
  emptyWindow: { reads: number; milliseconds: number };
  /** 50 invitations a day for each repository and organisation, by the course clock. */
  limitInvitations: boolean;
  /** Whether private repositories may have rulesets: not on the free plan. */
  privateRulesets: boolean;
  /** How long a webhook receiver may take, milliseconds. */
  webhookTimeout: number;
};

export type World = {
  dir: string;
  /** http://host:port, without a slash at its end. */
  url: string;
  state: State;
  git: GitStore;
  clock: Clock;
  settings: Settings;
  log: (line: string) => void;
  emit: (emission: Emission) => void;
  /** Hears every emission, in the process, before any webhook is delivered. Returns its removal. */
  onEvent: (listener: (emission: Emission) => void) => () => void;
  deliveries: Deliverer;
};

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

export type Handler = (ctx: Ctx) => Reply | Promise<Reply>;

export type Route = {
  method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  /** As in GitHub's description; a last part `{path*}` takes the rest with its slashes. */
  path: string;
  /** 'contents:write' on the repository or organisation of the path; 'jwt': only an app itself; 'token': anybody known. Default: metadata:read where there is a repository. */
  permission?: string;
  handler: Handler;
};

// Starts the sandbox GitHub: wires its parts and listens.
import { mkdirSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { installActions, type ActionsOptions } from '../actions/install-actions.ts';
import { makeAdmin, type Admin } from '../admin/admin.ts';
import type { RefuseOptions } from '../admin/admin-refusals.ts';
import type { RefusalName } from '../refusals/table.ts';
import type { IdleView } from '../admin/admin-http.ts';
import type { WorldClock } from '../world/clock.ts';
import { Deliverer } from '../webhooks/deliver.ts';
import { Faults } from '../http/faults.ts';
import { GitStore } from '../git/store.ts';
import { loadStore, StoreFile } from '../world/persist.ts';
import { githubLimits, RateLimits } from '../http/rate-limits.ts';
import type { RateLimitSettings } from '../world/limits.ts';
import { Router } from '../http/router.ts';
import { apiRoutes, siteRoutes } from './routes.ts';
import { completeEvent } from '../schema/complete.ts';
import { serve, type Exchange, type Service } from './serve.ts';
import { emptyStore, State } from '../world/state.ts';
import { makeEmit } from '../webhooks/webhooks.ts';
import type { Emission, Settings, World } from '../world/world.ts';

export type SandboxOptions = {
  /** Bare repositories go to DIR/git, the store to DIR/sandbox.json. */
  dir: string;
  clock: WorldClock;
  /** A free one by default. */
  port?: number;
  host?: string;
  /** Write the store before a mutating request is answered, and resume from it. */
  persist?: boolean;
  settings?: Partial<Omit<Settings, 'rateLimits'>>;
  /** Which limits are enforced; none by default. */
  rateLimits?: Partial<RateLimitSettings>;
  actions?: ActionsOptions;
  log?: (line: string) => void;
};

export type SentEvent = { event: string; action: string | undefined; payload: Record<string, unknown> };

export type Sandbox = {
  url: string;
  dir: string;
  world: World;
  state: State;
  clock: WorldClock;
  git: GitStore;
  admin: Admin;
  faults: Faults;
  /** Answers with a row of the table of refusals, until the returned function is called. */
  refuse: (name: RefusalName, options?: RefuseOptions) => () => void;
  /** `METHOD /path` of every request that no route answers. */
  unknownRoutes: string[];
  /** Nothing is being delivered and no workflow runs; `sequence` changes with every event. */
  idle: () => IdleView;
  /** Adds a source of work that makes the sandbox busy while it is not zero. */
  addRunning: (count: () => number) => void;
  /** Hears every request and its answer. */
  onExchange: (listener: (exchange: Exchange) => void) => () => void;
  onEvent: World['onEvent'];
  /** Hears every payload as it goes out. */
  onDelivery: (listener: (delivery: SentEvent) => void) => () => void;
  /** Runs at close, before the server stops. */
  onClose: (work: () => void | Promise<void>) => void;
  close: () => Promise<void>;
};

const defaults: Omit<Settings, 'rateLimits'> = {
  emptyWindow: { reads: 0, milliseconds: 0 },
  limitInvitations: false,
  privateRulesets: true,
  webhookTimeout: 10_000,
  webhooksSideBySide: false,
};

function makeWorld(
  options: SandboxOptions,
  state: State,
  faults: Faults,
  sent: ReadonlySet<(delivery: SentEvent) => void>,
): { world: World; deliverer: Deliverer } {
  const dir = resolve(options.dir);
  const log = options.log ?? (() => {});
  const settings: Settings = {
    ...defaults,
    ...options.settings,
    rateLimits: { ...githubLimits, ...options.rateLimits },
  };
  const listeners = new Set<(emission: Emission) => void>();
  const deliverer = new Deliverer({
    dir: options.persist ? dir : undefined,
    state,
    now: () => options.clock.now(),
    timeout: () => settings.webhookTimeout,
    sideBySide: () => settings.webhooksSideBySide,
    fate: (attempt) => faults.forDelivery(attempt.event),
    onDone: () => {},
    log,
  });
  const world: World = {
    dir,
    url: '',
    state,
    git: new GitStore(join(dir, 'git')),
    clock: options.clock,
    settings,
    log,
    emit: () => {},
    onEvent: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    deliveries: deliverer,
  };
  world.emit = makeEmit(world, deliverer, listeners, (event, action, payload) => {
    const completed = completeEvent(event, action, payload);
    for (const listener of sent) listener({ event, action, payload: completed });
    return completed;
  });
  return { world, deliverer };
}

export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  mkdirSync(join(options.dir, 'git'), { recursive: true });
  const state = new State(options.persist ? loadStore(options.dir) : emptyStore());
  const faults = new Faults();
  const sent = new Set<(delivery: SentEvent) => void>();
  const { world, deliverer } = makeWorld(options, state, faults, sent);
  const file = options.persist ? new StoreFile(world.dir, () => state.store) : undefined;
  const running: (() => number)[] = [];
  const exchanges = new Set<(exchange: Exchange) => void>();
  const closers: (() => void | Promise<void>)[] = [];
  const unknownRoutes: string[] = [];
  const idle = () => idleView(state, deliverer, running);
  const service: Service = {
    world,
    admin: makeAdmin(world, faults),
    faults,
    idle,
    unknownRoutes,
    api: new Router(apiRoutes),
    site: new Router(siteRoutes),
    save: () => file?.save() ?? Promise.resolve(),
    exchanges,
    limits: new RateLimits(state, world.settings.rateLimits, () => world.clock.now()),
  };
  const server = createServer((request, response) => void serve(service, request, response));
  await listen(server, options.port ?? 0, options.host ?? '127.0.0.1');
  world.url = `http://${options.host ?? '127.0.0.1'}:${(server.address() as AddressInfo).port}`;
  const addRunning = (count: () => number) => void running.push(count);
  const onClose = (work: () => void | Promise<void>) => void closers.push(work);
  installActions({ world, addRunning, onClose }, options.actions);
  deliverer.resume();
  return {
    url: world.url,
    dir: world.dir,
    world,
    state,
    clock: world.clock,
    git: world.git,
    admin: service.admin,
    faults,
    refuse: (name, options) => refuseBy(service, name, options),
    unknownRoutes,
    idle,
    addRunning,
    onExchange: (listener) => subscribe(exchanges, listener),
    onEvent: world.onEvent,
    onDelivery: (listener) => subscribe(sent, listener),
    onClose,
    close: async () => {
      for (const work of closers) await work();
      deliverer.close();
      world.git.close();
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
      await file?.save();
    },
  };
}

function refuseBy({ admin, faults }: Service, name: RefusalName, options?: RefuseOptions): () => void {
  const { id } = admin.refuse({ name, ...options });
  return () => faults.remove(id);
}

function subscribe<T>(listeners: Set<T>, listener: T): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function idleView(state: State, deliverer: Deliverer, running: readonly (() => number)[]): IdleView {
  const count = running.reduce((sum, source) => sum + source(), 0);
  return {
    idle: deliverer.pending === 0 && count === 0,
    pendingDeliveries: deliverer.pending,
    running: count,
    sequence: state.store.sequence,
  };
}

function listen(server: Server, port: number, host: string): Promise<void> {
  // Long pushes and streams of the clock are not to be cut off.
  server.requestTimeout = 0;
  server.keepAliveTimeout = 60_000;
  return new Promise((done, failed) => {
    server.once('error', failed);
    server.listen(port, host, () => {
      server.off('error', failed);
      done();
    });
  });
}

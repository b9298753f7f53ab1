// What every part of the sandbox works with.
import type { Actor } from './actor.ts';
import type { WorldClock } from './clock.ts';
import type { GitStore } from '../git/store.ts';
import type { Account, DeliveryAttempt, Repository } from './records.ts';
import type { RateLimitSettings } from './limits.ts';
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
  /** Webhooks of different repositories go out side by side, as GitHub sends them; otherwise all of an app in order. */
  webhooksSideBySide: boolean;
};

/** What was sent to webhooks. */
export type Deliveries = {
  payload: (guid: string) => string;
  /** The same event again, under the same GUID. */
  redeliver: (previous: DeliveryAttempt) => void;
};

export type World = {
  dir: string;
  /** http://host:port, without a slash at its end. */
  url: string;
  state: State;
  git: GitStore;
  clock: WorldClock;
  settings: Settings;
  log: (line: string) => void;
  emit: (emission: Emission) => void;
  /** Hears every emission, in the process, before any webhook is delivered. Returns its removal. */
  onEvent: (listener: (emission: Emission) => void) => () => void;
  deliveries: Deliveries;
};

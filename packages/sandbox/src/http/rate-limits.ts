// Rate limits: an hourly budget for each caller, and the secondary limits; counted always, enforced when turned on.
import type { Budget, RateLimitSettings } from '../world/limits.ts';
import type { Actor } from '../world/actor.ts';
import { refused, type Refusal } from '../world/errors.ts';
import type { State } from '../world/state.ts';

export const githubLimits: RateLimitSettings = {
  primary: false,
  secondary: false,
  time: 'real',
  restPointsPerMinute: 900,
  graphqlPointsPerMinute: 2000,
  contentPerMinute: 80,
  contentPerHour: 500,
  concurrent: 100,
};

/** For plays of a term in minutes: the app heeds what an answer says of the hour's budget, and would wait for the next hour. */
export const boundlessHour: Partial<RateLimitSettings> = { perHour: 100_000_000 };

export type Call = { method: string; route: string; mutation: boolean };

type Hour = { started: number; used: number };
type Counter = { hours: Map<string, Hour>; points: Spent[]; content: Spent[]; running: number };
type Spent = { at: number; points: number; resource: string };

const hour = 3600_000;
const minute = 60_000;

/** The calls that notify people: those for which GitHub warns of secondary limits. */
const contentCalls = [
  /^POST .*\/issues(\/\{issue_number\}\/comments)?$/,
  /^POST .*\/pulls(\/\{pull_number\}\/(comments|reviews|requested_reviewers|comments\/\{comment_id\}\/replies))?$/,
  /^PUT .*\/pulls\/\{pull_number\}\/merge$/,
  /^POST .*\/releases$/,
  /^POST \/orgs\/\{org\}\/invitations$/,
  /^PUT .*\/collaborators\/\{username\}$/,
];

export class RateLimits {
  readonly #state: State;
  readonly #settings: RateLimitSettings;
  readonly #courseNow: () => Date;
  readonly #counters = new Map<string, Counter>();

  constructor(state: State, settings: RateLimitSettings, courseNow: () => Date) {
    this.#state = state;
    this.#settings = settings;
    this.#courseNow = courseNow;
  }

  /** Counts a call, or refuses it. The returned function ends it; tell it whether the answer was 304, which is free. */
  admit(actor: Actor, call: Call): (free: boolean) => void {
    const resource = resourceOf(call);
    const counter = this.#counter(actor);
    const spent = this.#hour(counter, resource);
    if (call.route === '/rate_limit') return () => {};
    if (this.#settings.secondary) this.#limit(counter, call, resource);
    if (this.#settings.primary && spent.used >= this.#perHour(actor)) {
      throw refused('primary-limit', { who: nameOf(actor), reset: this.budget(actor, resource).reset });
    }
    spent.used += 1;
    counter.running += 1;
    return (free) => {
      counter.running -= 1;
      if (free) spent.used -= 1;
    };
  }

  budget(actor: Actor, resource: string): Budget {
    const limit = this.#perHour(actor);
    const { used, started } = this.#hour(this.#counter(actor), resource);
    return { limit, used, remaining: Math.max(0, limit - used), reset: Math.ceil((started + hour) / 1000), resource };
  }

  #now(): number {
    return this.#settings.time === 'course' ? this.#courseNow().getTime() : Date.now();
  }

  #counter(actor: Actor): Counter {
    const key = keyOf(actor);
    const counter = this.#counters.get(key) ?? { hours: new Map(), points: [], content: [], running: 0 };
    this.#counters.set(key, counter);
    return counter;
  }

  #hour(counter: Counter, resource: string): Hour {
    const now = this.#now();
    let current = counter.hours.get(resource);
    if (!current || now >= current.started + hour || now < current.started) {
      current = { started: now, used: 0 };
      counter.hours.set(resource, current);
    }
    return current;
  }

  #perHour(actor: Actor): number {
    if (this.#settings.perHour !== undefined) return this.#settings.perHour;
    if (actor.kind === 'anonymous') return 60;
    if (actor.kind !== 'installation') return 5000;
    if (actor.workflow) return 1000;
    const { account } = actor.installation;
    const repositories = this.#state.repositoriesOf(account).length;
    const people = Object.keys(this.#state.organization(account)?.members ?? {}).length;
    return Math.min(12_500, 5000 + 50 * Math.max(0, repositories - 20) + 50 * Math.max(0, people - 20));
  }

  #limit(counter: Counter, call: Call, resource: string): void {
    const now = this.#now();
    const { restPointsPerMinute, graphqlPointsPerMinute, contentPerMinute, contentPerHour, concurrent } =
      this.#settings;
    const content = contentCalls.some((pattern) => pattern.test(`${call.method} ${call.route}`));
    const points = call.mutation ? 5 : 1;
    counter.points = counter.points.filter((point) => point.at > now - minute && point.at <= now);
    counter.content = counter.content.filter((spent) => spent.at > now - hour && spent.at <= now);
    const most = resource === 'graphql' ? graphqlPointsPerMinute : restPointsPerMinute;
    const used = counter.points.filter((point) => point.resource === resource);
    const inMinute = counter.content.filter((spent) => spent.at > now - minute);
    const wait = (list: Spent[], window: number) =>
      Math.max(1, Math.ceil(((list[0]?.at ?? now) + window - now) / 1000));
    if (counter.running >= concurrent) throw secondary(60);
    if (used.reduce((sum, spent) => sum + spent.points, 0) + points > most) throw secondary(wait(used, minute));
    if (content && counter.content.length >= contentPerHour) throw secondary(wait(counter.content, hour));
    if (content && inMinute.length >= contentPerMinute) throw secondary(wait(inMinute, minute));
    counter.points.push({ at: now, points, resource });
    if (content) counter.content.push({ at: now, points, resource });
  }
}

export const resourceOf = ({ route }: Pick<Call, 'route'>): string => (route === '/graphql' ? 'graphql' : 'core');

function keyOf(actor: Actor): string {
  if (actor.kind === 'user') return `user:${actor.account.id}`;
  if (actor.kind === 'app') return `app:${actor.app.id}`;
  if (actor.kind === 'anonymous') return 'anonymous';
  return actor.workflow ? `repository:${actor.repositories?.join()}` : `installation:${actor.installation.id}`;
}

function nameOf(actor: Actor): string {
  if (actor.kind === 'user') return `user ID ${actor.account.id}`;
  return actor.kind === 'installation' ? `installation ID ${actor.installation.id}` : '127.0.0.1';
}

function secondary(seconds: number): Refusal {
  return refused('secondary-limit', { seconds });
}

export function budgetHeaders({ limit, remaining, used, reset, resource }: Budget): Record<string, string> {
  return {
    'x-ratelimit-limit': String(limit),
    'x-ratelimit-remaining': String(remaining),
    'x-ratelimit-used': String(used),
    'x-ratelimit-reset': String(reset),
    'x-ratelimit-resource': resource,
  };
}

// One pace towards GitHub for all processes of an installation: leaky buckets, and GitHub's own word to wait, in the database.
import { budgetsOf, keptForWebhooks, type Budget } from '../domain/plan/pace.ts';
import type { Pool } from './pool.ts';
import { Failure } from '../domain/text/failure.ts';

/** `bulk`: work by the thousand, which leaves room for what people wait for. `resource`: GitHub counts REST and GraphQL apart. */
type Call = { writes: boolean; notifies: boolean; bulk: boolean; resource: string };
/** What GitHub said of the hour's budget, and for how long it wants to hear nothing. */
type Word = { limit: number; remaining: number; resetSeconds: number };

export type Pace = {
  /** Waits until the call may be made. Throws `rate-held`, with `postpone` in seconds, where that is too long to wait for. */
  before: (installationId: number, call: Call) => Promise<void>;
  /** Every answer says how much of the hour's budget is left, for all processes together. */
  heard: (installationId: number, resource: string, word: Word) => void;
  /** GitHub wants no calls for so many seconds: nobody makes one. */
  hold: (installationId: number, seconds: number) => Promise<void>;
};

/** Longer than this, a job gives its place to others instead of waiting. */
const longestWaitMs = 2000;

/** `speed`: times the usual pace. */
export function openPace(pool: Pool, speed: number): Pace {
  const left = new Map<string, { limit: number; remaining: number; until: number }>();
  const held = new Map<number, number>();
  const turns = new Map<string, Promise<void>>();

  const waitUntil = async (at: number, why: string): Promise<void> => {
    const wait = at - performance.now();
    if (wait > longestWaitMs) throw postponed(wait / 1000, why);
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
  };
  const admit = async (installationId: number, budgets: readonly Budget[]): Promise<void> => {
    const { wait, hold } = await reserve(pool, installationId, budgets, speed);
    if (hold > 0) held.set(installationId, performance.now() + hold);
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
  };
  /** Of the bulk, one call at a time stands in line: whatever else is to be said is not behind all of it. */
  const inTurn = (installationId: number, call: Call): Promise<void> => {
    const line = `${installationId}/${call.notifies ? 'notify' : 'write'}`;
    const turn = (turns.get(line) ?? Promise.resolve()).then(() => admit(installationId, budgetsOf(call)));
    turns.set(
      line,
      turn.catch(() => undefined),
    );
    return turn;
  };

  return {
    async before(installationId, call) {
      const budget = left.get(`${installationId}/${call.resource}`);
      const floor = call.bulk ? (budget?.limit ?? 0) * keptForWebhooks : 0;
      if (budget && budget.remaining <= floor) await waitUntil(budget.until, "the hour's calls are used up");
      await waitUntil(held.get(installationId) ?? 0, 'GitHub asked us to wait');
      if (!call.writes) return;
      await (call.bulk ? inTurn(installationId, call) : admit(installationId, budgetsOf(call)));
      await waitUntil(held.get(installationId) ?? 0, 'GitHub asked us to wait');
    },
    heard(installationId, resource, { limit, remaining, resetSeconds }) {
      left.set(`${installationId}/${resource}`, { limit, remaining, until: performance.now() + resetSeconds * 1000 });
    },
    async hold(installationId, seconds) {
      held.set(installationId, performance.now() + seconds * 1000);
      await pool.query(
        `insert into pace (installation_id, budget, next_free) values ($1, 'hold', clock_timestamp() + make_interval(secs => $2))
         on conflict (installation_id, budget) do update set next_free = greatest(pace.next_free, excluded.next_free)`,
        [installationId, seconds],
      );
    },
  };
}

function postponed(seconds: number, why: string): Error {
  const message = `${why}: on in ${Math.ceil(seconds)} s`;
  return new Failure('rate-held', message, { name: 'GitHubError', postpone: seconds });
}

/** Reserves one call of each budget: how many milliseconds to wait before making it, and for how many GitHub wants none. */
async function reserve(
  pool: Pool,
  installationId: number,
  budgets: readonly Budget[],
  speed: number,
): Promise<{ wait: number; hold: number }> {
  let wait = 0;
  let hold = 0;
  for (const { name, perHour, burst } of budgets) {
    const spacing = 3600 / (perHour * speed);
    const { rows } = await pool.query<{ wait: number; hold: number | null }>(
      `insert into pace (installation_id, budget, next_free) values ($1, $2, clock_timestamp() + make_interval(secs => $3))
       on conflict (installation_id, budget) do update
         set next_free = greatest(pace.next_free, clock_timestamp()) + make_interval(secs => $3)
       returning extract(epoch from next_free - clock_timestamp())::float8 - $3 * $4 as wait,
         (select extract(epoch from next_free - clock_timestamp())::float8 from pace
          where installation_id = $1 and budget = 'hold') as hold`,
      [installationId, name, spacing, burst],
    );
    wait = Math.max(wait, rows[0]!.wait * 1000);
    hold = Math.max(hold, (rows[0]!.hold ?? 0) * 1000);
  }
  return { wait, hold };
}

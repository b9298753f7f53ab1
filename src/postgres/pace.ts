// One pace towards GitHub for all processes of an installation: leaky buckets, GitHub's own word to wait, and one breaker for when it is away.
import { budgetsOf, keptForWebhooks, type Budget } from '../domain/plan/pace.ts';
import { GitHubWord, longestWaitMs, postponed } from './github-word.ts';
import type { Pool } from './pool.ts';

/** `bulk`: work by the thousand, which leaves room for what people wait for. `resource`: GitHub counts REST and GraphQL apart. */
type Call = { writes: boolean; notifies: boolean; bulk: boolean; resource: string };
/** What GitHub said of the hour's budget, and for how long it wants to hear nothing. */
type Word = { limit: number; remaining: number; resetSeconds: number };

export type Pace = {
  /**
   * Waits until the call may be made. Throws `rate-held` or `github-away`, with `postpone` in seconds, where that is too long to wait for.
   * True where the call is the one that asks whether GitHub is back.
   */
  before: (installationId: number, call: Call) => Promise<boolean>;
  /** Every answer says how much of the hour's budget is left, for all processes together. */
  heard: (installationId: number, resource: string, word: Word) => void;
  /** GitHub wants no calls for so many seconds: nobody makes one, then one asks. */
  hold: (installationId: number, seconds: number, why: string) => Promise<void>;
  /** A call was answered; where it `asked`, GitHub is back. */
  answered: (installationId: number, asked: boolean) => Promise<void>;
  /** A call found GitHub away, or the installation shut (`surely`): nobody calls until one finds it back. */
  away: (installationId: number, why: string, surely: boolean) => Promise<void>;
};

/** `speed`: times the usual pace. `listen` is told what GitHub says, too. */
export function openPace(pool: Pool, speed: number, listen?: Pace['heard']): Pace {
  const left = new Map<string, { limit: number; remaining: number; until: number }>();
  const turns = new Map<string, Promise<void>>();
  const word = new GitHubWord(pool);

  const admit = async (installationId: number, budgets: readonly Budget[]): Promise<void> => {
    const wait = await reserve(pool, installationId, budgets, speed);
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
    hold: (installationId, seconds, why) => word.hold(installationId, seconds, why),
    answered: (installationId, asked) => word.answered(installationId, asked),
    away: (installationId, why, surely) => word.away(installationId, why, surely),
    async before(installationId, call) {
      await word.stand(installationId);
      const budget = left.get(`${installationId}/${call.resource}`);
      const floor = call.bulk ? (budget?.limit ?? 0) * keptForWebhooks : 0;
      if (budget && budget.remaining <= floor) await waitUntil(budget.until, "the hour's calls are used up");
      if (call.writes) await (call.bulk ? inTurn(installationId, call) : admit(installationId, budgetsOf(call)));
      return word.ask(installationId);
    },
    heard(installationId, resource, word) {
      const { limit, remaining, resetSeconds } = word;
      listen?.(installationId, resource, word);
      left.set(`${installationId}/${resource}`, { limit, remaining, until: performance.now() + resetSeconds * 1000 });
    },
  };
}

async function waitUntil(at: number, why: string): Promise<void> {
  const wait = at - performance.now();
  if (wait > longestWaitMs) throw postponed('rate-held', wait / 1000, `${why}: on in ${Math.ceil(wait / 1000)} s`);
  if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
}

/** Reserves one call of each budget: how many milliseconds to wait before making it. */
async function reserve(pool: Pool, installationId: number, budgets: readonly Budget[], speed: number): Promise<number> {
  let wait = 0;
  for (const { name, perHour, burst } of budgets) {
    const spacing = 3600 / (perHour * speed);
    const { rows } = await pool.query<{ wait: number }>(
      `insert into pace (installation_id, budget, next_free) values ($1, $2, clock_timestamp() + make_interval(secs => $3))
       on conflict (installation_id, budget) do update
         set next_free = greatest(pace.next_free, clock_timestamp()) + make_interval(secs => $3)
       returning extract(epoch from next_free - clock_timestamp())::float8 - $3 * $4 as wait`,
      [installationId, name, spacing, burst],
    );
    wait = Math.max(wait, rows[0]!.wait * 1000);
  }
  return wait;
}

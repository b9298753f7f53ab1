// One pace towards GitHub for all processes of an installation: leaky buckets, GitHub's own word to wait, and one breaker for when it is away.
import { budgetsOf, keptForWebhooks, type Budget } from '../domain/plan/pace.ts';
import { closeHold, githubScope, openHold, standingOf, takeTurn } from './hold-store.ts';
import type { Pool } from './pool.ts';

/** `bulk`: work by the thousand, which leaves room for what people wait for. `resource`: GitHub counts REST and GraphQL apart. */
type Call = { writes: boolean; notifies: boolean; bulk: boolean; resource: string };
/** What GitHub said of the hour's budget, and for how long it wants to hear nothing. */
type Word = { limit: number; remaining: number; resetSeconds: number };

export type Pace = {
  /** Waits until the call may be made. Throws `rate-held` or `github-away`, with `postpone` in seconds, where that is too long to wait for. */
  before: (installationId: number, call: Call) => Promise<void>;
  /** Every answer says how much of the hour's budget is left, for all processes together. */
  heard: (installationId: number, resource: string, word: Word) => void;
  /** GitHub wants no calls for so many seconds: nobody makes one. */
  hold: (installationId: number, seconds: number) => Promise<void>;
  /** A call was answered: GitHub is there. */
  answered: (installationId: number) => Promise<void>;
  /** A call found GitHub away, or the installation shut (`surely`): nobody calls until one finds it back. */
  away: (installationId: number, why: string, surely: boolean) => Promise<void>;
};

/** Longer than this, a job gives its place to others instead of waiting. */
const longestWaitMs = 2000;
/** What other processes were told is read so often. */
const lookEveryMs = 1000;
/** One failure may be that of one call; so many in a row, without an answer in between, are GitHub's. */
const failuresInARow = 2;

/** `speed`: times the usual pace. */
export function openPace(pool: Pool, speed: number): Pace {
  const left = new Map<string, { limit: number; remaining: number; until: number }>();
  const turns = new Map<string, Promise<void>>();
  const word = openWord(pool);

  const admit = async (installationId: number, budgets: readonly Budget[]): Promise<void> => {
    const { wait, hold } = await reserve(pool, installationId, budgets, speed);
    if (hold > 0) word.held.set(installationId, performance.now() + hold);
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
    ...word.port,
    async before(installationId, call) {
      await word.look(installationId);
      word.stopIfAway(installationId);
      const budget = left.get(`${installationId}/${call.resource}`);
      const floor = call.bulk ? (budget?.limit ?? 0) * keptForWebhooks : 0;
      if (budget && budget.remaining <= floor) await waitUntil(budget.until, "the hour's calls are used up");
      await waitUntil(word.held.get(installationId) ?? 0, 'GitHub asked us to wait');
      if (call.writes) {
        await (call.bulk ? inTurn(installationId, call) : admit(installationId, budgetsOf(call)));
        await waitUntil(word.held.get(installationId) ?? 0, 'GitHub asked us to wait');
      }
      await word.ask(installationId);
    },
    heard(installationId, resource, { limit, remaining, resetSeconds }) {
      left.set(`${installationId}/${resource}`, { limit, remaining, until: performance.now() + resetSeconds * 1000 });
    },
  };
}

async function waitUntil(at: number, why: string): Promise<void> {
  const wait = at - performance.now();
  if (wait > longestWaitMs) throw postponed('rate-held', wait / 1000, `${why}: on in ${Math.ceil(wait / 1000)} s`);
  if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
}

function postponed(code: string, seconds: number, message: string, scope?: string): Error {
  return Object.assign(new Error(message), { name: 'GitHubError', code, postpone: seconds, scope });
}

type Away = { until: number; why: string };

/** What GitHub said to any process, and whether it is there at all. */
function openWord(pool: Pool) {
  const held = new Map<number, number>();
  const away = new Map<number, Away>();
  const looks = new Map<number, { at: number; done: Promise<void> }>();
  const failures = new Map<number, number>();
  const readStanding = async (installationId: number): Promise<void> => {
    const [standing, wait] = await Promise.all([
      standingOf(pool, githubScope(installationId)),
      waitOf(pool, installationId),
    ]);
    if (standing)
      away.set(installationId, { until: performance.now() + standing.waitSeconds * 1000, why: standing.why });
    else away.delete(installationId);
    if (wait > 0) held.set(installationId, performance.now() + wait * 1000);
  };
  /** One look for all that call at that moment, which keep their order. */
  const look = async (installationId: number): Promise<void> => {
    const known = looks.get(installationId);
    if (known && performance.now() - known.at < lookEveryMs) return known.done;
    const done = readStanding(installationId);
    looks.set(installationId, { at: performance.now(), done });
    return done;
  };
  const refuse = (installationId: number, { until, why }: Away): never => {
    const seconds = Math.max(1, (until - performance.now()) / 1000);
    throw postponed('github-away', seconds, `GitHub is away: ${why}`, githubScope(installationId));
  };
  return {
    held,
    look,
    stopIfAway(installationId: number): void {
      const state = away.get(installationId);
      if (state && state.until > performance.now()) refuse(installationId, state);
    },
    /** While GitHub is away, one call at a time asks whether it is back. */
    async ask(installationId: number): Promise<void> {
      const state = away.get(installationId);
      if (!state || (await takeTurn(pool, githubScope(installationId)))) return;
      looks.delete(installationId);
      await look(installationId);
      const now = away.get(installationId);
      if (now) refuse(installationId, now);
    },
    port: {
      async hold(installationId: number, seconds: number): Promise<void> {
        held.set(installationId, performance.now() + seconds * 1000);
        await pool.query(
          `insert into pace (installation_id, budget, next_free) values ($1, 'hold', clock_timestamp() + make_interval(secs => $2))
           on conflict (installation_id, budget) do update set next_free = greatest(pace.next_free, excluded.next_free)`,
          [installationId, seconds],
        );
      },
      async answered(installationId: number): Promise<void> {
        failures.delete(installationId);
        if (!away.delete(installationId)) return;
        await closeHold(pool, githubScope(installationId));
      },
      async away(installationId: number, why: string, surely: boolean): Promise<void> {
        const inARow = (failures.get(installationId) ?? 0) + 1;
        failures.set(installationId, inARow);
        if (!surely && inARow < failuresInARow && !away.has(installationId)) return;
        await openHold(pool, githubScope(installationId), why);
        looks.delete(installationId);
        await look(installationId);
      },
    },
  };
}

/** Seconds for which GitHub asked not to be called, whichever process it told. */
async function waitOf(pool: Pool, installationId: number): Promise<number> {
  const { rows } = await pool.query<{ wait: number }>(
    `select extract(epoch from next_free - clock_timestamp())::float8 as wait from pace
     where installation_id = $1 and budget = 'hold'`,
    [installationId],
  );
  return rows[0]?.wait ?? 0;
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

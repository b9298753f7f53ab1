// What GitHub said to any process, and whether it is there at all: one breaker for each installation, in the database.
import { Failure } from '../domain/text/failure.ts';
import { closeHold, githubScope, noteWait, openHold, standingOf, takeTurn } from './hold-store.ts';
import type { Pool } from './pool.ts';

/** What other processes were told is read so often. */
const lookEveryMs = 1000;
/** One failure may be that of one call; so many in a row, without an answer in between, are GitHub's. */
const failuresInARow = 2;

export function postponed(code: 'rate-held' | 'github-away', seconds: number, message: string, scope?: string): Error {
  return new Failure(code, message, {
    name: 'GitHubError',
    postpone: seconds,
    ...(scope === undefined ? {} : { scope }),
  });
}

type Away = { until: number; why: string };

/** One for each process; what it says holds for all of them. */
export class GitHubWord {
  /** Until when GitHub asked not to be called. */
  readonly held = new Map<number, number>();
  readonly #away = new Map<number, Away>();
  readonly #looks = new Map<number, { at: number; done: Promise<void> }>();
  readonly #failures = new Map<number, number>();
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  /** One look for all that call at that moment, which keep their order. */
  look(installationId: number): Promise<void> {
    const known = this.#looks.get(installationId);
    if (known && performance.now() - known.at < lookEveryMs) return known.done;
    const done = this.#read(installationId);
    this.#looks.set(installationId, { at: performance.now(), done });
    return done;
  }

  async #read(installationId: number): Promise<void> {
    const [standing, wait] = await Promise.all([
      standingOf(this.#pool, githubScope(installationId)),
      waitOf(this.#pool, installationId),
    ]);
    const until = performance.now() + (standing?.waitSeconds ?? 0) * 1000;
    if (standing) this.#away.set(installationId, { until, why: standing.why });
    else this.#away.delete(installationId);
    if (wait > 0) this.held.set(installationId, performance.now() + wait * 1000);
  }

  stopIfAway(installationId: number): void {
    const state = this.#away.get(installationId);
    if (state && state.until > performance.now()) throw refusal(installationId, state);
  }

  /** While GitHub is away, one call at a time asks whether it is back. */
  async ask(installationId: number): Promise<void> {
    const state = this.#away.get(installationId);
    if (!state || (await takeTurn(this.#pool, githubScope(installationId)))) return;
    this.#looks.delete(installationId);
    await this.look(installationId);
    const now = this.#away.get(installationId);
    if (now) throw refusal(installationId, now);
  }

  /** GitHub wants no calls for so many seconds. */
  async hold(installationId: number, seconds: number, why: string): Promise<void> {
    this.held.set(installationId, performance.now() + seconds * 1000);
    await this.#pool.query(
      `insert into pace (installation_id, budget, next_free) values ($1, 'hold', clock_timestamp() + make_interval(secs => $2))
       on conflict (installation_id, budget) do update set next_free = greatest(pace.next_free, excluded.next_free)`,
      [installationId, seconds],
    );
    await noteWait(this.#pool, installationId, seconds, why);
  }

  async answered(installationId: number): Promise<void> {
    this.#failures.delete(installationId);
    if (!this.#away.delete(installationId)) return;
    await closeHold(this.#pool, githubScope(installationId));
  }

  async away(installationId: number, why: string, surely: boolean): Promise<void> {
    const inARow = (this.#failures.get(installationId) ?? 0) + 1;
    this.#failures.set(installationId, inARow);
    if (!surely && inARow < failuresInARow && !this.#away.has(installationId)) return;
    await openHold(this.#pool, githubScope(installationId), why);
    this.#looks.delete(installationId);
    await this.look(installationId);
  }
}

function refusal(installationId: number, { until, why }: Away): Error {
  const seconds = Math.max(1, (until - performance.now()) / 1000);
  return postponed('github-away', seconds, `GitHub is away: ${why}`, githubScope(installationId));
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

// What GitHub said to any process, and whether it is there at all: one breaker for each installation, in the database.
import { Failure } from '../domain/text/failure.ts';
import { closeHold, githubScope, holdFor, openHold, standingOf, takeTurn } from './hold-store.ts';
import type { Pool } from './pool.ts';

/** What other processes were told is read so often. */
const lookEveryMs = 1000;
/** One failure may be that of one call; so many in a row, without an answer in between, are GitHub's. */
const failuresInARow = 2;
/** Longer than this, a job gives its place to others instead of waiting. */
export const longestWaitMs = 2000;
/** Begins the reason of a hold that GitHub asked for. */
const limited = 'rate-limited';

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
  readonly #away = new Map<number, Away>();
  readonly #looks = new Map<number, { at: number; done: Promise<void> }>();
  readonly #failures = new Map<number, number>();
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  /** One look for all that call at that moment, which keep their order. */
  #look(installationId: number): Promise<void> {
    const known = this.#looks.get(installationId);
    if (known && performance.now() - known.at < lookEveryMs) return known.done;
    const done = this.#read(installationId);
    this.#looks.set(installationId, { at: performance.now(), done });
    return done;
  }

  async #read(installationId: number): Promise<void> {
    const standing = await standingOf(this.#pool, githubScope(installationId));
    if (!standing) return void this.#away.delete(installationId);
    const until = performance.now() + standing.waitSeconds * 1000;
    this.#away.set(installationId, { until, why: standing.why });
  }

  async #lookAgain(installationId: number): Promise<void> {
    this.#looks.delete(installationId);
    await this.#look(installationId);
  }

  /** Until somebody may ask; true where nothing is on hold. Throws where that is too long to wait for. */
  async stand(installationId: number): Promise<boolean> {
    await this.#look(installationId);
    const state = this.#away.get(installationId);
    if (!state) return true;
    const wait = state.until - performance.now();
    if (wait > longestWaitMs) throw refusal(installationId, state);
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    return false;
  }

  /** On hold, one call at a time asks whether GitHub is back: true for that one, false where nothing is on hold any more. */
  async ask(installationId: number): Promise<boolean> {
    while (!(await this.stand(installationId))) {
      if (await takeTurn(this.#pool, githubScope(installationId))) return true;
      await this.#lookAgain(installationId);
    }
    return false;
  }

  /** GitHub wants no calls for so many seconds. */
  async hold(installationId: number, seconds: number, why: string): Promise<void> {
    await holdFor(this.#pool, githubScope(installationId), seconds, `${limited}: ${why}`);
    await this.#lookAgain(installationId);
  }

  /** What was on its way when the hold began says nothing of its end. */
  async answered(installationId: number, asked: boolean): Promise<void> {
    this.#failures.delete(installationId);
    if (!asked) return;
    await closeHold(this.#pool, githubScope(installationId));
    this.#away.delete(installationId);
  }

  async away(installationId: number, why: string, surely: boolean): Promise<void> {
    const inARow = (this.#failures.get(installationId) ?? 0) + 1;
    this.#failures.set(installationId, inARow);
    if (!surely && inARow < failuresInARow && !this.#away.has(installationId)) return;
    await openHold(this.#pool, githubScope(installationId), why);
    await this.#lookAgain(installationId);
  }
}

function refusal(installationId: number, { until, why }: Away): Error {
  const seconds = Math.max(1, (until - performance.now()) / 1000);
  const scope = githubScope(installationId);
  return why.startsWith(limited)
    ? postponed('rate-held', seconds, `GitHub asked us to wait: on in ${Math.ceil(seconds)} s`, scope)
    : postponed('github-away', seconds, `GitHub is away: ${why}`, scope);
}

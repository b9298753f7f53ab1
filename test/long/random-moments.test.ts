// Whole rehearsals of the default course in which GitHub is away for 70 s, ten minutes or 60 hours, or asks for patience, at
// random moments of the app's work: everything arrives in order, once, and nobody has to do anything.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import type { Pool } from 'pg';
import type { Sandbox } from '@practicum/sandbox';
import { afterEach, expect, test } from 'vitest';
import { seeded } from '../../scripts/chaos/draw-faults.ts';
import { untilQuiet } from '../../src/rehearsal/quiet.ts';
import { rehearse } from '../../src/rehearsal/rehearse.ts';
import { absences, openDistant, type DistantGitHub } from '../distant-github.ts';
import { letTimePass } from '../machine-time.ts';
import { defaultCourse } from './default-course.ts';

const organisation = 'distant';
const minute = 60_000;
const lengths = [70_000, 10 * minute, 60 * 60 * minute];
const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

type Outage = { form: string; length: number; from: Date; until: Date; asked: number };

/** Begins an outage at a random request of the app, and ends it when the course's time is up. */
class Weather {
  readonly outages: Outage[] = [];
  present: Outage | undefined;
  #draw: () => number;
  #wait: number;
  #github: DistantGitHub | undefined;

  constructor(seed: number) {
    this.#draw = seeded(seed);
    this.#wait = this.#pause();
  }

  #pause = (): number => 5 + Math.floor(this.#draw() * 60);

  /** Before each request: `now`, unless the course is not yet, or no longer, to be disturbed. */
  onRequest(now: Date | undefined): void {
    if (this.present || !now) return;
    this.#wait -= 1;
    if (this.#wait > 0) return;
    const forms = Object.keys(absences);
    // Each form and each length has its turn; where it strikes is drawn.
    const length = lengths[this.outages.length % lengths.length]!;
    const form = forms[Math.floor(this.#draw() * forms.length)]!;
    this.present = { form, length, from: now, until: new Date(now.getTime() + length), asked: 0 };
    this.outages.push(this.present);
    this.#github!.leave(absences[form]);
  }

  begin(github: DistantGitHub): void {
    this.#github = github;
  }

  /** Of all outages so far: requests that found nobody. */
  refused = (): number => this.#github!.refused();

  /** True where an outage has just ended. */
  passOver(now: Date): boolean {
    if (!this.present || now < this.present.until) return false;
    this.#github!.leave(undefined);
    this.present = undefined;
    this.#wait = this.#pause();
    return true;
  }
}

/** No job that is due could run now: it waits itself, or stands in line behind one that does. */
const rests = async (pool: Pool, now: Date): Promise<boolean> =>
  (
    await pool.query(
      `select from job where state = 'open' and due_at <= $1
         and (leased_by is not null or (head is distinct from false and not_before <= clock_timestamp())) limit 1`,
      [now],
    )
  ).rows.length === 0;

const soon = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 20));

/** While GitHub is away, a course is at rest when all that is due waits for it. */
async function untilQuietOrAway(weather: Weather, sandbox: Sandbox, pool: Pool): Promise<void> {
  for (;;) {
    const back = weather.passOver(sandbox.clock.now());
    if (!weather.present) {
      if (back) await letTimePass(pool);
      const ended = new AbortController();
      const outage = untilAway(weather, ended.signal);
      await Promise.race([untilQuiet(sandbox, pool), outage]).finally(() => ended.abort());
      if (!weather.present) return;
    }
    const present: Outage = weather.present;
    if (sandbox.idle().idle && (await rests(pool, sandbox.clock.now()))) {
      if (present.asked > 0 && sandbox.idle().idle) return;
      present.asked += 1;
      await letTimePass(pool);
    }
    await soon();
  }
}

async function untilAway(weather: Weather, signal: AbortSignal): Promise<void> {
  while (!weather.present && !signal.aborted) await soon();
}

const carrying = (dir: string, repository: string, trailer: string): string[] =>
  execFileSync('git', ['log', '--all', '--format=%H', `--grep=^${trailer}$`], {
    cwd: join(dir, 'git', organisation, `${repository}.git`),
    encoding: 'utf8',
  })
    .split('\n')
    .filter(Boolean);

test.each([1, 2, 3, 4])(
  'seed %i',
  async (seed) => {
    const { database, settings } = await defaultCourse(organisation, seed, closing);
    const { challenges, dir } = settings;
    const weather = new Weather(seed);
    const last = Math.max(...challenges.map(({ ends }) => ends.getTime())) - 6 * 24 * 60 * minute;
    const first = Math.min(...challenges.map(({ starts }) => starts.getTime()));
    const rehearsal = await rehearse({
      ...settings,
      async throughTo({ url, clock }) {
        const now = (): Date | undefined =>
          clock.now().getTime() >= first && clock.now().getTime() < last ? clock.now() : undefined;
        const github = await openDistant(url, () => weather.onRequest(now()));
        closing.push(github.close);
        weather.begin(github);
        return github.url;
      },
      quiet: (sandbox, pool) => untilQuietOrAway(weather, sandbox, pool),
    });
    closing.push(rehearsal.close);
    const { outages } = weather;
    expect(new Set(outages.map(({ length }) => length))).toEqual(new Set(lengths));
    expect(weather.present).toBeUndefined();
    expect(rehearsal.ledger).toMatchObject({ ok: true });
    expect((await database.pool.query(`select key, last_error from job where state = 'parked'`)).rows).toEqual([]);
    for (const { shipment, state, receipt } of rehearsal.shipments) {
      expect(state, shipment.id).toBe('dispatched');
      const commits = carrying(dir, shipment.repository, shipment.trailer);
      // A pull request that waits is built again on what was merged meanwhile.
      expect(commits).toEqual(receipt!.pullRequest === undefined ? [receipt!.commit] : [expect.any(String)]);
    }
    expectInOrder(rehearsal.shipments);
    // Eight questions at the beginning of an outage at most, then one each time that it is time to ask, a refused token's twice.
    expect(weather.refused()).toBeLessThanOrEqual(outages.reduce((sum, { asked }) => sum + 16 + 2 * asked, 0));
  },
  900_000,
);

/** What is due earlier arrives earlier, in each repository. */
function expectInOrder(shipments: Awaited<ReturnType<typeof rehearse>>['shipments']): void {
  for (const own of Map.groupBy(shipments, ({ shipment }) => shipment.repository).values()) {
    const arrived = own.toSorted((a, b) => a.dispatchedAt!.getTime() - b.dispatchedAt!.getTime());
    const due = arrived.map(({ shipment }) => Date.parse(shipment.due));
    expect(due).toEqual(due.toSorted((a, b) => a - b));
  }
}

// The breaker against a real PostgreSQL: however many ask, and whenever, GitHub is asked no more often than the policy says.
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { pauseSeconds, retryPolicy } from '../../src/domain/jobs/retry-policy.ts';
import { closeHold, openHold, standingOf, takeTurn } from '../../src/postgres/hold-store.ts';
import { cloneDatabase, type TestDatabase } from '../database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await cloneDatabase();
});
afterAll(() => database.drop());

const scope = 'github/7';
/** So many seconds of machine time are over. */
const pass = (seconds: number) =>
  database.pool.query(`update hold set next_try = next_try - make_interval(secs => $1)`, [seconds]);
const open = async (why = '503'): Promise<void> => openHold(database.pool, scope, why);
const close = async (): Promise<void> => closeHold(database.pool, scope);
const wait = async (): Promise<number> => (await standingOf(database.pool, scope))!.waitSeconds;

test('each ask that fails doubles the pause, up to the longest; what failed meanwhile changes nothing but the reason', async () => {
  await open();
  for (let asks = 0; asks < 9; asks++) {
    const pause = pauseSeconds(retryPolicy.hold, asks);
    expect(await wait()).toBeGreaterThan(pause - 10);
    expect(await wait()).toBeLessThanOrEqual(pause);
    await open(`failure ${asks}`);
    expect(await wait()).toBeLessThanOrEqual(pause);
    expect((await standingOf(database.pool, scope))!.why).toBe(`failure ${asks}`);
    await pass(pause);
    expect(await takeTurn(database.pool, scope)).toBe(true);
    expect(await takeTurn(database.pool, scope)).toBe(false);
  }
  await close();
});

test('where nobody takes turns, as with a full disk, each failure that comes when it was time to ask counts as an ask', async () => {
  await open();
  await pass(1);
  await open();
  expect(await wait()).toBeGreaterThan(1);
  await pass(2);
  await Promise.all([open(), open(), open()]);
  expect(await wait()).toBeGreaterThan(3);
  expect(await wait()).toBeLessThanOrEqual(4);
  await close();
});

test('three processes that look at any moments ask five times and once more a minute at most; one of them always gets its turn', async () => {
  const moments = fc.array(fc.double({ min: 0, max: 100, noNaN: true }), { maxLength: 30 });
  await fc.assert(
    fc.asyncProperty(moments, async (pauses) => {
      await open();
      let seconds = 0;
      let asks = 0;
      const began = performance.now();
      for (const pause of pauses) {
        await pass(pause);
        seconds += pause;
        const turns = await Promise.all([1, 2, 3].map(async () => takeTurn(database.pool, scope)));
        const taken = turns.filter(Boolean).length;
        expect(taken).toBeLessThanOrEqual(1);
        if (pause >= retryPolicy.hold.longest) expect(taken).toBe(1);
        asks += taken;
        // The database's own clock goes on meanwhile.
        expect(asks).toBeLessThanOrEqual(5 + (seconds + (performance.now() - began) / 1000) / 60);
      }
      await close();
    }),
    { numRuns: 40 },
  );
});

// Lateness of ours, by an outage of any length: no student pays for it.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mergeBy } from '../../../src/domain/evidence/merge-by.ts';
import { score } from '../../../src/domain/score/score.ts';
import { after, DAY, data, HOUR, input, policy, run, shipment } from './inputs.ts';

const end = 21 * DAY;
const due = [0, 7 * DAY, 14 * DAY];
/** In whole seconds, as GitHub counts: from an instant to more than the whole course. */
const outage = fc.oneof(
  fc.constantFrom(0, 70_000, 600_000, 60 * HOUR),
  fc.integer({ min: 0, max: 25 * 24 * 3600 }).map((seconds) => seconds * 1000),
);
const reaction = fc.integer({ min: 60, max: 6 * 24 * 3600 }).map((seconds) => seconds * 1000);

/** Somebody who merges, and whose run is green, so long after each release arrived; what comes after the end is not done any more. */
function scoreWith(delays: readonly number[], react: number): Record<string, { points: number; of: number }> {
  const delivered = due.map((at, index) => at + delays[index]!);
  const done = delivered.flatMap((at, index) => (at + react < end ? [{ week: index + 1, at: at + react }] : []));
  const shipments = delivered.map((at, index) => shipment(index + 1, { dispatchedAt: after(at) }));
  const evidence = done.flatMap(({ week, at }) => [
    data(week, 'shipped', at - react),
    data(week, 'merged', at),
    run([week], at + 1000),
  ]);
  const { criteria } = score(input(60 * DAY, evidence, { shipments }));
  return Object.fromEntries(['data', 'pipeline', 'freshness'].map((name) => [name, criteria[name as 'data']!]));
}

describe('whatever the outage', () => {
  test('who reacts as fast as ever earns the same share of what is asked', () => {
    fc.assert(
      fc.property(fc.tuple(outage, outage, outage), reaction, (delays, react) => {
        // Between the two there is less time than others had: for that there is `/extend`.
        fc.pre(due.every((at, index) => at + delays[index]! >= end || at + delays[index]! + react + 2000 < end));
        const usual = scoreWith([0, 0, 0], react);
        const late = scoreWith(delays, react);
        for (const name of ['data', 'pipeline', 'freshness'] as const) {
          if (late[name]!.of === 0) continue;
          expect(late[name]!.points / late[name]!.of).toBeGreaterThanOrEqual(
            usual[name]!.points / usual[name]!.of - 0.01,
          );
        }
      }),
    );
  });

  test('the time until a merge is due grows by as much', () => {
    fc.assert(
      fc.property(outage, fc.constantFrom(0, 1, 2), (delay, index) => {
        const planned = mergeBy({ due: after(due[index]!) }, { ...policy, timezone: 'UTC' });
        const late = mergeBy(
          { due: after(due[index]!), delivered: after(due[index]! + delay) },
          { ...policy, timezone: 'UTC' },
        );
        return late.getTime() - planned.getTime() === delay;
      }),
    );
  });
});

test('a release that arrives after the end asks for nothing, and says why', () => {
  const shipments = [shipment(1), shipment(2), shipment(3, { dispatchedAt: after(end + HOUR) })];
  const evidence = [1, 2].flatMap((week) => [
    data(week, 'shipped', due[week - 1]!),
    data(week, 'merged', due[week - 1]! + HOUR),
  ]);
  const { criteria } = score(input(30 * DAY, evidence, { shipments }));
  expect(criteria.data).toMatchObject({ points: 20, of: 20 });
  expect(criteria.data!.reasons.map(({ text }) => text)).toContain(
    'release-3 reached you after the end: this is on our side and does not count against you.',
  );
});

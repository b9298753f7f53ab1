import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cutAt, cutOf, describeCut, type BranchMove } from '../../../src/domain/evidence/deadline-cut.ts';
import { score } from '../../../src/domain/score/score.ts';
import { after, DAY, HOUR, policy, run, shipment } from '../score/inputs.ts';

const deadline = new Date('2027-02-05T22:59:59Z');
const zero = '0'.repeat(40);
const sha = (number: number): string => number.toString(16).padStart(40, 'a');
const at = (seconds: number): Date => new Date(deadline.getTime() + seconds * 1000);

/** A branch as it was moved at these seconds around the deadline, each time to the next commit. */
function history(seconds: readonly number[]): BranchMove[] {
  return seconds.map((second, index) => ({
    at: at(second),
    before: index === 0 ? zero : sha(index),
    after: sha(index + 1),
  }));
}

const times = fc
  .uniqueArray(fc.integer({ min: -1000, max: 1000 }), { maxLength: 20 })
  .map((list) => list.toSorted((a, b) => a - b));

test('the cut is the last commit received by then, whatever came later and in whatever order it is told', () => {
  fc.assert(
    fc.property(times, fc.func(fc.integer()), (seconds, order) => {
      const moves = history(seconds);
      const head = sha(moves.length);
      const told = moves.toSorted((a, b) => order(a.after) - order(b.after));
      const cut = cutAt(told, head, deadline);
      const inTime = moves.filter((move) => move.at < deadline);
      expect(cut).toEqual(cutAt(moves, head, deadline));
      if (inTime.length > 0) expect(cut).toEqual({ commit: sha(inTime.length), receivedAt: inTime.at(-1)!.at });
      // A day later, or cut at once: the same.
      if (inTime.length > 0) expect(cutAt(inTime, sha(inTime.length), deadline)).toEqual(cut);
    }),
  );
});

test('a push within the second of the deadline is late, as it is for everything else', () => {
  expect(cutAt(history([-1, 0]), sha(2), deadline).commit).toBe(sha(1));
});

test('a record that begins after the deadline says what was there before; an empty one leaves the head', () => {
  expect(cutAt([{ at: at(5), before: sha(7), after: sha(8) }], sha(8), deadline)).toEqual({ commit: sha(7) });
  expect(cutAt([], sha(8), deadline)).toEqual({ commit: sha(8) });
});

test('a branch that was deleted and made again after the deadline', () => {
  const moves = [
    ...history([-5]),
    { at: at(5), before: sha(1), after: zero },
    { at: at(9), before: zero, after: sha(9) },
  ];
  expect(cutAt(moves, sha(9), deadline).commit).toBe(sha(1));
});

test('the comparison is in words and in the zone', () => {
  const cut = { commit: sha(1), receivedAt: at(-18).toISOString(), at: deadline };
  expect(describeCut(cut, 'Europe/Copenhagen')).toBe(
    'commit aaaaaaa, received Fri 5 Feb 2027 23:59:41 (CET), 18 seconds before the deadline Fri 5 Feb 2027 23:59:59 (CET)',
  );
  expect(describeCut({ commit: sha(1), at: deadline }, 'UTC')).toContain('as it was made');
});

test('the run of what was there at the deadline counts, however long it took; any other that ends later does not', () => {
  const { ends } = policy;
  const slow = { ...run([1], ends.getTime() - after(0).getTime() + HOUR), commit: sha(3) };
  const cut = {
    kind: 'cut' as const,
    id: 'cut/1',
    challenge: 'weather',
    owner: 'ada',
    repository: 'mlops/ada',
    at: ends,
    trust: 'measured' as const,
    commit: sha(3),
  };
  const input = { policy, shipments: [shipment(1)], now: new Date(ends.getTime() + DAY) };
  const points = (evidence: Parameters<typeof score>[0]['evidence']): number =>
    score({ ...input, evidence }).criteria.pipeline!.points;
  expect(points([slow])).toBe(0);
  expect(points([slow, cut])).toBeGreaterThan(0);
  expect(points([slow, { ...cut, commit: sha(4) }])).toBe(0);
  // Only the cut at the owner's own deadline holds.
  expect(
    cutOf({ ...input, evidence: [cut], extensions: [{ owner: 'ada', by: DAY, reason: 'ill', grantedBy: 'grace' }] }),
  ).toBeUndefined();
});

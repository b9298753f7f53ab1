// A service that is down and uses up its error budget is an incident; one that is up again, or rarely fails, is none.
import { expect, test } from 'vitest';
import { drillSpans } from '../../../src/domain/drill/drill-spans.ts';
import { burningShare } from '../../../src/domain/drill/real-outage.ts';
import type { DrillEvidence, ProbeEvidence } from '../../../src/domain/evidence/evidence.ts';

const minute = 60_000;
const now = new Date('2027-02-01T12:00:00Z');
const common = { challenge: 'c', owner: 'ada', repository: 'o/r', trust: 'measured' as const };
/** A probe every quarter of an hour, the last one now: `.` is up, `x` down, `o` our fault. */
const probes = (words: string): ProbeEvidence[] =>
  [...words].map((word, index) => ({
    ...common,
    kind: 'probe',
    id: String(index),
    at: new Date(now.getTime() - (words.length - 1 - index) * 15 * minute),
    ok: word === '.',
    code: word === '.' ? 'ok' : 'timeout',
    cause: word === 'o' ? 'ours' : 'student',
  }));
const share = (words: string, target: number, maintenance: { from: Date; to: Date }[] = []): number | undefined =>
  burningShare(probes(words), now, { every: 15 * minute, target, maintenance });

test.each<[string, string, number, boolean]>([
  ['up', '.'.repeat(25), 0.99, false],
  ['up again', `${'x'.repeat(24)}.`, 0.99, false],
  ['down once, at a target that allows little', `${'.'.repeat(23)}xx`, 0.99, true],
  ['down once, at a target that allows more', `${'.'.repeat(23)}xx`, 0.9, false],
  ['down for most of six hours', `${'.'.repeat(9)}${'x'.repeat(16)}`, 0.9, true],
  ['down for half of six hours where half is allowed', `${'.'.repeat(12)}${'x'.repeat(13)}`, 0.5, false],
  ['down all the time where half is allowed', 'x'.repeat(25), 0.5, true],
  ['down by our fault', `${'.'.repeat(20)}ooooo`, 0.99, false],
  ['seen twice only', 'xx', 0.99, false],
])('%s', (_, words, target, isIncident) => {
  expect(share(words, target) !== undefined).toBe(isIncident);
});

test('maintenance that was announced is none', () => {
  const announced = [{ from: new Date(now.getTime() - 7 * 60 * minute), to: new Date(now.getTime() + minute) }];
  expect(share('x'.repeat(25), 0.99, announced)).toBeUndefined();
});

test('a drill is left out of the other criteria, a real outage is not', () => {
  const began: DrillEvidence = { ...common, kind: 'drill', id: 'a', at: now, drill: 'a', turn: 0, event: 'began' };
  expect(drillSpans([began], now)).toHaveLength(1);
  expect(drillSpans([{ ...began, real: true }], now)).toEqual([]);
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { measureAvailability } from '../../../src/domain/endpoint/availability.ts';
import type { ProbeEvidence } from '../../../src/domain/evidence/evidence.ts';
import {
  acceptMaintenance,
  causeOf,
  looksLikeOurOutage,
  nextProbe,
} from '../../../src/domain/endpoint/probe-policy.ts';
import { after, DAY, HOUR, probe } from '../score/inputs.ts';

const every = 300_000;
const rule = { every, target: 0.99, maintenance: [] };
const window = { from: after(0), to: after(DAY) };

/** Probes at the times of the policy, each seeing the endpoint down inside [from, to). */
const observe = (from: number, to: number, id = 'ada'): ProbeEvidence[] => {
  const probes: ProbeEvidence[] = [];
  for (let at = nextProbe(id, every, after(0)); at < window.to; at = nextProbe(id, every, at)) {
    const offset = at.getTime() - after(0).getTime();
    const down = offset >= from && offset < to;
    probes.push(probe(offset, down ? { ok: false, code: 'timeout' } : {}));
  }
  return probes;
};

describe('availability', () => {
  test('nothing probed, nothing measured', () => {
    expect(measureAvailability([], window, rule)).toMatchObject({ up: 0, down: 0, unobserved: DAY });
    expect(measureAvailability([], window, rule).share).toBeUndefined();
  });
  test('an outage of known length is found to within the distance of two probes at each edge', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: DAY - HOUR }),
        fc.integer({ min: 0, max: 12 * HOUR }),
        fc.uuid(),
        (from, length, id) => {
          const to = Math.min(DAY, from + length);
          const measured = measureAvailability(observe(from, to, id), window, rule);
          expect(Math.abs(measured.down - (to - from))).toBeLessThanOrEqual(1.2 * every);
        },
      ),
    );
  });
  test('the parts make up the window', () => {
    const offsets = fc.array(fc.integer({ min: 0, max: DAY }), { maxLength: 50 });
    fc.assert(
      fc.property(offsets, fc.infiniteStream(fc.boolean()), (times, coin) => {
        const probes = times.map((at) =>
          probe(at, { ok: coin.next().value!, cause: coin.next().value ? 'student' : 'ours' }),
        );
        const { up, down, excluded, unobserved } = measureAvailability(probes, window, {
          ...rule,
          maintenance: [{ from: after(HOUR), to: after(3 * HOUR) }],
        });
        expect(up + down + excluded + unobserved).toBeCloseTo(DAY, 0);
        expect(Math.min(up, down, excluded)).toBeGreaterThanOrEqual(0);
        expect(unobserved).toBeGreaterThanOrEqual(-1);
      }),
    );
  });
  test('time in which nobody probed counts for nothing', () => {
    const probes = observe(0, 0).filter(({ at }) => at < after(HOUR) || at > after(20 * HOUR));
    const measured = measureAvailability(probes, window, rule);
    expect(measured.share).toBe(1);
    expect(measured.unobserved).toBeGreaterThan(18 * HOUR);
  });
  test('maintenance is left out, up to its very edges', () => {
    const maintained = { ...rule, maintenance: [{ from: after(2 * HOUR), to: after(3 * HOUR) }] };
    const measured = measureAvailability(observe(2 * HOUR, 3 * HOUR), window, maintained);
    expect(measured.excluded).toBe(HOUR);
    expect(measured.down).toBeLessThan(every);
  });
  test('the budget is what the target leaves, and what is used', () => {
    const { budget, down, up } = measureAvailability(observe(0, HOUR), window, rule);
    expect(budget).toEqual({ allowed: (1 - 0.99) * (up + down), spent: down });
  });
  test('an update is recognised, with its downtime', () => {
    const at = (minutes: number, more: Partial<ProbeEvidence>): ProbeEvidence => probe(minutes * 60_000, more);
    const seen = measureAvailability(
      [
        at(0, { modelVersion: '1' }),
        at(5, { modelVersion: '2' }),
        at(10, { ok: false, code: 'timeout' }),
        at(15, { modelVersion: '3' }),
        at(20, { ok: false, code: 'timeout' }),
        at(25, { modelVersion: '3' }),
      ],
      window,
      rule,
    );
    expect(seen.updates.map(({ to, downtime }) => [to, downtime])).toEqual([
      ['api ?, model 2', 0],
      ['api ?, model 3', every],
    ]);
    expect(seen.outages).toHaveLength(2);
  });
});

describe('when', () => {
  test('every period has one probe, and any process agrees', () => {
    fc.assert(
      fc.property(fc.string(), fc.date({ noInvalidDate: true, min: after(0), max: after(400 * DAY) }), (id, start) => {
        let last = start;
        for (let i = 0; i < 20; i++) {
          const next = nextProbe(id, every, last);
          expect(next.getTime()).toBeGreaterThan(last.getTime());
          if (i > 0) expect(next.getTime() - last.getTime()).toBeGreaterThanOrEqual(0.79 * every);
          expect(next.getTime() - last.getTime()).toBeLessThanOrEqual(1.21 * every);
          expect(nextProbe(id, every, new Date(next.getTime() - 1))).toEqual(next);
          last = next;
        }
      }),
    );
  });
  test('with a secret the times are others, and those of nobody who has another secret', () => {
    const times = (secret?: string): number[] => {
      const all: number[] = [];
      for (let at = after(0); all.length < 500; at = new Date(all.at(-1)!))
        all.push((secret === undefined ? nextProbe('ada', every, at) : nextProbe('ada', every, at, secret)).getTime());
      return all;
    };
    const known = new Set([...times(), ...times('guess'), ...times('')]);
    expect(times('the secret').filter((at) => known.has(at))).toHaveLength(0);
    expect(times('the secret')).toEqual(times('the secret'));
  });
  test('a fleet is spread over the period', () => {
    const buckets = Array.from({ length: 10 }, () => 0);
    for (let i = 0; i < 1000; i++) {
      const offset = nextProbe(`student-${i}`, every, after(0)).getTime() - after(0).getTime();
      buckets[Math.min(9, Math.floor((offset / every) * 10))]!++;
    }
    for (const count of buckets) expect(count).toBeGreaterThan(50);
  });
});

describe('whose fault', () => {
  test('by code and by maintenance', () => {
    const maintenance = [{ from: after(0), to: after(HOUR) }];
    expect(causeOf('timeout', after(HOUR), maintenance)).toBe('student');
    expect(causeOf('timeout', after(HOUR - 1), maintenance)).toBe('maintenance');
    expect(causeOf('our-network', after(HOUR), maintenance)).toBe('ours');
    // Whoever owns a name chooses who answers for it.
    for (const code of ['dns-failed', 'dns-not-found', 'ipv6-unreachable', 'host-unreachable'])
      expect(causeOf(code, after(HOUR), maintenance)).toBe('student');
  });
  test('when nearly everybody is silent at once, it is us', () => {
    const fleet = (down: number, code: string) =>
      Array.from({ length: 10 }, (_, i) => ({ owner: `s${i}`, ok: i >= down, code: i < down ? code : 'ok' }));
    expect(looksLikeOurOutage(fleet(8, 'connect-timeout'))).toBe(true);
    expect(looksLikeOurOutage(fleet(8, 'dns-failed'))).toBe(true);
    expect(looksLikeOurOutage(fleet(1, 'dns-failed'))).toBe(false);
    expect(looksLikeOurOutage(fleet(7, 'connect-timeout'))).toBe(false);
    expect(looksLikeOurOutage(fleet(10, 'predict-count'))).toBe(false);
    expect(looksLikeOurOutage(fleet(10, 'timeout').slice(0, 4))).toBe(false);
  });
  test('maintenance is announced before, and is not endless', () => {
    const one = { from: after(HOUR), to: after(3 * HOUR) };
    expect(acceptMaintenance([{ ...one, announcedAt: after(HOUR + 1) }], DAY)).toEqual([]);
    expect(acceptMaintenance([{ ...one, announcedAt: after(0) }], HOUR)).toEqual([
      { from: after(HOUR), to: after(2 * HOUR) },
    ]);
  });
});

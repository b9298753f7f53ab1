// Values at the very edge of a rule, where an operator written slightly otherwise would give another answer.
import { describe, expect, test } from 'vitest';
import { releaseRanges } from '../../src/domain/challenge/release-rows.ts';
import { parseRoster } from '../../src/domain/course/roster.ts';
import { measureAvailability } from '../../src/domain/endpoint/availability.ts';
import { cutAt } from '../../src/domain/evidence/deadline-cut.ts';
import { buildGradebook } from '../../src/domain/grade/gradebook.ts';
import { firstMismatch } from '../../src/domain/judge/compare.ts';
import { GENESIS, ledgerLine, sealOf, type LedgerBody } from '../../src/domain/ledger/ledger.ts';
import { verifyLedgerLines } from '../../src/domain/ledger/verify.ts';
import { diffPlan } from '../../src/domain/plan/diff.ts';
import { planShipments } from '../../src/domain/plan/plan.ts';
import { scheduleReleases, slotKey } from '../../src/domain/plan/release-schedule.ts';
import { receivedReleases } from '../../src/domain/score/data.ts';
import { bytes, challenge, course, facts, student } from './plan/course-for-test.ts';
import { after, DAY, data, HOUR, policy, probe, shipment } from './score/inputs.ts';

describe('the judge', () => {
  const differs = (submitted: number) =>
    firstMismatch(
      1,
      { row: 1, y: 1 },
      { row: 1, y: submitted },
      { tolerance: 0.1, kinds: new Map(), missing: new Set() },
    ) !== undefined;
  test('the tolerance grows with the submitted value, not with the expected one', () => {
    // |1 - s| <= 0.1 + 0.1 |s| holds from 9/11 to 11/9.
    expect([0.8, 0.81].map(differs)).toEqual([true, true]);
    expect([0.82, 1, 1.21, 1.22].map(differs)).toEqual([false, false, false, false]);
    expect(differs(1.23)).toBe(true);
  });
});

describe('outages', () => {
  const every = 300_000;
  const outages = (distance: number): number =>
    measureAvailability(
      [0, distance].map((at) => probe(at + HOUR, { ok: false, code: 'timeout', cause: 'student' })),
      { from: after(0), to: after(DAY) },
      { every, target: 0.99, maintenance: [] },
    ).outages.length;
  test('a gap of one millisecond is rounding, one of two is time in which nobody looked', () => {
    expect(outages(2 * every + 1)).toBe(1);
    expect(outages(2 * every + 2)).toBe(2);
  });
});

describe('rows of releases', () => {
  test('shares that miss 1 by noise lose no row, also where the noise is worth less than one', () => {
    const share = (share: number) => ({ take: { kind: 'share' as const, share } });
    const rows = 600_000_000;
    expect(releaseRanges([share(0.5), share(0.5 - 1e-9)], rows).at(-1)).toEqual([rows / 2, rows]);
    // What is held back on purpose stays.
    expect(releaseRanges([share(0.5), share(0.3)], 10).at(-1)).toEqual([5, 8]);
  });
});

describe('a changed plan', () => {
  test('what was sent does not change when the organisation is written otherwise', () => {
    const planned = planShipments(course, challenge(), [student('ada-l')], facts);
    const sent = planned.map((one) => ({
      shipment: { ...one, organisation: 'Uni', digest: one.digest! },
      state: 'dispatched' as const,
    }));
    const now = planned.map((one) => ({ ...one, organisation: 'uni', digest: one.digest! }));
    const diff = diffPlan(sent, now, after(0));
    expect(diff.frozen).toEqual([]);
    expect(diff.keep).toHaveLength(3);
  });
});

describe('merging in time', () => {
  test('what is there before it is due has to be merged no earlier', () => {
    const received = (delivered: number) =>
      receivedReleases({
        policy,
        evidence: [data(1, 'merged', HOUR)],
        shipments: [shipment(1, { dispatchedAt: after(delivered) })],
        now: after(10 * DAY),
      })[0]!.deadline;
    expect(received(-DAY)).toEqual(after(7 * DAY));
    expect(received(0)).toEqual(after(7 * DAY));
    expect(received(DAY)).toEqual(after(8 * DAY));
  });
});

describe('overrides', () => {
  test('one that is lifted does not lift another', () => {
    const set = { owner: 'ada', challenge: 'weather', reason: 'shown', by: 'grace' };
    const { rows } = buildGradebook({
      policies: [policy],
      owners: [student('ada')],
      evidence: [],
      shipments: [],
      now: after(3 * DAY),
      overrides: [
        { ...set, id: '1', criterion: 'pipeline', points: 12, at: after(HOUR) },
        { ...set, id: '2', criterion: 'data', points: 5, at: after(HOUR) },
        { ...set, id: '3', criterion: 'data', points: null, at: after(2 * HOUR) },
      ],
    });
    expect(rows[0]).toMatchObject({ total: 12, computed: 0 });
    expect(rows[0]!.criteria.pipeline!.points).toBe(12);
    expect(rows[0]!.criteria.data!.points).toBe(0);
  });
});

describe('the cut', () => {
  test('a push within the second that the deadline ends is in time, one of the next is not', () => {
    const deadline = new Date('2027-02-05T22:59:59.999Z');
    const move = (at: string) =>
      cutAt([{ at: new Date(at), before: 'a'.repeat(40), after: 'b'.repeat(40) }], 'head', deadline);
    expect(move('2027-02-05T22:59:59Z').commit).toBe('b'.repeat(40));
    expect(move('2027-02-05T23:00:00Z').commit).toBe('a'.repeat(40));
  });
});

describe('the schedule of releases', () => {
  /** How long after it is due the second release is done, when it is due so many minutes after the first one is done. */
  const doneIn = (minutes: number): number => {
    const named = (name: string) => challenge('  carrier: pull_request\n', name);
    const first = scheduleReleases([named('first')], 300).get(slotKey('first', 'release-1'))!;
    const second = named('second');
    const due = new Date(first.done.getTime() + minutes * 60_000);
    const releases = second.releases.slice(0, 1).map((release) => ({ ...release, due }));
    const one = named('first');
    const both = [
      { ...one, releases: one.releases.slice(0, 1) },
      { ...second, releases },
    ];
    return scheduleReleases(both, 300).get(slotKey('second', 'release-1'))!.done.getTime() - due.getTime();
  };
  test('the burst is back after an hour of rest, and not before', () => {
    const rested = doneIn(180);
    expect(doneIn(61)).toBe(rested);
    expect(doneIn(59)).toBeGreaterThan(rested);
    expect(doneIn(40)).toBeGreaterThan(rested);
  });
});

describe('groups', () => {
  test('sixty characters can become part of a repository name, sixty-one cannot', () => {
    const problems = (length: number) =>
      parseRoster(bytes(`login,id,name,group\nada,1,Ada,${'g'.repeat(length)}\n`)).problems;
    expect(problems(60)).toEqual([]);
    expect(problems(61)).toMatchObject([{ code: 'bad-group' }]);
  });
});

describe('the ledger', () => {
  test('entries are counted from one: a number that is left out is found, though every hash is right', () => {
    const body: LedgerBody = { kind: 'observation', evidence: data(1, 'merged', HOUR) };
    const sealed = (seq: number) => {
      const entry = { seq, at: after(0), previous: GENESIS, body };
      return ledgerLine({ ...entry, hash: sealOf(entry) });
    };
    expect(verifyLedgerLines([sealed(1)])).toMatchObject({ ok: true, entries: 1 });
    expect(verifyLedgerLines([sealed(2)])).toMatchObject({ ok: false, first: { line: 1, seq: 2, code: 'chain' } });
  });
});

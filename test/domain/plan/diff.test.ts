// What a changed plan does to what is stored.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { diffPlan } from '../../../src/domain/plan/diff.ts';
import type { KnownShipment } from '../../../src/domain/plan/diff.ts';
import { planShipments } from '../../../src/domain/plan/plan.ts';
import type { Shipment, ShipmentState } from '../../../src/domain/shipment/shipment.ts';
import { challenge, course, facts, student } from './course-for-test.ts';

const now = new Date('2027-01-20T00:00:00Z');
const plan = (extra: string, ...logins: string[]): Shipment[] =>
  planShipments(course, challenge(extra), logins.map(student), facts);
const stored = (shipments: Shipment[], state: ShipmentState): KnownShipment[] =>
  shipments.map((shipment) => ({ shipment, state }));

describe('diffPlan', () => {
  it('does nothing when nothing changed, also after a way through the database', () => {
    const shipments = plan('', 'ada-l');
    const reordered = JSON.parse(JSON.stringify(shipments)) as Shipment[];
    const back = reordered.map((shipment) => Object.fromEntries(Object.entries(shipment).toReversed()) as Shipment);
    const diff = diffPlan(stored(back, 'planned'), shipments, now);
    expect(diff).toMatchObject({ add: [], change: [], cancel: [], frozen: [], catchUp: [] });
    expect(diff.keep).toHaveLength(3);
  });

  it('catches a late joiner up', () => {
    const diff = diffPlan(stored(plan('', 'ada-l'), 'planned'), plan('', 'ada-l', 'late-r'), now);
    expect(diff.add.map(({ owner, release }) => [owner, release])).toEqual([
      ['late-r', 'release-1'],
      ['late-r', 'release-2'],
      ['late-r', 'release-3'],
    ]);
    expect(diff.catchUp).toEqual(diff.add.slice(0, 2).map(({ id }) => id));
  });

  it('never changes what is dispatched', () => {
    const before = plan('', 'ada-l');
    const states = stored(before, 'planned');
    states[0]!.state = 'dispatched';
    const diff = diffPlan(states, plan('  first: 2027-01-12T09:00', 'ada-l'), now);
    expect(diff.frozen.map(({ before: { release }, fields }) => [release, fields])).toEqual([['release-1', ['due']]]);
    expect(diff.change.map(({ after: { release }, fields }) => [release, fields])).toEqual([
      ['release-2', ['due', 'releases']],
      ['release-3', ['due', 'releases']],
    ]);
  });

  it('cancels what is no longer wanted, and freezes it where it has arrived', () => {
    const states = stored(plan('', 'ada-l'), 'failed');
    states[0]!.state = 'dispatched';
    const diff = diffPlan(states, [], now);
    expect(diff.cancel.map(({ release }) => release)).toEqual(['release-2', 'release-3']);
    expect(diff.frozen).toEqual([{ before: states[0]!.shipment, fields: [] }]);
  });

  it('brings back what was cancelled', () => {
    const shipments = plan('', 'ada-l');
    expect(diffPlan(stored(shipments, 'cancelled'), shipments, now).add).toHaveLength(3);
    expect(diffPlan(stored(shipments, 'cancelled'), [], now).cancel).toEqual([]);
  });

  it('is empty once it has been applied', () => {
    const logins = fc.subarray(['ada', 'bob', 'cy', 'di']);
    const extras = fc.constantFrom('', '  first: 2027-01-12T09:00', '  per: student', '  carrier: [commit, asset]');
    const state = fc.constantFrom<ShipmentState>('planned', 'failed', 'dispatched', 'cancelled');
    fc.assert(
      fc.property(
        logins,
        logins,
        extras,
        extras,
        fc.array(state, { minLength: 24, maxLength: 24 }),
        (a, b, x, y, states) => {
          const before = plan(x, ...a).map((shipment, index) => ({ shipment, state: states[index]! }));
          const wanted = plan(y, ...b);
          const diff = diffPlan(before, wanted, now);
          const after = new Map(before.map((one) => [one.shipment.id, one]));
          for (const shipment of diff.add) after.set(shipment.id, { shipment, state: 'planned' });
          for (const change of diff.change) after.set(change.after.id, { shipment: change.after, state: 'planned' });
          for (const shipment of diff.cancel) after.set(shipment.id, { shipment, state: 'cancelled' });
          const again = diffPlan([...after.values()], wanted, now);
          expect(again).toMatchObject({ add: [], change: [], cancel: [], catchUp: [], frozen: diff.frozen });
          const dispatched = (all: KnownShipment[]): string =>
            JSON.stringify(all.filter((shipment) => shipment.state === 'dispatched'));
          expect(dispatched([...after.values()])).toBe(dispatched(before));
        },
      ),
      { numRuns: 100 },
    );
  });
});

// What a new plan changes against what is stored. Dispatched shipments never change.
import type { Shipment, ShipmentState } from '../shipment/shipment.ts';

export type KnownShipment = { shipment: Shipment; state: ShipmentState };

type Change = { before: Shipment; after: Shipment; fields: (keyof Shipment)[] };

/** So many shipments of a challenge, and where they go. */
type Part = { challenge: string; shipments: number; places: (readonly [repository: string, owner: string])[] };

export type PlanDiff = {
  /** New, or cancelled before and wanted again. Those due in the past are due now: see `catchUp`. */
  add: Shipment[];
  /**
   * New, too: all of a challenge of which nothing is stored. They are planned once more when they are added, so that those of a
   * large class are never in memory together.
   */
  fresh: (Part & { plan: () => Shipment[] })[];
  /** Not dispatched yet, and to be carried out differently. */
  change: Change[];
  /** Not dispatched yet, and no longer wanted. */
  cancel: Shipment[];
  /** As they are, in the plan's own words: nothing to do. */
  keep: Shipment[];
  /** As they are, too: so many of a challenge that says what it said when it was carried out, and where they go. */
  untouched: Part[];
  /** Dispatched, and the new plan would have it otherwise (`fields`) or not at all (no `after`): they stay. */
  frozen: { before: Shipment; after?: Shipment; fields: (keyof Shipment)[] }[];
  /** Ids of added shipments whose due date has passed: late joiners receive every past release. */
  catchUp: string[];
};

export function emptyDiff(): PlanDiff {
  return { add: [], fresh: [], change: [], cancel: [], keep: [], untouched: [], frozen: [], catchUp: [] };
}

/** `same`: ids of those that are stored, not cancelled, and say what the plan says; they need not be among `stored`. */
export function diffPlan(
  stored: readonly KnownShipment[],
  planned: readonly Shipment[],
  now: Date,
  same: { has: (id: string) => boolean } = new Set(),
): PlanDiff {
  const before = new Map(stored.map((shipment) => [shipment.shipment.id, shipment]));
  const diff = emptyDiff();
  for (const after of planned) {
    if (same.has(after.id)) {
      diff.keep.push(after);
      continue;
    }
    const known = before.get(after.id);
    if (!known || known.state === 'cancelled') {
      diff.add.push(after);
      if (Date.parse(after.due) <= now.getTime()) diff.catchUp.push(after.id);
    } else compareKnown(known, after, diff);
  }
  const wanted = new Set(stored.length === 0 ? [] : planned.map(({ id }) => id));
  for (const { shipment, state } of stored) {
    if (wanted.has(shipment.id) || state === 'cancelled') continue;
    if (state === 'dispatched') diff.frozen.push({ before: shipment, fields: [] });
    else diff.cancel.push(shipment);
  }
  return diff;
}

const immaterial = new Set<keyof Shipment>(['releases', 'members', 'organisation']);

function compareKnown({ shipment, state }: KnownShipment, after: Shipment, diff: PlanDiff): void {
  const fields = changedFields(shipment, after);
  if (state !== 'dispatched') {
    if (fields.length > 0) diff.change.push({ before: shipment, after, fields });
    else diff.keep.push(after);
    return;
  }
  // What has arrived is not touched by a change to its neighbours or to who is in the group.
  const material = fields.filter((field) => !immaterial.has(field) && (field !== 'digest' || shipment.digest));
  if (material.length > 0) diff.frozen.push({ before: shipment, after, fields: material });
  else diff.keep.push(after);
}

/** Names of the fields that differ in value, in alphabetical order. */
function changedFields(before: Shipment, after: Shipment): (keyof Shipment)[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)] as (keyof Shipment)[]);
  return [...names].filter((name) => !isSame(before[name], after[name])).toSorted();
}

/** Equal as JSON, whatever the order of keys: a database may return them in another. */
function isSame(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const [one, other] = [a as Record<string, unknown>, b as Record<string, unknown>];
  return (
    Object.keys(one).every((key) => isSame(one[key], other[key])) &&
    Object.keys(other).every((key) => other[key] === undefined || one[key] !== undefined)
  );
}

/** Of several challenges, one after the other. */
export function joinDiffs(diffs: readonly PlanDiff[]): PlanDiff {
  return {
    add: diffs.flatMap(({ add }) => add),
    fresh: diffs.flatMap(({ fresh }) => fresh),
    change: diffs.flatMap(({ change }) => change),
    cancel: diffs.flatMap(({ cancel }) => cancel),
    keep: diffs.flatMap(({ keep }) => keep),
    untouched: diffs.flatMap(({ untouched }) => untouched),
    frozen: diffs.flatMap(({ frozen }) => frozen),
    catchUp: diffs.flatMap(({ catchUp }) => catchUp),
  };
}

export function countNew({ add, fresh }: Pick<PlanDiff, 'add' | 'fresh'>): number {
  return fresh.reduce((sum, { shipments }) => sum + shipments, add.length);
}

export function countKept({ keep, untouched }: Pick<PlanDiff, 'keep' | 'untouched'>): number {
  return untouched.reduce((sum, { shipments }) => sum + shipments, keep.length);
}

// The pace towards GitHub: how much an installation may do in which time, and how long a release takes by it.
import type { CarrierKind } from './challenge.ts';

/** `perHour` in the long run, `burst` at once. */
export type Budget = { name: string; perHour: number; burst: number };

/** GitHub asks for a second between two writes. */
const write: Budget = { name: 'write', perHour: 3600, burst: 1 };
/** It allows 80 calls a minute and 500 an hour that notify people; we stay below. */
const notifyMinute: Budget = { name: 'notify-minute', perHour: 4500, burst: 10 };
const notifyHour: Budget = { name: 'notify-hour', perHour: 480, burst: 60 };

/** Of the calls that GitHub grants for an hour, this share is left for what people wait for: webhooks, checks, answers. */
export const keptForWebhooks = 0.2;

/** The budgets that a call draws from. */
export function budgetsOf(call: { writes: boolean; notifies: boolean }): readonly Budget[] {
  if (call.notifies) return [write, notifyMinute, notifyHour];
  return call.writes ? [write] : [];
}

/** What one shipment takes in the ordinary case: the asset's and the remote's pointer is a commit, too. */
const calls: Record<CarrierKind, { writes: number; notifies: number }> = {
  commit: { writes: 1, notifies: 0 },
  pull_request: { writes: 4, notifies: 1 },
  asset: { writes: 3, notifies: 1 },
  rclone: { writes: 1, notifies: 0 },
};

/** Seconds from the first to the last of so many shipments by each of these carriers, at our pace. */
export function secondsFor(carriers: readonly CarrierKind[], shipments: number): number {
  const sum = (key: 'writes' | 'notifies'): number =>
    carriers.reduce((total, carrier) => total + calls[carrier][key] * shipments, 0);
  const through = ({ perHour, burst }: Budget, count: number): number => Math.max(0, count - burst) * (3600 / perHour);
  const notifies = sum('notifies');
  return Math.max(through(write, sum('writes')), through(notifyMinute, notifies), through(notifyHour, notifies));
}

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

type Calls = { writes: number; notifies: number };

/** What one shipment takes in the ordinary case: the asset's and the remote's pointer is a commit, too. */
const calls: Record<CarrierKind, Calls> = {
  commit: { writes: 1, notifies: 0 },
  pull_request: { writes: 4, notifies: 1 },
  asset: { writes: 3, notifies: 1 },
  rclone: { writes: 1, notifies: 0 },
};

/** Of these, the branch of a pull request and the commit on it need not wait for the due date. */
const ahead: Partial<Record<CarrierKind, Calls>> = { pull_request: { writes: 2, notifies: 0 } };
const none: Calls = { writes: 0, notifies: 0 };

/** Seconds from the first to the last of so many shipments by each of these carriers, at our pace. */
export function secondsFor(carriers: readonly CarrierKind[], shipments: number): number {
  return through(
    carriers.map((carrier) => calls[carrier]),
    shipments,
  );
}

/** What is staged ahead may meet other work on its way. */
const spareSeconds = 60;
/** What is sent within the due minute is on time. */
const dueSeconds = 60;

/**
 * How many seconds before the due date an early release begins, so that everybody has it by then: to `stage` what can be
 * staged (absent where nothing can), and to `send`.
 */
export function leadFor(carriers: readonly CarrierKind[], shipments: number): { stage?: number; send: number } {
  const staged = carriers.flatMap((carrier) => ahead[carrier] ?? []);
  const left = carriers.map((carrier): Calls => {
    const { writes, notifies } = ahead[carrier] ?? none;
    return { writes: calls[carrier].writes - writes, notifies: calls[carrier].notifies - notifies };
  });
  const send = Math.max(0, Math.ceil(through(left, shipments)) - dueSeconds);
  return {
    ...(staged.length === 0 ? {} : { stage: send + Math.ceil(through(staged, shipments)) + spareSeconds }),
    send,
  };
}

/** Seconds for the calls of so many shipments. */
function through(each: readonly Calls[], shipments: number): number {
  const sum = (key: keyof Calls): number => each.reduce((total, one) => total + one[key] * shipments, 0);
  const within = ({ perHour, burst }: Budget, count: number): number => Math.max(0, count - burst) * (3600 / perHour);
  const notifies = sum('notifies');
  return Math.max(within(write, sum('writes')), within(notifyMinute, notifies), within(notifyHour, notifies));
}

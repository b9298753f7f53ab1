// The pace towards GitHub: how much an installation may do in which time, and how long a release takes by it.
import { carriers, type Calls, type CarrierKind } from '../carrier/carriers.ts';

/** `perHour` in the long run, `burst` at once. */
export type Budget = { name: string; perHour: number; burst: number };

/** GitHub asks for a second between two writes. */
const write: Budget = { name: 'write', perHour: 3600, burst: 1 };
/** It allows 80 calls a minute and 500 an hour that notify people. A burst and what follows it stay below that, in any minute and hour. */
const notifyMinute: Budget = { name: 'notify-minute', perHour: 4080, burst: 10 };
const notifyHour: Budget = { name: 'notify-hour', perHour: 430, burst: 60 };

/** Of the calls that GitHub grants for an hour, this share is left for what people wait for: webhooks, checks, answers. */
export const keptForWebhooks = 0.2;

/** The budgets that a call draws from. */
export function budgetsOf(call: { writes: boolean; notifies: boolean }): readonly Budget[] {
  if (call.notifies) return [write, notifyMinute, notifyHour];
  return call.writes ? [write] : [];
}

const none: Calls = { writes: 0, notifies: 0 };

/** Seconds that so many shipments of a release take at our pace. `isRested`: nobody was notified in the hour before. */
export type Effort = {
  /** From the first call to the last. */
  all: (isRested: boolean) => number;
  /** What can be done ahead; absent where nothing can. */
  stage?: number;
  /** What is left to do then. */
  send: (isRested: boolean) => number;
};

/** Whole seconds. */
export function effortOf(kinds: readonly CarrierKind[], shipments: number): Effort {
  const whole = kinds.map((carrier) => carriers[carrier].calls);
  const staged = kinds.flatMap((carrier) => carriers[carrier].ahead ?? []);
  const left = kinds.map((carrier): Calls => {
    const { writes, notifies } = carriers[carrier].ahead ?? none;
    return { writes: carriers[carrier].calls.writes - writes, notifies: carriers[carrier].calls.notifies - notifies };
  });
  return {
    all: (isRested) => through(whole, shipments, isRested),
    ...(staged.length === 0 ? {} : { stage: through(staged, shipments, true) }),
    send: (isRested) => through(left, shipments, isRested),
  };
}

/** Seconds for the calls of so many shipments: the last one has writes besides its notification. */
function through(each: readonly Calls[], shipments: number, isRested: boolean): number {
  const cost = { writes: 0, notifies: 0 };
  for (const { writes, notifies } of each) {
    cost.writes += writes;
    cost.notifies += notifies;
  }
  const within = ({ perHour, burst }: Budget, count: number): number =>
    Math.max(0, count - (isRested ? burst : 0)) * (3600 / perHour);
  const notices = shipments * cost.notifies;
  const notified = Math.max(within(notifyMinute, notices), within(notifyHour, notices)) + cost.writes - cost.notifies;
  return Math.ceil(Math.max(within(write, shipments * cost.writes), notices > 0 ? notified : 0));
}

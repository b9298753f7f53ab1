// Lateness: when GitHub received something against its deadline, what tokens pay for, and what the rest costs.
import type { Course } from '../course/course.ts';
import type { Evidence } from './evidence.ts';
import { addSpan, daysBegun } from '../time/calendar.ts';
import { sayDuration, sayInstant, sayShare } from '../time/say-time.ts';

export type LatePolicy = Course['late'];

/** Something with a deadline that was received. There is no clock here: judging again later changes nothing. */
export type Received = {
  id: string;
  deadline: Date;
  receivedAt: Date;
  /** Instead of those that are given for all items. */
  extensions?: readonly Extension[];
};

/** More time for one owner, granted by a person; none takes an earlier one back. Without `item` it is for everything of the owner. */
export type Extension = { owner: string; item?: string; by: number; reason: string; grantedBy: string };

/** Tokens that paid for something else, such as maintenance: in the order of time, like all. */
export type Charge = { at: Date; tokens: number };

export type Lateness = {
  id: string;
  deadline: Date;
  /** How much too late, in milliseconds; 0 when in time. */
  late: number;
  tokens: number;
  /** Share of the points that is lost, 0 to 1. */
  lost: number;
  /** The comparison, in the course's zone. */
  text: string;
};

/**
 * The lateness of each item. Begun days count whole, by the calendar of the zone. Tokens are spent in the order in which things were
 * received, so that nothing received later changes what an earlier item was charged. `extensions` are the owner's own.
 */
export function settleLateness(
  items: readonly Received[],
  policy: LatePolicy,
  zone: string,
  extensions: readonly Extension[] = [],
  charges: readonly Charge[] = [],
): Map<string, Lateness> {
  let tokens = policy.tokens;
  const spentElsewhere = charges.toSorted((a, b) => a.at.getTime() - b.at.getTime());
  const settled = new Map<string, Lateness>();
  for (const item of items.toSorted(byReceipt)) {
    while (spentElsewhere[0] && spentElsewhere[0].at <= item.receivedAt)
      tokens = Math.max(0, tokens - spentElsewhere.shift()!.tokens);
    const given =
      item.extensions ?? extensions.filter((extension) => extension.item === undefined || extension.item === item.id);
    const granted = given.filter(({ by }) => by > 0);
    const longest = granted.toSorted((a, b) => b.by - a.by || (a.reason < b.reason ? -1 : 1))[0];
    const deadline = addSpan(item.deadline, longest?.by ?? 0, zone);
    const late = Math.max(0, item.receivedAt.getTime() - deadline.getTime());
    const days = daysBegun(deadline, item.receivedAt, zone);
    const spent = Math.min(tokens, policy.daysPerToken > 0 ? Math.ceil(days / policy.daysPerToken) : 0);
    tokens -= spent;
    const lost = Math.min(1, Math.max(0, days - spent * policy.daysPerToken) * policy.thenPerDay);
    const lateness = { id: item.id, deadline, late, tokens: spent, lost };
    settled.set(item.id, { ...lateness, text: describe(item, { ...lateness, days }, zone, tokens, longest) });
  }
  return settled;
}

function byReceipt(a: Received, b: Received): number {
  return a.receivedAt.getTime() - b.receivedAt.getTime() || (a.id < b.id ? -1 : 1);
}

function describe(
  item: Received,
  { deadline, late, days, tokens, lost }: Omit<Lateness, 'text'> & { days: number },
  zone: string,
  left: number,
  extension?: Extension,
): string {
  const received = `received ${sayInstant(item.receivedAt, zone)}, merge by ${sayInstant(deadline, zone)}`;
  const extended = extension ? ` (extended by ${sayDuration(extension.by)}: ${extension.reason})` : '';
  if (late === 0) return `${received}${extended}: in time`;
  const paid = tokens > 0 ? `, ${tokens} late token${tokens === 1 ? '' : 's'} spent, ${left} left` : '';
  const cost = lost > 0 ? `, ${sayShare(lost)} lost` : ', nothing lost';
  const time = sayDuration(Math.max(1000, late));
  const whole = `${days} day${days === 1 ? '' : 's'}`;
  // What is charged is days, and every one that has begun.
  const begun = days < 2 || time === whole ? '' : ` (${whole} begun)`;
  return `${received}${extended}: ${time} late${begun}${paid}${cost}`;
}

/** What maintenance cost. */
export function chargesOf(evidence: readonly Evidence[], now: Date): Charge[] {
  return evidence.flatMap((item) =>
    item.kind === 'maintenance' && item.at <= now ? [{ at: item.at, tokens: item.tokens }] : [],
  );
}

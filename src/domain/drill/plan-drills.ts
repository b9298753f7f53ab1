// When an owner's drills begin, and of which kind: seeded, of equal difficulty, never two at once, never within a day of a deadline.
import type { Challenge } from '../challenge/challenge.ts';
import { randomTimes } from '../request/request.ts';
import { permutation, seedOf, unit } from '../dataset/sample.ts';
import { inZone } from '../time/in-zone.ts';
import type { PlannedDrill } from './drill.ts';

type Planned = Pick<Challenge, 'name' | 'starts' | 'ends' | 'releases' | 'requests' | 'drills'>;
type Whose = {
  owner: string;
  /** Known to the server alone: nobody can compute the times. */
  secret: string;
  zone: string;
  /** Other deadlines of this owner, such as those of requests and extensions. */
  deadlines?: readonly Date[];
};

const quarter = 900_000;
const hour = 3_600_000;
const workday = 8 * hour;
/** The distance that a fault keeps from every deadline. */
export const dayOff = 24 * hour;

/**
 * All drills of one owner in these challenges. Everybody meets the same kinds equally often, in an order of their own, at
 * times when people work. Where there is no room for one, it is left out.
 */
export function planDrills(challenges: readonly Planned[], whose: Whose): PlannedDrill[] {
  const deadlines = [
    ...challenges.flatMap((challenge) => deadlinesOf(challenge, whose.owner)),
    ...(whose.deadlines ?? []),
  ];
  const taken: { from: number; to: number }[] = [];
  const planned: PlannedDrill[] = [];
  for (const challenge of challenges.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const rule = challenge.drills;
    if (!rule) continue;
    const seed = seedOf('drills', rule.seed, challenge.name, whose.owner, whose.secret);
    const at = permutation(seed, rule.number);
    const length = Math.max(rule.lasts, rule.postMortemWithin);
    const part = (rule.to.getTime() - rule.from.getTime()) / rule.number;
    for (let turn = 0; turn < rule.number; turn++) {
      const from = rule.from.getTime() + turn * part;
      const times = freeTimes({ from, to: from + part, length, lasts: rule.lasts }, deadlines, taken, whose.zone);
      if (times.length === 0) continue;
      const begins = times[Math.floor(unit(seed, turn, 1) * times.length)]!;
      taken.push({ from: begins, to: begins + length });
      const kind = rule.kinds[at(turn) % rule.kinds.length]!;
      planned.push({ challenge: challenge.name, turn, kind, at: new Date(begins) });
    }
  }
  return planned;
}

/** Whether a fault may be there from `at` on, for `lasts`. */
export function isFarFromDeadlines(at: Date, lasts: number, deadlines: readonly Date[]): boolean {
  const [from, to] = [at.getTime() - dayOff, at.getTime() + lasts + dayOff];
  return deadlines.every((deadline) => deadline.getTime() <= from || deadline.getTime() >= to);
}

/** Releases end the time of the ones before them; requests have their own; all of it ends with the challenge. */
export function deadlinesOf(challenge: Planned, owner: string): Date[] {
  const { name, starts, ends, releases, requests } = challenge;
  const asked = requests.flatMap((rule, index) => {
    if (rule.on === 'release') return releases.map(({ due }) => new Date(due.getTime() + rule.due));
    if (rule.on !== 'random' || !rule.every) return [];
    const seed = seedOf('random', rule.seed, name, index, owner);
    return randomTimes(seed, rule.every, starts, ends).map((at) => new Date(at.getTime() + rule.due));
  });
  return [...releases.map(({ due }) => due), ...asked, ends];
}

type Slot = { from: number; to: number; length: number; lasts: number };

function freeTimes(
  { from, to, length, lasts }: Slot,
  deadlines: readonly Date[],
  taken: readonly { from: number; to: number }[],
  zone: string,
): number[] {
  const times: number[] = [];
  for (let day = Math.floor(from / dayOff) * dayOff - dayOff; day <= to; day += dayOff) {
    const nine = inZone(day + 9 * hour, zone);
    for (let at = nine; at < nine + workday; at += quarter) {
      if (at < from || at + length > to || !isFarFromDeadlines(new Date(at), lasts, deadlines)) continue;
      if (taken.every((span) => at + length <= span.from || at >= span.to)) times.push(at);
    }
  }
  return times;
}

/** From nine to five on the clocks of the course, so that nobody's drill falls into the night. */
export function isWorkingHour(at: number, zone: string): boolean {
  const day = Math.floor(at / dayOff) * dayOff;
  return [day - dayOff, day, day + dayOff].some((midnight) => {
    const from = inZone(midnight + 9 * hour, zone);
    return at >= from && at < from + workday;
  });
}

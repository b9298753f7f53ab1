// How long what is kept about people may be kept after a course, as course.yml writes it, and when that is over.
import { DateTime } from 'luxon';
import type { Course } from './course.ts';

const pattern = /^([1-9]\d{0,4})(d|w|y)$/;
const units = { d: 'days', w: 'weeks', y: 'years' } as const;

/** Marks are asked about for so long at least; and nobody's retention is longer than this. */
const [fewestDays, mostDays] = [30, 30 * 366];

/** Undefined where it is fine. */
export function retentionFault(text: string): string | undefined {
  const [, amount, unit] = pattern.exec(text) ?? [];
  if (amount === undefined) return 'must be a number of days, weeks or years';
  const days = Number(amount) * { d: 1, w: 7, y: 365 }[unit as keyof typeof units];
  if (days < fewestDays) return `must be at least ${fewestDays} days, in which results can be questioned`;
  return days > mostDays ? 'must be at most 30 years' : undefined;
}

/** When everything about people goes: so long after the last challenge has ended. Undefined: it stays until somebody removes it. */
export function retentionEnd(
  { retention, timezone }: Pick<Course, 'retention' | 'timezone'>,
  challenges: readonly { ends: Date }[],
): Date | undefined {
  const [, amount, unit] = pattern.exec(retention ?? '') ?? [];
  if (amount === undefined || challenges.length === 0) return undefined;
  const last = new Date(Math.max(...challenges.map(({ ends }) => ends.getTime())));
  return DateTime.fromJSDate(last, { zone: timezone })
    .plus({ [units[unit as keyof typeof units]]: Number(amount) })
    .toJSDate();
}

// The comment by which a student announces maintenance: `/maintenance 2h [FROM] [reason]`.
import { parseDuration, parseInstant } from '../time/calendar.ts';
import { code } from '../text/escape.ts';

export type MaintenanceCommand = { length: number; from?: Date; reason?: string };

const usage = 'Write `/maintenance 2h`, or `/maintenance 2h 2027-02-01T22:00 reason` for later.';
const longest = 7 * 86_400_000;

/** `problem` says in words what is wrong with it. */
export function readMaintenance(words: readonly string[], zone: string): MaintenanceCommand | { problem: string } {
  const [first = '', ...rest] = words;
  const length = parseDuration(first);
  if (length === undefined || length === 0) return { problem: `No duration is given. ${usage}` };
  if (length > longest) return { problem: 'One window can be a week at most.' };
  const instant = rest[0] === undefined ? undefined : parseInstant(rest[0], zone);
  if (!instant && /^\d/.test(rest[0] ?? ''))
    return { problem: `${code(rest[0]!.slice(0, 40))} is no date with a time. ${usage}` };
  const reason = rest.slice(instant ? 1 : 0).join(' ');
  if (reason.length > 200) return { problem: 'The reason is longer than 200 characters.' };
  return { length, ...(instant ? { from: instant.date } : {}), ...(reason === '' ? {} : { reason }) };
}

// What is on hold, in one line: what, since when, why, and what happens next.
import { sayInstant } from '../time/say-time.ts';

type Hold = { scope: string; why: string; since?: Date; nextTry: Date; waiting: number; organisation?: string };

export function holdLine({ scope, why, since, nextTry, waiting, organisation }: Hold, zone: string): string {
  const from = since ? ` since ${sayInstant(since, zone)}` : '';
  const jobs = waiting === 0 ? '' : ` ${waiting === 1 ? '1 job waits' : `${waiting} jobs wait`};`;
  const next = scope.startsWith('github/') ? 'GitHub is asked again' : 'it is tried again';
  return `On hold${from}: ${whatOf(scope, organisation)} (${oneLine(why)}).${jobs} ${next} at ${sayInstant(nextTry, zone)}, and work goes on by itself in order of due time.`;
}

function whatOf(scope: string, organisation: string | undefined): string {
  if (scope === 'github/0') return 'what the App asks GitHub for itself';
  if (scope.startsWith('github/'))
    return `everything that needs GitHub for ${organisation ?? `installation ${scope.slice(7)}`}`;
  return scope === 'disk' ? 'what needs the disk of the app' : 'what GitHub refuses for the time on this machine';
}

function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029\u202A-\u202E\u2066-\u2069]+/gu, ' ').slice(0, 200);
}

// What is on hold, in one line: scope, since when, why, and what happens next.
import { sayInstant } from '../time/say-time.ts';
import { oneLine } from '../text/unseen.ts';

type Hold = { scope: string; why: string; since?: Date; nextTry: Date; waiting: number; organisation?: string };

export function holdLine({ scope, why, since, nextTry, waiting, organisation }: Hold, zone: string): string {
  const from = since ? ` since ${sayInstant(since, zone)}` : '';
  const jobs = waiting === 0 ? '' : ` ${waiting === 1 ? '1 job waits' : `${waiting} jobs wait`};`;
  const next = scope.startsWith('github/') ? 'GitHub is asked again' : 'the work is retried';
  return `On hold${from}: ${whatOf(scope, organisation)} (${oneLine(why)}).${jobs} ${next} at ${sayInstant(nextTry, zone)}, then work resumes by itself, earliest first.`;
}

function whatOf(scope: string, organisation: string | undefined): string {
  if (scope === 'github/0') return 'what the App itself asks of GitHub';
  if (scope.startsWith('github/'))
    return `everything that needs GitHub for ${organisation ?? `installation ${scope.slice(7)}`}`;
  return scope === 'disk'
    ? 'what needs the disk of the app'
    : 'what GitHub refuses because this machine’s clock is wrong';
}

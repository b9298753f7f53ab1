// What the app answers to `/maintenance`.
import type { Maintenance } from '../challenge/challenge.ts';
import { sayInstant } from '../time/say-time.ts';
import { plain } from '../text/escape.ts';

export const maintenanceMarker = (comment: number): string => `<!-- practicum maintenance ${comment} -->`;

type Announced = { challenge: string; window: Maintenance; tokens: number; left: number; cut: boolean };

export function describeMaintenance({ challenge, window, tokens, left, cut }: Announced, zone: string): string {
  const span = `from ${sayInstant(window.from, zone)} to ${sayInstant(window.to, zone)}`;
  const short = cut ? ' The late tokens that are left pay for no more than this.' : '';
  const cost = `${tokens} late token${tokens === 1 ? ' is' : 's are'} charged, ${left} left.`;
  return `**${plain(challenge)}**: maintenance ${span}. Downtime in it does not count.${short} ${cost}`;
}

export function describeUnmaintained(problem: string): string {
  return `No maintenance was announced, and no token was charged. ${problem}`;
}

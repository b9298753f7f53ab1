// What clocks show, as a moment.
import { DateTime } from 'luxon';

/** The moment at which the clocks of `zone` show what UTC shows at `wall`. */
export function inZone(wall: number, zone: string): number {
  if (zone === 'UTC') return wall;
  return DateTime.fromMillis(wall, { zone: 'utc' }).setZone(zone, { keepLocalTime: true }).toMillis();
}

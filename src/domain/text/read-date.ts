// A written date as a moment, or why there is no such moment.
import { parseInstant } from '../time/calendar.ts';
import type { Report } from './report-problems.ts';
import type { Path } from './yaml-source.ts';

export function readDate(text: string, zone: string, path: Path, report: Report): Date | undefined {
  const name = String(path.at(-1));
  const instant = parseInstant(text, zone);
  if (!instant) {
    report.error(path, 'no-such-date', `\`${name}\`: there is no such date as \`${text}\``);
    return undefined;
  }
  if (instant.clock === 'gap') {
    const message = `\`${name}\`: ${text} does not exist in ${zone}, the clocks skip it`;
    report.error(path, 'clock-gap', message, 'choose another time, or write the offset');
  } else if (instant.clock === 'twice') {
    const message = `\`${name}\`: ${text} happens twice in ${zone}; the first is meant`;
    report.warning(path, 'clock-twice', message, 'write the offset to say which');
  }
  return instant.date;
}

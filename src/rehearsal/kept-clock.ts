// The course's clock, kept beside what happens by it.
import { renameSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { movableClock, type MovableClock } from '@practicum/sandbox';

/** The course's clock; a rehearsal that was killed goes on at the time it had reached. */
export async function keptClock(file: string, start: Date): Promise<MovableClock> {
  const known = await readFile(file, 'utf8').catch(() => undefined);
  const clock = movableClock(known ? new Date(JSON.parse(known) as string) : start);
  clock.onChange((now) => {
    writeFileSync(`${file}.new`, JSON.stringify(now));
    renameSync(`${file}.new`, file);
  });
  return clock;
}

// Room for so many prompt jobs of different lanes, and for what a test wants besides.
import type { Room } from '../../src/ports/jobs.ts';

export function room(hands: number, more: Partial<Room> = {}): Room {
  return { hands, prompt: hands, handful: 1, bulk: 0, upkeep: 0, ...more };
}
/** For as many of the bulk alone. */
export const roomForBulk = (hands: number): Room => room(hands, { prompt: 0, bulk: hands });

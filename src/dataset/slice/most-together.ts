// How many samples are cut in one pass: one more costs next to nothing, but all that a pass writes has to find room.
import { stat } from 'node:fs/promises';
import type { Bounds } from './evict-entries.ts';

const always = 100;

export async function mostTogether(source: string, sample: number, { mostBytes }: Bounds): Promise<number> {
  const { size } = await stat(source);
  return Math.max(always, Math.floor(mostBytes / 8 / Math.max(1, size * sample)));
}

// Whose turn it is among people who share machines: whoever used them least of late, as Slurm's fair share has it.
import type { Pipeline } from './pipeline.ts';

/** After so many seconds a second on a machine counts half. */
export const halfLife = 4 * 3600;

/** A task that ran or runs; `end` of a running one is when it is expected to end, since it cannot be taken back. */
export type Used = { owner: string | undefined; start: number; end: number };

/** Seconds on machines per owner, the older the less. Pipelines without an owner share one name, the empty one. */
export function measureUsage(runs: Iterable<Used>, now: number): Map<string, number> {
  const usage = new Map<string, number>();
  for (const { owner = '', start, end } of runs) {
    const age = Math.max(0, now - end);
    const seconds = Math.max(0, end - start) * 2 ** (-age / halfLife);
    usage.set(owner, (usage.get(owner) ?? 0) + seconds);
  }
  return usage;
}

export function ownerOf(pipeline: Pipeline): string {
  return pipeline.owner ?? '';
}

/** What is merged: one pipeline, and the seconds that serving it will cost. */
export type Turn = { pipeline: Pipeline; cost: number };

/**
 * One list out of the owners' lists, each in its own order: the next is always the first of whoever has used least, what is ahead in this list
 * included. With one owner the list stays as it is.
 */
export function mergeByShare<T>(
  list: readonly T[],
  turnOf: (entry: T) => Turn,
  usage: ReadonlyMap<string, number>,
): T[] {
  const queues = new Map<string, { entries: T[]; next: number; used: number }>();
  for (const entry of list) {
    const owner = ownerOf(turnOf(entry).pipeline);
    const queue = queues.get(owner) ?? { entries: [], next: 0, used: usage.get(owner) ?? 0 };
    queue.entries.push(entry);
    queues.set(owner, queue);
  }
  if (queues.size < 2) return [...list];
  const merged: T[] = [];
  const open = [...queues.values()];
  while (merged.length < list.length) {
    let least: (typeof open)[number] | undefined;
    for (const queue of open)
      if (queue.next < queue.entries.length && (!least || queue.used < least.used)) least = queue;
    if (!least) break;
    const entry = least.entries[least.next]!;
    least.next++;
    least.used += turnOf(entry).cost;
    merged.push(entry);
  }
  return merged;
}

// Fair turns in the live queue: who used the machines least of late, and how much one may queue.
import { measureUsage, mergeByShare, type Used } from '../model/fair-share.ts';
import { isActive, isWaiting, type LivePipeline, type LiveState, type Seconds } from './state.ts';
import { end } from './events.ts';

/** Pipelines of one owner that may wait at the same time, where the course does not say. */
const usualLimit = 100;

/** Seconds on machines per owner up to now, derived from every attempt that the queue remembers. */
export function usageOf(draft: LiveState, now: Seconds): Map<string, number> {
  const used: Used[] = [];
  for (const { pipeline, tasks } of draft.pipelines)
    for (const task of tasks) {
      const start = task.startedAt ?? task.dispatchedAt;
      if (isActive(task)) used.push({ owner: pipeline.owner, start, end: Math.max(now, start + task.expected) });
      else if (task.startedAt !== undefined && task.endedAt !== undefined)
        used.push({ owner: pipeline.owner, start, end: task.endedAt });
    }
  return measureUsage(used, now);
}

/** In the order in which they are served: the staff's, then by share; where there is one owner, as they stand. */
export function inTurn(draft: LiveState, entries: readonly LivePipeline[], now: Seconds): LivePipeline[] {
  const high = (entry: LivePipeline): boolean => entry.pipeline.priority === 'high';
  const cost = (entry: LivePipeline): number => 60 * entry.pipeline.tasks.length;
  const others = entries.filter((entry) => !high(entry));
  const turn = (entry: LivePipeline): { pipeline: LivePipeline['pipeline']; cost: number } => ({
    pipeline: entry.pipeline,
    cost: cost(entry),
  });
  return [...entries.filter(high), ...mergeByShare(others, turn, usageOf(draft, now))];
}

/** The newest of whoever has more in the queue than one may; the staff's are not counted. */
export function refuseOverLimit(draft: LiveState, now: Seconds): { id: string; code: string; reason: string }[] {
  const most = draft.settings.mostQueued ?? usualLimit;
  const counts = new Map<string, number>();
  const waiting = draft.pipelines.filter(isWaiting).toSorted((a, b) => a.pipeline.submitted - b.pipeline.submitted);
  return waiting.flatMap((entry) => {
    const owner = entry.pipeline.owner;
    if (owner === undefined || entry.pipeline.priority === 'high') return [];
    const count = (counts.get(owner) ?? 0) + 1;
    counts.set(owner, count);
    if (count <= most || entry.status !== 'queued') return [];
    const reason = `${owner} has ${most} pipelines in the queue, as many as one may; submit this one again when some have run, or take some out with /unplace`;
    end(entry, 'refused', reason, now);
    return [{ id: entry.id, code: 'placement-owner-limit', reason }];
  });
}

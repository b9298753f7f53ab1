// The order of tasks, the cycles that prevent one, and how long the longest way to the end is.
import type { Task } from './model.ts';
import type { Say } from './read-yaml.ts';
import { clip } from './tree-lookup.ts';

/** Tasks in an order that respects `before`; among those that could be next, the first of the file. Shorter when there is a cycle. */
export function sortTasks(tasks: readonly Task[], before: ReadonlyMap<string, readonly string[]>): string[] {
  const rank = new Map(tasks.map(({ name }, index) => [name, index]));
  const waiting = new Map<string, number>();
  const after = followers(tasks, before);
  for (const { name } of tasks) waiting.set(name, before.get(name)?.length ?? 0);
  const ready = tasks.map(({ name }) => name).filter((name) => waiting.get(name) === 0);
  const sorted: string[] = [];
  for (let name = ready.shift(); name !== undefined; name = ready.shift()) {
    sorted.push(name);
    for (const next of after.get(name) ?? []) {
      const left = waiting.get(next)! - 1;
      waiting.set(next, left);
      if (left === 0) insert(ready, next, rank);
    }
  }
  return sorted;
}

/** Direct successors of every task. */
function followers(
  tasks: readonly Pick<Task, 'name'>[],
  before: ReadonlyMap<string, readonly string[]>,
): Map<string, string[]> {
  const after = new Map<string, string[]>(tasks.map(({ name }) => [name, []]));
  for (const [name, earlier] of before) for (const other of earlier) after.get(other)?.push(name);
  return after;
}

function insert(ready: string[], name: string, rank: ReadonlyMap<string, number>): void {
  const own = rank.get(name)!;
  let index = ready.length;
  while (index > 0 && rank.get(ready[index - 1]!)! > own) index--;
  ready.splice(index, 0, name);
}

/** Says each cycle once, with its path. */
export function sayCycles(
  tasks: readonly Task[],
  before: ReadonlyMap<string, readonly string[]>,
  sorted: readonly string[],
  say: Say,
): void {
  const stuck = new Set(tasks.map(({ name }) => name));
  for (const name of sorted) stuck.delete(name);
  const seen = new Set<string>();
  for (const task of tasks) {
    if (!stuck.has(task.name) || seen.has(task.name)) continue;
    const found = walkBack(task.name, before, stuck, seen);
    if (!found) continue;
    // Told from the task that comes first in the file.
    const begin = found.indexOf(tasks.find(({ name }) => found.includes(name))!.name);
    const cycle = [...found.slice(begin), ...found.slice(0, begin)];
    const at = tasks.find(({ name }) => name === cycle[0])!.at;
    say(at, 'cycle', `cycle: ${[...cycle, cycle[0]!].map(clip).join(' -> ')}`, {
      hint: cycle.length === 1 ? 'the task needs what it makes itself' : 'none of them can be first',
    });
  }
}

/** Follows predecessors until one repeats: from any stuck task that must happen. Undefined when it runs into known ground. */
function walkBack(
  from: string,
  before: ReadonlyMap<string, readonly string[]>,
  stuck: ReadonlySet<string>,
  seen: Set<string>,
): string[] | undefined {
  const trail: string[] = [];
  const position = new Map<string, number>();
  for (let name: string | undefined = from; name !== undefined;) {
    const index = position.get(name);
    if (index !== undefined) return trail.slice(index).toReversed();
    if (seen.has(name)) return undefined;
    seen.add(name);
    position.set(name, trail.length);
    trail.push(name);
    name = before.get(name)?.find((other) => stuck.has(other));
  }
  return undefined;
}

/** Length of the longest way from each task to an end, itself included: what to start first. */
export function longestWays(
  order: readonly string[],
  before: ReadonlyMap<string, readonly string[]>,
  durationOf: (task: string) => number = () => 1,
): Map<string, number> {
  const way = new Map<string, number>();
  for (const name of order.toReversed()) {
    const own = (way.get(name) ?? 0) + durationOf(name);
    way.set(name, own);
    for (const earlier of before.get(name) ?? []) way.set(earlier, Math.max(way.get(earlier) ?? 0, own));
  }
  return way;
}

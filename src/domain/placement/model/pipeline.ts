// What a placer knows of a pipeline: its tasks, what they weigh, and what they need.

export const kinds = ['preprocessing', 'training', 'evaluation'] as const;
export type Kind = (typeof kinds)[number];

/** One step of a pipeline. `effort` counts operations; `memoryKb` is the data it holds; `after` names the tasks it waits for. */
export type Task = {
  name: string;
  kind: Kind;
  after: readonly string[];
  effort: number;
  memoryKb: number;
  /** What the node must offer besides memory, as `runs-on` would say it. */
  labels?: readonly string[];
  /** Seconds after which it is ended, where its file says so: it cannot take longer. */
  limit?: number;
};

/** Sizes of a dataset in memory, in KiB, before and after preprocessing. */
export type Sizes = { original: number; preprocessed: number };

/** A submitted pipeline. `tasks` are in an order that respects `after`; times are seconds from the start of the clock. */
export type Pipeline = {
  name: string;
  model: string;
  tasks: readonly Task[];
  sizes: Sizes;
  /** The sum of the efforts of all tasks. */
  effort: number;
  submitted: number;
  /** When it should be finished, if anyone said so. */
  deadline?: number;
  /** Who shares the machines with others: a student or a team. Without one, all such pipelines count as one owner's. */
  owner?: string;
  /** `high` is the staff's: served before everybody else. */
  priority?: 'high';
};

/** Tasks ordered so that each comes after what it waits for, or the names that form a circle. */
export function orderTasks(tasks: readonly Task[]): { ordered: Task[] } | { circle: string[] } {
  const ordered: Task[] = [];
  const done = new Set<string>();
  let left = [...tasks];
  while (left.length > 0) {
    const ready = left.filter((task) => task.after.every((name) => done.has(name)));
    if (ready.length === 0) return { circle: left.map((task) => task.name) };
    for (const task of ready) done.add(task.name);
    ordered.push(...ready);
    left = left.filter((task) => !done.has(task.name));
  }
  return { ordered };
}

// Which tasks read a file, and does it flow into what another task makes? By what the pipeline declares, nothing is run.
import type { Graph } from './link-graph.ts';
import { overlaps } from './pipeline-path.ts';

export type Traced = { readers: string[]; inModel: boolean };

/** `path` and `modelPath` are relative to the pipeline file. A task that is not needed, or frozen, reads nothing. */
export function traceFile(graph: Graph, path: string, modelPath: string | undefined): Traced {
  const needed = new Set(graph.order);
  const reads = (name: string): boolean =>
    (graph.sources.get(name) ?? []).some((source) => source.path !== undefined && overlaps(source.path, path));
  const tasks = graph.pipeline.tasks.filter(({ name, frozen }) => needed.has(name) && !frozen);
  const readers = tasks.filter(({ name }) => reads(name)).map(({ name }) => name);
  const maker = tasks.find(({ outputs }) => outputs.some((output) => output.path === modelPath));
  return { readers, inModel: maker !== undefined && leadsTo(graph, new Set(readers), maker.name) };
}

function leadsTo({ before }: Graph, readers: ReadonlySet<string>, task: string): boolean {
  const seen = new Set<string>();
  const queue = [task];
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    if (readers.has(name)) return true;
    if (seen.has(name)) continue;
    seen.add(name);
    queue.push(...(before.get(name) ?? []));
  }
  return false;
}

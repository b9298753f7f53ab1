// A pipeline file in any form, as a student commits it → the pipeline a placer sees, and the graph its tasks are run by.
import type { Graph } from '../../pipeline/link-graph.ts';
import { usualTimeout, type TaskKind } from '../../pipeline/model.ts';
import { readPipeline } from '../../pipeline/read-pipeline.ts';
import { isAcceptable, type Problem } from '../../text/problem.ts';
import { guessKind, tableOf, type Card } from '../model/derive-metadata.ts';
import { describePipeline } from '../model/describe-pipeline.ts';
import type { Kind, Pipeline } from '../model/pipeline.ts';
import { readMetadata, type Metadata } from '../model/read-metadata.ts';

/** The usual names, in the order in which they are looked for. */
export const submittedFiles = ['pipeline.yml', 'pipeline.yaml', 'dvc.yaml'] as const;
const metadataFile = 'metadata.json';

/** Text of a file of the commit, or undefined where there is none. */
export type TextOf = (path: string) => string | undefined;
export type Submitted = { pipeline: Pipeline; graph: Graph };

/** The graph alone: what a task's script is written from. */
export function readSubmittedGraph(file: string, textOf: TextOf): { graph?: Graph; problems: Problem[] } {
  const readFile = (path: string): Uint8Array | undefined => bytesOf(textOf(path));
  const { ok, graph, problems } = readPipeline(readFile(file) ?? new Uint8Array(), { file, readFile });
  return ok && graph ? { graph, problems } : { problems };
}

/**
 * `metadata.json` beside the file says what the data and the model are; without it, the card of the challenge's dataset counts. Which task
 * waits for which, and what it asks of a runner, is the pipeline file's to say.
 */
export function readSubmitted(
  file: string,
  textOf: TextOf,
  { name, card }: { name: string; card: Card },
): { value?: Submitted; problems: Problem[] } {
  const { graph, problems } = readSubmittedGraph(file, textOf);
  if (!graph) return { problems };
  const text = textOf(metadataFile);
  const stated = text === undefined ? { problems: [] } : readMetadata(text, metadataFile);
  const tasks = graph.order.map((task) => graph.pipeline.tasks.find((candidate) => candidate.name === task)!);
  const kindOf = (task: string, kind: TaskKind | undefined): Kind =>
    stated.value?.components_type[task] ?? (kind ? kinds[kind] : guessKind(task));
  const metadata: Metadata = {
    components_type: Object.fromEntries(tasks.map((task) => [task.name, kindOf(task.name, task.kind)])),
    dependencies: Object.fromEntries(tasks.map((task) => [task.name, graph.before.get(task.name) ?? []])),
    dataset: stated.value?.dataset ?? tableOf(graph.pipeline.name || file, card),
    model: stated.value?.model ?? { type: 'other', params: {} },
  };
  const labels = new Map(tasks.filter((task) => task.runsOn.length > 0).map((task) => [task.name, task.runsOn]));
  const limits = new Map(
    tasks.flatMap(({ name: task, timeoutMinutes }) =>
      timeoutMinutes === usualTimeout ? [] : [[task, timeoutMinutes * 60] as const],
    ),
  );
  const described = describePipeline(metadata, { name, labels, limits });
  const all = [...problems, ...stated.problems];
  if (!isAcceptable(all) || 'circle' in described) return { problems: all };
  return { value: { pipeline: described.pipeline, graph }, problems: all };
}

const kinds: Record<TaskKind, Kind> = { preprocess: 'preprocessing', train: 'training', evaluate: 'evaluation' };

function bytesOf(text: string | undefined): Uint8Array | undefined {
  return text === undefined ? undefined : new TextEncoder().encode(text);
}

// A machine that runs tasks, with the attributes the published node lists use, and what fits on it.
import { z } from 'zod';
import type { Problem } from '../../text/problem.ts';
import type { Task } from './pipeline.ts';
import { suggest } from '../../text/suggest.ts';
import { isMapping } from '../../text/value-at.ts';
import { findProblems, parseFile } from './read-json.ts';

/** Names become map keys, labels and SVG text: they begin with a letter or digit and stay on one line. */
export const nameSchema = z
  .string()
  .max(200)
  .regex(
    /^[\p{L}\p{N}][\p{L}\p{N} ._:@/()+-]*$/u,
    'a name begins with a letter or digit and uses letters, digits and ._:@/()+-',
  );

/** `ready` may be a word, as cluster tools print it: the text "False" means false. */
const ready = z.union([
  z.boolean(),
  z
    .string()
    .regex(/^(true|false)$/i, 'true or false')
    .transform((word) => word.toLowerCase() === 'true'),
]);

const nodeSchema = z.object({
  name: nameSchema,
  worker_type: z.string().max(100).default('med'),
  architecture: z.string().max(100).default('amd64'),
  cpu_cores: z.number().int().positive().max(100_000),
  n_cpu_flags: z.number().int().nonnegative().default(0),
  /** Allocatable memory in KiB. */
  memory: z.number().positive(),
  /** The fraction of it that is taken by others. */
  memory_usage: z.number().min(0).max(1).default(0),
  accelerator: z.string().max(100).default('none'),
  ready: ready.default(true),
  /** How many tasks the machine takes at once, each with an even part of its cores and memory; a runner each. */
  slots: z.number().int().min(1).max(64).optional(),
  /** What a job must ask for in `runs-on` to land here; the name alone when absent. */
  labels: z.array(z.string().min(1).max(256)).max(100).optional(),
});
const listSchema = z.array(nodeSchema);
const fileSchema = z.object({
  nodes: listSchema,
  assumed_dataset_kb: z.record(z.string(), z.number().nonnegative()).optional(),
});

export type Node = z.output<typeof nodeSchema>;
export type NodeFile = { nodes: Node[]; datasetKb: ReadonlyMap<string, number> };

/** True when twice the data is less than the node's free memory: the published rule. */
export function fits(node: Node, dataKb: number): boolean {
  return node.memory - node.memory * node.memory_usage > 2 * dataKb;
}

/** True when the data fits and the node offers every label that is asked for. */
export function suits(node: Node, task: Pick<Task, 'memoryKb' | 'labels'>, dataKb = task.memoryKb): boolean {
  return fits(node, dataKb) && (task.labels ?? []).every((label) => offers(node, label));
}

/** A node answers to its name, type, architecture and accelerator as well as to its labels; GitHub ignores case. */
function offers(node: Node, label: string): boolean {
  const wanted = label.toLowerCase();
  const own = [node.name, node.worker_type, node.architecture, node.accelerator, ...(node.labels ?? [])];
  return own.some((word) => word.toLowerCase() === wanted);
}

export function isAccelerated(node: Node): boolean {
  return node.accelerator !== 'none' && node.accelerator !== '';
}

/** What one of its slots has. */
export function describeSlot(node: Node): Node {
  const { slots = 1, ...rest } = node;
  if (slots === 1) return node;
  return { ...rest, cpu_cores: Math.max(1, Math.floor(node.cpu_cores / slots)), memory: node.memory / slots };
}

/** A machine with several slots as so many nodes: `name`, then `name-2`, and so on. Each answers to the machine's name. */
export function cutSlots(nodes: readonly Node[]): Node[] {
  return nodes.flatMap((node) =>
    Array.from({ length: node.slots ?? 1 }, (_, index) => {
      const slot = describeSlot(node);
      if (index === 0) return slot;
      return { ...slot, name: `${node.name}-${index + 1}`, labels: [...(node.labels ?? []), node.name] };
    }),
  );
}

/** Nodes from `{ nodes: [...] }` or a bare list, as JSON or, in a file `*.yml`, as YAML; those that are not ready are left out. */
export function readNodes(text: string, file: string): { value?: NodeFile; problems: Problem[] } {
  const parsed = parseFile(text, file);
  if ('problems' in parsed) return parsed;
  const bare = Array.isArray(parsed.value);
  const checked = bare ? listSchema.safeParse(parsed.value) : fileSchema.safeParse(parsed.value);
  if (!checked.success) return { problems: findProblems(checked.error, text, file, 'node-invalid') };
  const data = Array.isArray(checked.data) ? { nodes: checked.data } : checked.data;
  const written: unknown = bare ? parsed.value : (parsed.value as { nodes: unknown }).nodes;
  const issues = findMistyped(written as unknown[], bare ? [] : ['nodes']);
  if (issues.length > 0) return { problems: findProblems(new z.ZodError(issues), text, file, 'node-invalid') };
  const problems = checkNodes(data.nodes, file);
  if (problems.length > 0) return { problems };
  const sizes = 'assumed_dataset_kb' in data ? data.assumed_dataset_kb : undefined;
  return {
    value: { nodes: data.nodes.filter((node) => node.ready), datasetKb: new Map(Object.entries(sizes ?? {})) },
    problems,
  };
}

/** Lists from elsewhere hold more than is used here; but what is nearly a known key is a typing error. */
function findMistyped(nodes: readonly unknown[], path: readonly PropertyKey[]): z.core.$ZodIssue[] {
  const known = Object.keys(nodeSchema.shape);
  return nodes.flatMap((node, index) =>
    Object.keys(isMapping(node) ? node : {}).flatMap((key): z.core.$ZodIssue[] => {
      const near = known.includes(key) ? undefined : suggest(key, known);
      if (near === undefined || Object.hasOwn(node as object, near)) return [];
      const message = `there is no such key; did you mean ${near}?`;
      return [{ code: 'custom', path: [...path, index, key], message, input: undefined }];
    }),
  );
}

function checkNodes(nodes: readonly Node[], file: string): Problem[] {
  const place = { file, line: 1, column: 1, level: 'error' as const };
  const names = cutSlots(nodes).map((node) => node.name);
  const twice = new Set(names.filter((name, index) => names.indexOf(name) !== index));
  const problems: Problem[] = [...twice].map((name) => ({
    ...place,
    code: 'node-duplicate',
    message: `node "${name}" is listed twice`,
  }));
  for (const node of nodes) {
    if ((node.slots ?? 1) < 2 || !isAccelerated(node)) continue;
    // Its tasks would share one accelerator, and the time that each takes would be anybody's guess.
    const message = `node "${node.name}" has an accelerator and ${node.slots} slots; slots are for machines without one`;
    problems.push({ ...place, code: 'node-invalid', message });
  }
  if (!nodes.some((node) => node.ready)) {
    problems.push({ ...place, code: 'node-none', message: 'no node is ready', hint: 'list at least one node' });
  }
  return problems;
}

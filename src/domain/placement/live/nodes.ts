// Runners and nodes joined: which machine is there, what it can do, and by which labels a job reaches it.
import { describeSlot, suits, type Node } from '../model/node.ts';
import type { LiveRunner, LiveState, RunnerView } from './state.ts';
import type { Task } from '../model/pipeline.ts';

/** What a runner without an entry in nodes.yml is taken to be, as far as its labels do not say otherwise. */
const unknown = { cpu_cores: 2, memory: 4 * 1024 * 1024, n_cpu_flags: 0, memory_usage: 0 };

export type LiveNode = { node: Node; runner: LiveRunner };

/** The known runners as nodes, online or not, in the order of the list. */
export function joinNodes(state: LiveState): LiveNode[] {
  return (state.runners ?? []).map((runner) => ({ node: describeRunner(runner, state.settings.nodes), runner }));
}

/** The entry of nodes.yml under the runner's name or under one of its labels; else what its labels tell. */
export function describeRunner(runner: RunnerView, nodes: readonly Node[]): Node {
  const labels = runner.labels.map((label) => label.toLowerCase());
  const known =
    nodes.find((node) => node.name === runner.name) ?? nodes.find((node) => labels.includes(node.name.toLowerCase()));
  if (known) {
    const all = [...new Set([...runner.labels, ...(known.labels ?? [])])];
    return { ...describeSlot(known), name: runner.name, labels: all };
  }
  const types = ['low', 'med', 'high-cpu', 'high-gpu'];
  const gpu = labels.some((label) => label === 'gpu' || label === 'high-gpu' || label === 'cuda');
  return {
    ...unknown,
    name: runner.name,
    labels: runner.labels,
    ready: true,
    worker_type: labels.find((label) => types.includes(label)) ?? (gpu ? 'high-gpu' : 'med'),
    architecture: labels.includes('arm64') ? 'arm64' : 'amd64',
    accelerator: gpu ? 'gpu' : 'none',
    cpu_cores: readNumber(labels, /^cores-(\d{1,4})$/) ?? unknown.cpu_cores,
    memory: (readNumber(labels, /^memory-(\d{1,5})g$/) ?? 4) * 1024 * 1024,
  };
}

function readNumber(labels: readonly string[], pattern: RegExp): number | undefined {
  const found = labels.map((label) => pattern.exec(label)?.[1]).find((text) => text !== undefined);
  return found === undefined || Number(found) === 0 ? undefined : Number(found);
}

/** What `runs-on` must say to reach this runner: all of its labels, so that as few others as possible match. */
export function labelsFor({ runner }: LiveNode): string[] {
  return runner.labels.length > 0 ? runner.labels : [runner.name];
}

/** Why a task cannot run on any known runner, now or later; undefined when some runner could take it. */
export function whyUnserved(
  task: Task,
  nodes: readonly LiveNode[],
  needKb: number,
): { code: string; reason: string } | undefined {
  if (nodes.length === 0)
    return { code: 'placement-no-runner', reason: 'no runner is registered with the organisation' };
  if (nodes.some(({ node }) => suits(node, task, needKb))) return undefined;
  const served = nodes.filter(({ node }) => suits(node, { ...task, memoryKb: 0 }, 0));
  if (served.length > 0) {
    const needed = Math.ceil((2 * needKb) / 1024);
    return {
      code: 'placement-nothing-fits',
      reason: `task ${task.name} needs more than ${needed} MiB of free memory, and no runner${asked(task)} has that`,
    };
  }
  return { code: 'placement-label-unserved', reason: `no runner serves task ${task.name}${asked(task)}` };
}

function asked(task: Task): string {
  return task.labels && task.labels.length > 0 ? ` with the labels ${task.labels.join(', ')}` : '';
}

// The files of a commit that placement reads: the pipeline in its form, what it names besides, and how nodes are described.
import type { KnownFiles } from '../../domain/aside/readings.ts';
import { defaultHeuristics } from '../../domain/placement/model/heuristics.ts';
import type { LiveSettings } from '../../domain/placement/live/state.ts';
import { readNodes, type Node } from '../../domain/placement/model/node.ts';
import { submittedFiles } from '../../domain/placement/live/read-submitted.ts';
import type { Placements } from '../../ports/placement.ts';
import type { InForce } from '../course/in-force.ts';

const defaultWindow = 10;
const limits = { lostAfter: 300, pickupWithin: 600, attempts: 3 };
const mostFiles = 20;

/** Which of the usual files is there. */
export async function findSubmitted(
  placements: Placements,
  repository: string,
  commit: string,
): Promise<string | undefined> {
  for (const file of submittedFiles) if ((await placements.textAt(repository, commit, file)) !== undefined) return file;
  return undefined;
}

/** Reads with files fetched as they are asked for: again until nothing new is asked for. */
export async function readWithFiles<T>(
  { placements, repository, commit }: { placements: Placements; repository: string; commit: string },
  read: (known: KnownFiles) => Promise<{ value: T; missing: string[] }>,
): Promise<T> {
  const known = new Map<string, string | undefined>();
  for (;;) {
    const { value, missing } = await read(known);
    if (missing.length === 0 || known.size >= mostFiles) return value;
    for (const path of missing.slice(0, mostFiles - known.size))
      known.set(path, await placements.textAt(repository, commit, path));
  }
}

/**
 * One queue and one set of machines for the whole organisation, whichever challenge submits: the nodes of all files that its challenges name, the
 * shortest window, and the placer of the first challenge for pipelines that came without one.
 */
export async function readSettings(
  placements: Placements,
  { record, challenges }: InForce,
): Promise<{ settings: LiveSettings; seed: number }> {
  const rules = challenges.flatMap(({ placement }) => placement ?? []);
  const files = [...new Set(rules.flatMap(({ nodes }) => nodes ?? []))];
  const nodes = new Map<string, Node>();
  const notes: string[] = [];
  for (const file of files) {
    const read = readNodeFile(await placements.textAt(record.repository, record.commitSha, file), file);
    for (const node of read.nodes) if (!nodes.has(node.name)) nodes.set(node.name, node);
    if (read.note) notes.push(read.note);
  }
  const windows = rules.map(({ window }) => (window === undefined ? defaultWindow : window / 1000));
  return {
    settings: {
      placer: rules[0]?.placer ?? 'earliest_finish',
      nodes: [...nodes.values()],
      heuristics: defaultHeuristics,
      window: Math.min(...windows),
      commit: record.commitSha,
      ...limits,
      notes,
    },
    seed: rules[0]?.seed ?? 42,
  };
}

/** A file that cannot be read leaves runners to be described by their labels, and says so. */
function readNodeFile(text: string | undefined, file: string): { nodes: Node[]; note?: string } {
  const without = 'the runners are described by their labels alone';
  if (text === undefined) return { nodes: [], note: `${file} is not in the course repository; ${without}` };
  const { value, problems } = readNodes(text, file);
  if (value) return { nodes: value.nodes };
  const [first] = problems;
  const why = first ? `line ${first.line}: ${first.message}` : 'no nodes';
  return { nodes: [], note: `${file} cannot be used (${why}); ${without}` };
}

// The graph of a run with too many tasks to draw: tasks of one kind become one box that counts how they ended.
import type { Graph } from '../../src/domain/pipeline/link-graph.ts';
import type { Outcome } from './outcome.ts';

/** GitHub draws no chart beyond 500 edges; long before that nobody can read it. */
const most = { groups: 60, edges: 300 };

type Group = { id: string; label: string; counts: Map<string, number> };

/** A Mermaid flow chart of groups: names that differ in their numbers alone, or else the steps from the beginning. */
export function drawFolded(graph: Graph, tasks: Outcome['tasks']): string {
  const byName = new Map(tasks.map(({ name }) => [name, alike(name)]));
  const keys = new Set(byName.values());
  const keyOf = keys.size <= most.groups ? byName : byDepth(graph);
  const groups = new Map<string, Group>();
  for (const { name, state } of tasks) {
    const key = keyOf.get(name) ?? alike(name);
    const group = groups.get(key) ?? { id: `g${groups.size}`, label: key, counts: new Map<string, number>() };
    group.counts.set(state, (group.counts.get(state) ?? 0) + 1);
    groups.set(key, group);
  }
  const lines = ['flowchart LR', ...[...groups.values()].map(boxOf), ...edgesOf(graph, keyOf, groups)];
  lines.push('  classDef good fill:#1a7f37,color:#ffffff', '  classDef bad fill:#cf222e,color:#ffffff');
  return `${lines.join('\n')}\n`;
}

/** `train@3`, `train-07` and `train_x12` are of one kind. */
function alike(name: string): string {
  return name.replace(/@.*$/s, '@…').replaceAll(/\d+/g, '…');
}

function byDepth(graph: Graph): Map<string, string> {
  const depth = new Map<string, number>();
  for (const name of graph.order) {
    const before = (graph.before.get(name) ?? []).map((earlier) => depth.get(earlier) ?? 0);
    depth.set(name, 1 + Math.max(0, ...before));
  }
  return new Map([...depth].map(([name, steps]) => [name, `step ${Math.min(steps, most.groups)}`]));
}

function boxOf({ id, label, counts }: Group): string {
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const ends = [...counts].map(([state, count]) => `${count} ${state}`).join('<br/>');
  const bad = counts.has('failed') || counts.has('timed out');
  const good = [...counts.keys()].every((state) => state === 'succeeded');
  const text = label.slice(0, 50).replaceAll(/[^\p{L}\p{N} ._/…-]/gu, (letter) => `#${letter.codePointAt(0)};`);
  return `  ${id}["${text}${total > 1 ? ` × ${total}` : ''}<br/>${ends}"]${bad ? ':::bad' : good ? ':::good' : ''}`;
}

function edgesOf(graph: Graph, keyOf: ReadonlyMap<string, string>, groups: ReadonlyMap<string, Group>): string[] {
  const edges = new Set<string>();
  for (const [name, before] of graph.before) {
    const to = groups.get(keyOf.get(name) ?? alike(name));
    for (const earlier of before) {
      const from = groups.get(keyOf.get(earlier) ?? alike(earlier));
      if (from && to && from !== to) edges.add(`  ${from.id} --> ${to.id}`);
    }
  }
  return [...edges].slice(0, most.edges);
}

// HEFT (Topcuoglu, Hariri and Wu, 2002): tasks by upward rank, each where it ends first, in gaps as well. It knows every task beforehand.
import type { Work } from './instances.ts';

export type Slot = { node: number; start: number; end: number };

export function scheduleHeft(work: readonly Work[], nodes: number): Slot[] {
  const rank = rankUpward(work, nodes);
  const order = work.map((_, index) => index).toSorted((a, b) => rank[b]! - rank[a]! || a - b);
  const lines: Slot[][] = Array.from({ length: nodes }, () => []);
  const slots: Slot[] = [];
  for (const index of order) {
    const { after, on } = work[index]!;
    const ready = Math.max(0, ...after.map((value) => slots[value]!.end));
    let best: Slot | undefined;
    for (const { node, stays, moves } of on) {
      const moved = after.some((value) => slots[value]!.node !== node);
      const length = moved ? moves : stays;
      const start = findGap(lines[node]!, ready, length);
      if (!best || start + length < best.end) best = { node, start, end: start + length };
    }
    if (!best) throw new Error(`${work[index]!.name} suits on no node`);
    slots[index] = best;
    lines[best.node] = [...lines[best.node]!, best].toSorted((a, b) => a.start - b.start);
  }
  return slots;
}

/** The longest way to the end, with the mean over nodes as what a task takes and what its data takes to move. */
function rankUpward(work: readonly Work[], nodes: number): number[] {
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const rank: number[] = Array.from({ length: work.length }, () => 0);
  for (const [index, { after, on }] of [...work.entries()].toReversed()) {
    rank[index]! += mean(on.map(({ stays }) => stays));
    const moving = mean(on.map(({ stays, moves }) => moves - stays)) * (1 - 1 / nodes);
    for (const value of after) rank[value] = Math.max(rank[value]!, rank[index]! + moving);
  }
  return rank;
}

/** The first moment at which the node has so much room. */
function findGap(line: readonly Slot[], ready: number, length: number): number {
  let from = ready;
  for (const { start, end } of line) {
    if (start - from >= length) return from;
    from = Math.max(from, end);
  }
  return from;
}

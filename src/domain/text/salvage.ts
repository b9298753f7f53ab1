// Takes out of a value what its schema says is wrong, until the rest is right and can be checked further.
import type { z } from 'zod';
import { settleUnion } from './settle-union.ts';
import { isMapping, valueAt } from './value-at.ts';
import type { Path } from './yaml-source.ts';

/** `original` leads from a path in `parts` to the path in the value before anything was removed. */
export type Salvaged = { parts: object; original: (path: Path) => Path };

type Removal =
  | { list: unknown[]; path: Path; index: number }
  | { from: Record<string | number, unknown>; key: string | number };

/** The root's keys may all go. `together` names lists that mean nothing without each of their elements. */
export function salvage(schema: z.ZodObject, value: object, together: readonly string[]): Salvaged {
  const lenient = schema.partial();
  const copy = structuredClone(value);
  const left = new Map<string, number[]>();
  const original = (path: Path): Path => originalPath(left, path);
  for (let round = 0; round < 20; round++) {
    const result = lenient.safeParse(copy);
    if (result.success) return { parts: result.data, original };
    // All places are found before any is removed: removal must not move what the other issues point to.
    const issues = result.error.issues.flatMap((issue) => settleUnion(issue));
    const removals = issues.flatMap((issue) => removalsOf(copy, issue, together));
    for (const removal of inSafeOrder(removals)) remove(removal, left, original);
  }
  return { parts: {}, original };
}

function removalsOf(root: object, issue: z.core.$ZodIssue, together: readonly string[]): Removal[] {
  const path = issue.path.map((step) => (typeof step === 'number' ? step : String(step)));
  if (issue.code === 'unrecognized_keys') {
    const from = valueAt(root, path);
    return isMapping(from) ? issue.keys.map((key) => ({ from, key })) : [];
  }
  // Up from what does not exist, to the nearest thing that can go.
  for (; path.length > 0; path.pop()) {
    const key = path.at(-1)!;
    const above = path.slice(0, -1);
    const from = valueAt(root, above);
    if (isMapping(from) && Object.hasOwn(from, key)) return [{ from, key }];
    const mayGo = Array.isArray(from) && typeof key === 'number' && isMapping(from[key]);
    if (mayGo && !together.includes(String(above.at(-1)))) return [{ list: from, path: above, index: key }];
  }
  return [];
}

/** Last elements first, and none twice: an index must still mean the element that was at fault. */
function inSafeOrder(removals: Removal[]): Removal[] {
  const place = (removal: Removal): number => ('index' in removal ? removal.index : -1);
  const isFirst = (removal: Removal, at: number): boolean =>
    !('index' in removal) ||
    removals.findIndex((other) => 'index' in other && other.list === removal.list && other.index === removal.index) ===
      at;
  return removals.filter(isFirst).toSorted((a, b) => place(b) - place(a));
}

function remove(removal: Removal, left: Map<string, number[]>, original: (path: Path) => Path): void {
  if ('from' in removal) {
    delete removal.from[removal.key];
    return;
  }
  const { list, path, index } = removal;
  const name = JSON.stringify(original(path));
  const indices = left.get(name) ?? list.map((_, place) => place);
  left.set(name, indices);
  list.splice(index, 1);
  indices.splice(index, 1);
}

function originalPath(left: Map<string, number[]>, path: Path): Path {
  const found: (string | number)[] = [];
  for (const step of path) {
    const indices = left.get(JSON.stringify(found));
    found.push(typeof step === 'number' ? (indices?.[step] ?? step) : step);
  }
  return found;
}

// Walks plain data by a path of keys and indices.
import type { Path } from './yaml-source.ts';

type Mapping = Record<string | number, unknown>;

export function isMapping(value: unknown): value is Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Own properties only; undefined where the path ends early. */
export function valueAt(root: unknown, path: Path): unknown {
  let value = root;
  for (const step of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
    value = (value as Mapping)[step];
  }
  return value;
}

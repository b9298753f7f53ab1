// At which field of the form a problem of the text stands.
import type { Problem } from '../text/problem.ts';
import { readYaml, type YamlSource } from '../text/yaml-source.ts';
import { groups } from './fields.ts';
import { placesIn } from './form-text.ts';

type Spot = { name: string; line: number; column: number };

/** By the name of the field. What belongs to none is found by its line alone. */
export function problemsByField(text: string, problems: readonly Problem[]): Map<string, Problem[]> {
  const placed = new Map<string, Problem[]>();
  const { source } = readYaml(new TextEncoder().encode(text), '');
  if (!source) return placed;
  const spots = spotsOf(source);
  for (const problem of problems) {
    const name = missingKey(source, problem) ?? nearest(spots, problem);
    if (name !== undefined) placed.set(name, [...(placed.get(name) ?? []), problem]);
  }
  return placed;
}

function spotsOf(source: YamlSource): Spot[] {
  const names = placesIn(source.value);
  const listed = groups.map(({ key }) => ({ name: key, path: key.split('.') }));
  return [...names, ...listed].flatMap(({ name, path }) => {
    if (source.written(path) === undefined && !exists(source, path)) return [];
    const [key, value] = [source.locate(path, 'key'), source.locate(path)];
    return [
      { name, ...value },
      { name, ...key },
    ];
  });
}

/** A path that is not there is located at what is above it. */
function exists(source: YamlSource, path: readonly (string | number)[]): boolean {
  let at = source.value;
  for (const step of path) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, step)) return false;
    at = (at as Record<string | number, unknown>)[step];
  }
  return at !== null && at !== undefined;
}

/** The field at that very place, or the last one before it on the line. */
function nearest(spots: readonly Spot[], { line, column }: Problem): string | undefined {
  const before = spots.filter((spot) => spot.line === line && spot.column <= column);
  const closest = Math.max(...before.map((spot) => spot.column));
  // Of several at one place, such as a list and its first field, the field.
  return before.filter((spot) => spot.column === closest).toSorted((a, b) => depth(b) - depth(a))[0]?.name;
}

const depth = ({ name }: Spot): number => name.split('.').length;

/** A missing key is reported at what it is missing from; its field is known by name. */
function missingKey(source: YamlSource, { code, message, line, column }: Problem): string | undefined {
  const key = code === 'missing-key' ? /^missing key `([^`]+)`/.exec(message)?.[1] : undefined;
  if (key === undefined) return undefined;
  const found = placesIn(source.value).filter(({ path }) => path.at(-1) === key);
  const at = found.find(({ path }) => {
    const place = source.locate(path.slice(0, -1), 'key');
    return place.line === line && place.column === column;
  });
  return at?.name;
}

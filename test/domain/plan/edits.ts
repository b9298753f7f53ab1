// Small changes to a tree of YAML: at each of its keys, every value that is likely to be mistaken for the one that is there.
import { isDeepStrictEqual } from 'node:util';

export type Step = string | number;
export type Edit = { path: Step[]; value: unknown };
/** As JSON Schema has it. */
export type Schema = {
  properties?: Record<string, Schema>;
  additionalProperties?: Schema | boolean;
  items?: Schema | Schema[];
  anyOf?: Schema[];
  enum?: unknown[];
};

/** The value that takes a key out. */
export const absent = Symbol('absent');

/** The keys that a schema knows, `[]` for the entries of a list and `*` for the keys that people choose. */
export function keysOf(schema: Schema, under = ''): string[] {
  const join = (key: string): string => (under === '' ? key : `${under}.${key}`);
  const items = Array.isArray(schema.items) ? schema.items : schema.items ? [schema.items] : [];
  const own = Object.entries(schema.properties ?? {}).flatMap(([key, one]) => [join(key), ...keysOf(one, join(key))]);
  const more = typeof schema.additionalProperties === 'object' ? keysOf(schema.additionalProperties, join('*')) : [];
  const any = typeof schema.additionalProperties === 'object' ? [join('*')] : [];
  return [
    ...new Set([
      ...own,
      ...any,
      ...more,
      ...items.flatMap((one) => keysOf(one, `${under}[]`)),
      ...(schema.anyOf ?? []).flatMap((one) => keysOf(one, under)),
    ]),
  ];
}

/** The spellings of a path that `keysOf` may have for it: a key may be one that people choose. */
export function isAt(path: readonly Step[], key: string): boolean {
  const parts = key.replaceAll('[]', '.[]').split('.');
  return (
    path.length >= parts.length &&
    parts.every((part, at) => (part === '[]' ? typeof path[at] === 'number' : part === '*' || part === path[at]))
  );
}

function schemasAt(schema: Schema, path: readonly Step[]): Schema[] {
  const here = [schema, ...(schema.anyOf ?? []).flatMap((one) => schemasAt(one, []))];
  const [step, ...rest] = path;
  if (step === undefined) return here;
  return here.flatMap(({ properties, additionalProperties, items }) => {
    const inner = typeof step === 'number' ? items : (properties?.[step] ?? additionalProperties);
    return [inner].flat().flatMap((one) => (typeof one === 'object' ? schemasAt(one, rest) : []));
  });
}

/** Every place in a tree, its containers included. */
function placesOf(tree: unknown, path: Step[] = []): { path: Step[]; value: unknown }[] {
  const inner = Array.isArray(tree)
    ? tree.map((one, index) => [index, one] as const)
    : typeof tree === 'object' && tree !== null
      ? Object.entries(tree)
      : [];
  const here = path.length === 0 ? [] : [{ path, value: tree }];
  return [...here, ...inner.flatMap(([step, one]) => placesOf(one, [...path, step]))];
}

const texts = (text: string): unknown[] => {
  const date = /^(\d{4}-\d\d-\d\d)T(\d\d):(\d\d)$/.exec(text);
  if (date) return [`${text}:01`, `${text}:30Z`, `${date[1]}T10:45`, `${date[1]}T${date[2]}:${date[3]}:00.250Z`];
  if (/^[\d.]+%$/.test(text)) return ['12%', '33.3333%', '99.5%', 0.12, 0.1234567890123456, 0.12345678901234561];
  if (/^\d+(?:ms|s|m|h|d|w|y)$/.test(text))
    return ['20s', '21s', '90m', '1h', '1001ms', '36h', '1d', '24h', '3d', '4w'];
  return [`${text}x`, text.toUpperCase(), ...spaced(text), ...typed, ...words, ...long].filter((one) => one !== text);
};
const spaced = (text: string): string[] => [` ${text}`, `${text} `, text.replace(' ', '  '), `\`${text}\``];
const typed = [1, 1.5, true, null, '1', '1.5', 'true', 'null', '(none)', '–', '50%', '2027-01-11T09:00:00.000Z'];
const words = [
  'release-1',
  'release-3',
  'x',
  'y',
  'price',
  'code',
  'day',
  'a|b',
  'a\\|b',
  'b/{release}.csv',
  'data/{owner}/{release}.csv',
];
const long = ['a'.repeat(130), `${'a'.repeat(129)}b`];

function alternatives(value: unknown): unknown[] {
  if (typeof value === 'boolean') return [!value, String(value)];
  if (typeof value === 'number') {
    const near = [value + 1, value + 2, value * 2, value / 2, value + 0.25, value + 1e-12, value - 1e-16];
    return [...near, 0, 1, 0.3, 0.1 + 0.2, String(value), `${value}x`];
  }
  if (Array.isArray(value)) return [value.toReversed(), value.slice(1), value.slice(0, -1), [...value, value[0]], []];
  if (typeof value === 'string') return texts(value);
  return [{}];
}

/** Everything that may stand at one place instead, nothing included. */
export function editsOf(tree: unknown, schema: Schema): Edit[] {
  return placesOf(tree).flatMap(({ path, value }) => {
    const named = schemasAt(schema, path).flatMap((one) => one.enum ?? []);
    const listed = Array.isArray(value) ? [...alternatives(value), ...texts('x').slice(0, 3)] : alternatives(value);
    const others = [absent, ...named, ...listed, ...(typeof value === 'object' ? [] : [[value]])];
    return others.filter((other) => !isDeepStrictEqual(other, value)).map((other): Edit => ({ path, value: other }));
  });
}

/** A copy with these changes; one whose place an earlier one took away changes nothing. */
export function edited(tree: Record<string, unknown>, edits: readonly Edit[]): Record<string, unknown> {
  const copy = structuredClone(tree);
  for (const { path, value } of edits) {
    const last = path.at(-1)!;
    const parent = path.slice(0, -1).reduce<any>((one, step) => one?.[step], copy);
    if (typeof parent !== 'object' || parent === null) continue;
    if (value !== absent) parent[last] = value;
    else if (Array.isArray(parent)) parent.splice(last as number, 1);
    else delete parent[last];
  }
  return copy;
}

// Completes an answer by its schema: every required key that nobody set gets a plain value of its type.
import { description, operationKey, resolve, type Schema } from './description.ts';

type Row = Record<string, unknown>;

const isRow = (value: unknown): value is Row => typeof value === 'object' && value !== null && !Array.isArray(value);

function typesOf(schema: Schema): string[] {
  if (schema.type === undefined) return [];
  return typeof schema.type === 'string' ? [schema.type] : schema.type;
}

/** The alternative that fits a value best: of its type, with the fewest required keys missing. */
function choose(alternatives: Schema[], value: unknown): Schema | undefined {
  let best: Schema | undefined;
  let least = Infinity;
  for (const alternative of alternatives) {
    const schema = resolve(alternative);
    const cost = misfit(schema, value);
    if (cost < least) [best, least] = [schema, cost];
  }
  return least === Infinity ? undefined : best;
}

function misfit(schema: Schema, value: unknown): number {
  const types = typesOf(schema);
  if (Array.isArray(value)) return types.includes('array') ? 0 : Infinity;
  if (!isRow(value)) return types.length === 0 || types.includes(value === null ? 'null' : typeof value) ? 0 : Infinity;
  if (types.length > 0 && !types.includes('object')) return Infinity;
  let cost = 0;
  for (const key of schema.required ?? []) if (value[key] === undefined) cost += 1;
  for (const [key, property] of Object.entries(schema.properties ?? {})) {
    const allowed = resolve(property).enum;
    if (allowed && value[key] !== undefined && !allowed.includes(value[key])) cost += 1000;
  }
  return cost;
}

/** Completes `value` in place where it can, and returns it. */
function complete(given: Schema, value: unknown): unknown {
  const schema = resolve(given);
  for (const part of schema.allOf ?? []) complete(part, value);
  const alternatives = schema.anyOf ?? schema.oneOf;
  if (alternatives) {
    const chosen = choose(alternatives, value);
    if (chosen) complete(chosen, value);
  }
  if (Array.isArray(value)) {
    if (schema.items) for (const item of value) complete(schema.items, item);
    return value;
  }
  if (!isRow(value)) return value;
  for (const key of schema.required ?? []) {
    if (value[key] === undefined) value[key] = plain(schema.properties?.[key] ?? {}, key, value);
  }
  for (const [key, property] of Object.entries(schema.properties ?? {})) {
    if (typeof value[key] === 'object' && value[key] !== null) complete(property, value[key]);
  }
  return value;
}

function plain(given: Schema, key: string, row: Row): unknown {
  const schema = resolve(given);
  const alternatives = schema.anyOf ?? schema.oneOf ?? schema.allOf;
  const types = typesOf(schema);
  if (types.includes('null')) return null;
  if (schema.enum) return schema.enum.includes(null) ? null : schema.enum[0];
  if (alternatives?.some((alternative) => typesOf(resolve(alternative)).includes('null'))) return null;
  if (types.includes('array')) return [];
  if (types.includes('object') || schema.properties) return complete(schema, {});
  if (types.includes('integer') || types.includes('number')) return 0;
  if (types.includes('boolean')) return false;
  if (types.length === 0 && alternatives?.[0])
    return plain(schema.allOf ? { ...schema, allOf: [] } : alternatives[0], key, row);
  if (schema.format === 'date-time') return row.created_at ?? row.updated_at ?? '2027-01-01T00:00:00Z';
  if (schema.format === 'uri' || /_?url$/.test(key)) {
    const base = typeof row.url === 'string' ? row.url : 'http://sandbox.invalid';
    return key === 'url' ? base : `${base}/${key.replace(/_url$/, '')}`;
  }
  return '';
}

/** An answer of a route; without a description it stays as it is. */
export function completeAnswer(method: string, route: string, status: number, body: unknown): unknown {
  const responses = description().operations[operationKey(method, route)]?.responses;
  const schema = responses?.[String(status)];
  return schema ? complete(schema, body) : body;
}

/** The payload of an event. */
export function completeEvent(event: string, action: string | undefined, payload: Row): Row {
  const { webhooks } = description();
  const schema = (action === undefined ? undefined : webhooks[`${event}.${action}`]) ?? webhooks[event];
  if (schema) complete(schema, payload);
  return payload;
}

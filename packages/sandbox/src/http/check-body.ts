// Refuses a body that is not what GitHub's description asks for: a missing key, or a value of another type.
import { Refusal } from '../world/errors.ts';
import { description, operationKey, resolve, type Schema } from '../schema/description.ts';
import type { Ctx } from './context.ts';
import type { Route } from './route.ts';

function nameOf(value: unknown): string {
  return value === null ? 'nil' : JSON.stringify(value).slice(0, 80);
}

function fits(value: unknown, type: string): boolean {
  if (type === 'null') return value === null;
  if (type === 'array') return Array.isArray(value);
  if (type === 'integer') return Number.isInteger(value);
  if (type === 'object') return typeof value === 'object' && value !== null && !Array.isArray(value);
  return typeof value === type;
}

function problemOf(key: string, given: Schema, value: unknown): string | undefined {
  const schema = resolve(given);
  if (schema.type !== undefined) {
    const types = typeof schema.type === 'string' ? [schema.type] : schema.type;
    if (!types.some((type) => fits(value, type))) {
      const [type = 'value'] = types;
      return `For 'properties/${key}', ${nameOf(value)} is not ${/^[aio]/.test(type) ? 'an' : 'a'} ${type}.`;
    }
  }
  if (schema.enum && !schema.enum.includes(value)) {
    return `For 'properties/${key}', ${nameOf(value)} is not a member of ${JSON.stringify(schema.enum)}.`;
  }
  if (Array.isArray(value) && schema.items) {
    for (const [at, item] of value.entries()) {
      const problem = problemOf(`${key}/${at}`, schema.items, item);
      if (problem !== undefined) return problem;
    }
  }
  return undefined;
}

export function checkBody(route: Route, { body, query, path }: Pick<Ctx, 'body' | 'query' | 'path'>): void {
  const given = description().operations[operationKey(route.method, route.path)]?.body?.schema;
  if (!given || path.startsWith('/uploads/') || Array.isArray(body)) return;
  const schema = resolve(given);
  const problems: string[] = [];
  for (const key of schema.required ?? []) {
    if (body[key] === undefined && !query.has(key)) problems.push(`"${key}" wasn't supplied.`);
  }
  for (const [key, value] of Object.entries(body)) {
    const property = schema.properties && Object.hasOwn(schema.properties, key) ? schema.properties[key] : undefined;
    const problem = property && problemOf(key, property, value);
    if (problem !== undefined) problems.push(problem);
  }
  if (problems.length > 0) throw new Refusal(422, `Invalid request.\n\n${problems.join('\n')}`);
}

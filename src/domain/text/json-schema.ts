// The JSON Schema of a file, made from the definition that validates it: for editors, for the docs, and for suggestions.
import { z } from 'zod';

export type JsonSchema = {
  title?: string;
  description?: string;
  type?: string | string[];
  properties?: Record<string, JsonSchema>;
  required?: string[];
  items?: JsonSchema;
  anyOf?: JsonSchema[];
  additionalProperties?: JsonSchema | boolean;
  enum?: unknown[];
  const?: unknown;
  examples?: unknown[];
  default?: unknown;
  pattern?: string;
  minimum?: number;
  maximum?: number;
};

const made = new WeakMap<z.ZodType, JsonSchema>();

/** Draft 7, which every editor's YAML support understands. */
export function jsonSchemaOf(schema: z.ZodType): JsonSchema {
  const known = made.get(schema);
  if (known) return known;
  const json = z.toJSONSchema(schema, { target: 'draft-7', io: 'input' }) as JsonSchema;
  made.set(schema, json);
  return json;
}

/** The keys that a mapping at this path may have, over all alternatives. */
export function keysAt(schema: JsonSchema, path: readonly (string | number)[]): string[] {
  let places = [schema];
  for (const step of path) places = places.flatMap(alternatives).flatMap((place) => below(place, step));
  const keys = places.flatMap(alternatives).flatMap((place) => Object.keys(place.properties ?? {}));
  return [...new Set(keys)];
}

function alternatives(schema: JsonSchema): JsonSchema[] {
  return schema.anyOf ? schema.anyOf.flatMap(alternatives) : [schema];
}

function below(schema: JsonSchema, step: string | number): JsonSchema[] {
  if (typeof step === 'number') return schema.items ? [schema.items] : [];
  const property = schema.properties?.[step];
  if (property) return [property];
  return typeof schema.additionalProperties === 'object' ? [schema.additionalProperties] : [];
}

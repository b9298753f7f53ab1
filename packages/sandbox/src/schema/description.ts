// GitHub's own description of what the sandbox serves: made by scripts/openapi-subset.ts, read once when it is first needed.
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

/** JSON Schema, as far as it is used here. */
export type Schema = {
  $ref?: string;
  type?: string | string[];
  format?: string;
  enum?: unknown[];
  required?: string[];
  properties?: Record<string, Schema>;
  items?: Schema;
  additionalProperties?: boolean | Schema;
  allOf?: Schema[];
  anyOf?: Schema[];
  oneOf?: Schema[];
};

export type Parameter = { name: string; in: string; required: boolean; schema: Schema };
export type Operation = {
  id: string;
  parameters: Parameter[];
  body: { required: boolean; schema: Schema | null } | null;
  responses: Record<string, Schema | null>;
};
export type Description = {
  source: string;
  operations: Record<string, Operation>;
  /** By event, or event.action. */
  webhooks: Record<string, Schema>;
  schemas: Record<string, Schema>;
};

/** Method and path without the names of its parameters, which differ between the table and the description. */
export function operationKey(method: string, path: string): string {
  return `${method} ${path.replace(/\{[^}]*\}/g, '{}')}`;
}

let loaded: Description | undefined;

export function description(): Description {
  loaded ??= JSON.parse(
    gunzipSync(readFileSync(new URL('github-api.json.gz', import.meta.url))).toString(),
  ) as Description;
  return loaded;
}

/** What a reference stands for. */
export function resolve(schema: Schema): Schema {
  if (schema.$ref === undefined) return schema;
  const found = description().schemas[schema.$ref.slice('github#/schemas/'.length)];
  if (!found) throw new Error(`the description lacks ${schema.$ref}`);
  return resolve(found);
}

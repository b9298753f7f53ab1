// Writes packages/sandbox/src/schema/github-api.json.gz: GitHub's own description of the routes and events that the sandbox serves, structure only.
// Run it after adding a route: `node scripts/openapi-subset.ts`. It downloads @octokit/openapi into a temporary folder.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import {
  apiRoutes,
  operationKey,
  type Description,
  type Operation,
  type Schema,
  knownEvents,
} from '@practicum/sandbox';

const version = '23.0.2';
const webhooksVersion = '12.1.0';
const target = fileURLToPath(new URL('../packages/sandbox/src/schema/github-api.json.gz', import.meta.url));

type Json = any;

/** A file of a package that only this script needs. */
function readPacked(name: string, version: string): Json {
  const folder = mkdtempSync(join(tmpdir(), 'openapi-'));
  try {
    const pack = execFileSync('npm', ['pack', '--silent', `${name}@${version}`], { cwd: folder, encoding: 'utf8' });
    execFileSync('tar', ['xzf', pack.trim(), 'package/generated/api.github.com.json'], { cwd: folder });
    return JSON.parse(readFileSync(join(folder, 'package/generated/api.github.com.json'), 'utf8'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function readRest(): Json {
  const given = process.argv[2];
  return given ? JSON.parse(readFileSync(given, 'utf8')) : readPacked('@octokit/openapi', version);
}

function readWebhooks(): Json {
  return readPacked('@octokit/openapi-webhooks', webhooksVersion);
}

const structural = new Set([
  'type',
  'enum',
  'const',
  'format',
  'required',
  'additionalProperties',
  'items',
  'minItems',
  'maxItems',
  'minLength',
  'maxLength',
  'minimum',
  'maximum',
  'pattern',
  'allOf',
  'anyOf',
  'oneOf',
  'not',
  'properties',
  'patternProperties',
]);

/** Structure without prose; OpenAPI's `nullable` as JSON Schema says it; references into one pool. */
function strip(schema: Json, prefix: string, used: Set<string>): Schema {
  if (typeof schema !== 'object' || schema === null) return schema;
  if (typeof schema.$ref === 'string') {
    const name = `${prefix}${schema.$ref.split('/').at(-1)}`;
    used.add(name);
    const ref = { $ref: `github#/schemas/${name}` };
    return schema.nullable ? { anyOf: [ref, { type: 'null' }] } : ref;
  }
  const out: Json = {};
  for (const [key, value] of Object.entries<Json>(schema)) {
    if (!structural.has(key)) continue;
    if (key === 'properties' || key === 'patternProperties') {
      out[key] = Object.fromEntries(Object.entries<Json>(value).map(([name, one]) => [name, strip(one, prefix, used)]));
    } else if (key === 'allOf' || key === 'anyOf' || key === 'oneOf')
      out[key] = value.map((one: Json) => strip(one, prefix, used));
    else if (key === 'items' || key === 'not' || key === 'additionalProperties') out[key] = strip(value, prefix, used);
    else out[key] = value;
  }
  return schema.nullable ? nullable(out) : out;
}

function nullable(schema: Json): Schema {
  if (schema.enum && !schema.enum.includes(null)) schema.enum = [...schema.enum, null];
  if (typeof schema.type === 'string') return { ...schema, type: [schema.type, 'null'] };
  if (schema.allOf || schema.anyOf || schema.oneOf) return { anyOf: [schema, { type: 'null' }] };
  return schema;
}

const used = new Set<string>();
const rest = readRest();
const hooks = readWebhooks();
const resolveRef = (value: Json): Json =>
  typeof value?.$ref === 'string'
    ? value.$ref
        .split('/')
        .slice(1)
        .reduce((at: Json, part: string) => at[part], rest)
    : value;

function jsonSchema(holder: Json): Schema | null {
  const content = resolveRef(holder)?.content ?? {};
  const schema = content['application/json']?.schema ?? content['application/json+repository']?.schema;
  return schema ? strip(schema, '', used) : null;
}

const paths = new Map<string, { path: string; item: Json }>();
for (const [path, item] of Object.entries<Json>(rest.paths)) paths.set(operationKey('', path), { path, item });

const operations: Record<string, Operation> = {};
const missing: string[] = [];
for (const route of apiRoutes) {
  // The root folder is described as the path ''.
  const bare = route.path.replace(/^\/uploads/, '').replace(/\/contents$/, '/contents/{path}');
  const found = paths.get(operationKey('', bare));
  const described = found?.item[route.method.toLowerCase()];
  if (!found || !described) {
    missing.push(`${route.method} ${route.path}`);
    continue;
  }
  const parameters = [...(found.item.parameters ?? []), ...(described.parameters ?? [])].map(resolveRef);
  const body = resolveRef(described.requestBody);
  operations[operationKey(route.method, route.path)] = {
    id: described.operationId,
    parameters: parameters.map((parameter: Json) => ({
      name: parameter.name,
      in: parameter.in,
      required: parameter.required === true,
      schema: strip(parameter.schema ?? {}, '', used),
    })),
    body: body ? { required: body.required === true, schema: jsonSchema(body) } : null,
    responses: Object.fromEntries(
      Object.entries<Json>(described.responses).map(([status, one]) => [status, jsonSchema(one)]),
    ),
  };
}

const webhooks: Record<string, Schema> = {};
for (const { post } of Object.values<Json>(hooks.webhooks)) {
  const [event = '', action] = String(post.operationId).split('/');
  const name = event.replaceAll('-', '_');
  if (!knownEvents.has(name)) continue;
  const schema = post.requestBody?.content?.['application/json']?.schema;
  if (schema)
    webhooks[action === undefined ? name : `${name}.${action.replaceAll('-', '_')}`] = strip(schema, 'webhook:', used);
}

const schemas: Record<string, Schema> = {};
for (const name of used) {
  const webhook = name.startsWith('webhook:');
  const source = webhook ? hooks.components.schemas[name.slice('webhook:'.length)] : rest.components.schemas[name];
  if (source) schemas[name] = strip(source, webhook ? 'webhook:' : '', used);
  else missing.push(`schema ${name}`);
}

const description: Description = { source: `@octokit/openapi ${version}`, operations, webhooks, schemas };
const packed = gzipSync(JSON.stringify(description), { level: 9 });
// The operating system byte of the header differs between machines; the file must not.
packed[9] = 255;
writeFileSync(target, packed);
console.log(
  `${Object.keys(operations).length} operations, ${Object.keys(webhooks).length} events, ${Object.keys(schemas).length} schemas, ${packed.length} bytes`,
);
console.log(`not described: ${missing.join(', ')}`);

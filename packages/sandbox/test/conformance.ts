// Checks everything that passes between a client and a sandbox against GitHub's own description.
import { Ajv, type ValidateFunction } from 'ajv';
import formats from 'ajv-formats';
import {
  description,
  operationKey,
  resolve,
  type Operation,
  type Parameter,
  type Schema,
} from '../src/schema/description.ts';
import type { Exchange } from '../src/server/serve.ts';
import type { Sandbox } from '../src/server/server.ts';

export type Violation = { where: string; side: 'answer' | 'request' | 'webhook'; problem: string };
export type Recording = {
  violations: Violation[];
  /** How often each operation and event was seen. */
  seen: Map<string, number>;
  stop: () => void;
};

/** Unknown query parameters that GitHub accepts everywhere. */
const always = new Set(['page', 'per_page']);

/** Routes that GitHub has and its REST description leaves out. */
const undescribed = new Set([
  'POST /graphql',
  'GET /repos/{owner}/{repo}/downloads',
  'GET /repos/{owner}/{repo}/git/refs/{ref*}',
  'GET /repos/{owner}/{repo}/statuses/{ref}',
  // Described by the team's number alone, under which it is asked for, too.
  'GET /orgs/{}/teams/{}/members/{}',
]);

function compiler(): (schema: Schema) => ValidateFunction {
  const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: true });
  // CJS interop: the plugin is the module itself or its default.
  const plugin = formats as unknown as { default?: (ajv: Ajv) => void } & ((ajv: Ajv) => void);
  (plugin.default ?? plugin)(ajv);
  // The addresses of GitHub's own bots (…[bot]@users.noreply.github.com) are no addresses to the letter of the standard.
  ajv.addFormat('repo.nwo', true);
  ajv.addFormat('email', /^[^@\s]+@[^@\s]+$/);
  ajv.addSchema({ $id: 'github', schemas: description().schemas });
  const compiled = new Map<Schema, ValidateFunction>();
  return (schema) => {
    const found = compiled.get(schema) ?? ajv.compile(schema);
    compiled.set(schema, found);
    return found;
  };
}

/** Turns on the checks. Feed it all requests of a test, then expect `violations` to be empty. */
export function recordAndValidate(sandbox: Sandbox): Recording {
  const compile = compiler();
  const violations: Violation[] = [];
  const seen = new Map<string, number>();
  const count = (key: string) => seen.set(key, (seen.get(key) ?? 0) + 1);
  const check = (where: string, side: Violation['side'], schema: Schema, value: unknown) => {
    const validate = compile(schema);
    if (validate(value)) return;
    for (const error of validate.errors ?? []) {
      if (error.keyword === 'anyOf' || error.keyword === 'oneOf') continue;
      violations.push({
        where,
        side,
        problem: `${error.instancePath || '/'} ${error.message} ${JSON.stringify(error.params)}`,
      });
    }
    if ((validate.errors ?? []).every((error) => error.keyword === 'anyOf' || error.keyword === 'oneOf')) {
      violations.push({ where, side, problem: 'no alternative fits' });
    }
  };
  const stopExchanges = sandbox.onExchange((exchange) => {
    if (exchange.route === undefined) return;
    const key = operationKey(exchange.method, exchange.route);
    count(key);
    const operation = description().operations[key];
    if (!operation) {
      if (!undescribed.has(key) && !exchange.site)
        violations.push({ where: key, side: 'request', problem: 'not in the description' });
      return;
    }
    checkAnswer(exchange, operation, check);
    // What GitHub refuses as malformed need not be well-formed.
    if (![400, 401, 422].includes(exchange.status)) checkRequest(exchange, operation, check, violations);
  });
  const stopDeliveries = sandbox.onDelivery(({ event, action, payload }) => {
    const key = action === undefined ? event : `${event}.${action}`;
    count(key);
    const schema = description().webhooks[key] ?? description().webhooks[event];
    if (schema) check(key, 'webhook', schema, structuredClone(payload));
    else violations.push({ where: key, side: 'webhook', problem: 'not in the description' });
  });
  return {
    violations,
    seen,
    stop: () => {
      stopExchanges();
      stopDeliveries();
    },
  };
}

type Check = (where: string, side: Violation['side'], schema: Schema, value: unknown) => void;

function checkAnswer(exchange: Exchange, operation: Operation, check: Check): void {
  const schema = operation.responses[String(exchange.status)];
  if (schema && exchange.body !== undefined && exchange.status < 300) {
    check(`${operation.id} ${exchange.status}`, 'answer', schema, JSON.parse(JSON.stringify(exchange.body)));
  }
}

function checkRequest(exchange: Exchange, operation: Operation, check: Check, violations: Violation[]): void {
  const where = operation.id;
  const say = (problem: string) => violations.push({ where, side: 'request', problem });
  const known = new Map(
    operation.parameters
      .filter((parameter) => parameter.in === 'query')
      .map((parameter) => [parameter.name, parameter]),
  );
  for (const [name, value] of exchange.query) {
    const parameter = known.get(name);
    if (parameter) check(`${where} ?${name}`, 'request', parameter.schema, coerce(parameter, value));
    else if (!always.has(name)) say(`unknown query parameter ${name}`);
  }
  for (const { name, required } of known.values()) {
    if (required && !exchange.query.has(name)) say(`query parameter ${name} is missing`);
  }
  if (!operation.body?.schema) return;
  if (exchange.requestBody === undefined) {
    if (operation.body.required) say('the body is missing');
    return;
  }
  check(`${where} body`, 'request', operation.body.schema, exchange.requestBody);
  const { properties } = resolve(operation.body.schema);
  if (!properties || Array.isArray(exchange.requestBody)) return;
  for (const key of Object.keys(exchange.requestBody as object))
    if (!(key in properties)) say(`unknown key ${key} in the body`);
}

function coerce({ schema }: Parameter, value: string): unknown {
  const { type } = resolve(schema);
  if (type === 'integer' || type === 'number') return value === '' ? value : Number(value);
  if (type === 'boolean') return value === 'true' ? true : value === 'false' ? false : value;
  if (type === 'array') return value.split(',');
  return value;
}

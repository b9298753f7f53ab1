// Reads a workflow file as GitHub Actions would: YAML in, a checked `Workflow` or one sentence about the mistake out.
import { parseDocument } from 'yaml';

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type JsonMap = { [key: string]: Json };

export type StepDefinition = {
  id?: string;
  name?: string;
  if?: Json;
  run?: string;
  uses?: string;
  with: JsonMap;
  env: JsonMap;
  shell?: string;
  workingDirectory?: string;
  continueOnError?: Json;
  timeoutMinutes?: Json;
};

export type JobDefinition = {
  id: string;
  name?: string;
  needs: string[];
  if?: Json;
  runsOn: Json;
  uses?: string;
  with: JsonMap;
  /** `inherit`, or the secrets handed to a called workflow. */
  secrets: Json;
  permissions?: Json;
  env: JsonMap;
  outputs: JsonMap;
  strategy: JsonMap;
  steps: StepDefinition[];
  defaults: JsonMap;
  timeoutMinutes?: Json;
  continueOnError?: Json;
  concurrency?: Json;
  environment?: Json;
};

export type Workflow = {
  name: string;
  runName?: string;
  /** Event name → its filters (null when the file gives none). */
  on: Map<string, Json>;
  permissions?: Json;
  env: JsonMap;
  defaults: JsonMap;
  concurrency?: Json;
  jobs: Map<string, JobDefinition>;
};

/** A workflow file that GitHub would refuse to run; the message is shown on the run. */
export class InvalidWorkflow extends Error {
  readonly code = 'invalid_workflow';
}

const JOB_ID = /^[A-Za-z_][A-Za-z0-9_-]*$/;

const mostRoots = 100;
const roots = new Map<string, Json>();

/** The same few files are read for every event of every repository. */
function readRoot(text: string): Json {
  const known = roots.get(text);
  if (known !== undefined) return known;
  const document = parseDocument(text, { merge: true });
  const failure = document.errors[0];
  if (failure) throw new InvalidWorkflow(`You have an error in your yaml syntax: ${failure.message.split('\n')[0]}`);
  const root = document.toJS({ maxAliasCount: 100 }) as Json;
  if (roots.size >= mostRoots) roots.clear();
  roots.set(text, root);
  return root;
}

/** Parses one file of `.github/workflows`. Throws `InvalidWorkflow`. */
export function readWorkflow(text: string, path: string): Workflow {
  const root = structuredClone(readRoot(text));
  if (!isMap(root)) throw new InvalidWorkflow('A mapping was expected');
  const jobs = root['jobs'];
  if (!('on' in root)) throw new InvalidWorkflow('No event triggers defined in `on`');
  if (!isMap(jobs ?? null) || Object.keys(jobs as JsonMap).length === 0) {
    throw new InvalidWorkflow('Required property is missing: jobs');
  }
  const workflow: Workflow = {
    name: typeof root['name'] === 'string' ? root['name'] : path,
    on: readTriggers(root['on'] ?? null),
    env: asMap(root['env']),
    defaults: asMap(root['defaults']),
    jobs: new Map(),
    ...(typeof root['run-name'] === 'string' ? { runName: root['run-name'] } : {}),
    ...(root['permissions'] === undefined ? {} : { permissions: root['permissions'] }),
    ...(root['concurrency'] === undefined ? {} : { concurrency: root['concurrency'] }),
  };
  for (const [id, job] of Object.entries(jobs as JsonMap)) workflow.jobs.set(id, readJob(id, job));
  checkNeeds(workflow.jobs);
  return workflow;
}

function readTriggers(on: Json): Map<string, Json> {
  if (typeof on === 'string') return new Map([[on, null]]);
  if (Array.isArray(on)) return new Map(on.map((event) => [String(event), null]));
  if (isMap(on)) return new Map(Object.entries(on));
  throw new InvalidWorkflow('No event triggers defined in `on`');
}

function readJob(id: string, raw: Json): JobDefinition {
  if (!JOB_ID.test(id)) throw new InvalidWorkflow(`The identifier '${id}' is invalid`);
  if (!isMap(raw)) throw new InvalidWorkflow(`Job '${id}': a mapping was expected`);
  const uses = raw['uses'];
  if (uses === undefined && raw['runs-on'] === undefined) {
    throw new InvalidWorkflow(`Job '${id}': Required property is missing: runs-on`);
  }
  if (uses === undefined && !Array.isArray(raw['steps'])) {
    throw new InvalidWorkflow(`Job '${id}': Required property is missing: steps`);
  }
  if (raw['container'] !== undefined || raw['services'] !== undefined) {
    throw new InvalidWorkflow(`Job '${id}': the sandbox runs neither containers nor services`);
  }
  const needs = raw['needs'];
  return {
    id,
    needs: needs === undefined || needs === null ? [] : [needs].flat().map(String),
    runsOn: raw['runs-on'] ?? null,
    with: asMap(raw['with']),
    secrets: raw['secrets'] ?? null,
    env: asMap(raw['env']),
    outputs: asMap(raw['outputs']),
    strategy: asMap(raw['strategy']),
    defaults: asMap(raw['defaults']),
    steps: Array.isArray(raw['steps']) ? raw['steps'].map((step) => readStep(id, step)) : [],
    ...optional(raw, 'name', 'name', String),
    ...optional(raw, 'uses', 'uses', String),
    ...optional(raw, 'if', 'if'),
    ...optional(raw, 'permissions', 'permissions'),
    ...optional(raw, 'timeout-minutes', 'timeoutMinutes'),
    ...optional(raw, 'continue-on-error', 'continueOnError'),
    ...optional(raw, 'concurrency', 'concurrency'),
    ...optional(raw, 'environment', 'environment'),
  };
}

/** Reads one step of a job or of a composite action. */
export function readStep(where: string, raw: Json): StepDefinition {
  if (!isMap(raw)) throw new InvalidWorkflow(`Job '${where}': a step must be a mapping`);
  if ((raw['run'] === undefined) === (raw['uses'] === undefined)) {
    throw new InvalidWorkflow(`Job '${where}': a step has either 'run' or 'uses'`);
  }
  return {
    with: asMap(raw['with']),
    env: asMap(raw['env']),
    ...optional(raw, 'id', 'id', String),
    ...optional(raw, 'name', 'name', String),
    ...optional(raw, 'run', 'run', String),
    ...optional(raw, 'uses', 'uses', String),
    ...optional(raw, 'shell', 'shell', String),
    ...optional(raw, 'working-directory', 'workingDirectory', String),
    ...optional(raw, 'if', 'if'),
    ...optional(raw, 'continue-on-error', 'continueOnError'),
    ...optional(raw, 'timeout-minutes', 'timeoutMinutes'),
  };
}

function checkNeeds(jobs: Map<string, JobDefinition>): void {
  const settled = new Set<string>();
  const visit = (id: string, path: string[]): void => {
    if (settled.has(id)) return;
    if (path.includes(id))
      throw new InvalidWorkflow(
        `The workflow must contain at least one job with no dependencies: ${[...path, id].join(' -> ')}`,
      );
    for (const need of jobs.get(id)?.needs ?? []) {
      if (!jobs.has(need)) throw new InvalidWorkflow(`Job '${id}' depends on unknown job '${need}'.`);
      visit(need, [...path, id]);
    }
    settled.add(id);
  };
  for (const id of jobs.keys()) visit(id, []);
}

function optional<K extends string, V extends Json = Json>(
  raw: JsonMap,
  key: string,
  as: K,
  convert: (value: Json) => V = (value) => value as V,
): { [key in K]?: V } {
  const value = raw[key];
  return (value === undefined || value === null ? {} : { [as]: convert(value) }) as { [key in K]?: V };
}

export function isMap(value: Json | undefined): value is JsonMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function asMap(value: Json | undefined): JsonMap {
  return isMap(value) ? value : {};
}

// A workflow file ready to run: itself, the workflows it calls, and what its jobs may do. Read whole before a run starts.
import type { World } from '../world/world.ts';
import { checkWithin, defaultGrant, readGrant, type Grant } from './workflow/grant-permissions.ts';
import { actionsOf, type ReferencedWorkflow } from './records.ts';
import { loadCalledWorkflow, type LoadedWorkflow } from './read-repository.ts';
import { asMap, InvalidWorkflow, isMap, type Json, type JsonMap } from './workflow/read-workflow.ts';

export type Scope = {
  source: LoadedWorkflow;
  /** Before the keys and names of its jobs: `call/` and `call / `. */
  keyPrefix: string;
  namePrefix: string;
  grants: Map<string, Grant>;
  calls: Map<string, Scope>;
};

const MAX_NESTING = 10;

/** Throws `InvalidWorkflow` for whatever GitHub refuses before it starts a job. */
export async function planScope(world: World, source: LoadedWorkflow): Promise<Scope> {
  const setting = actionsOf(world.state).settings[source.repository.id]?.token ?? 'read';
  return plan(world, source, {
    limit: undefined,
    base: defaultGrant(setting),
    keyPrefix: '',
    namePrefix: '',
    uses: '',
    depth: 0,
  });
}

type Place = {
  limit: Grant | undefined;
  base: Grant;
  keyPrefix: string;
  namePrefix: string;
  uses: string;
  depth: number;
};

async function plan(world: World, source: LoadedWorkflow, place: Place): Promise<Scope> {
  if (place.depth > MAX_NESTING)
    throw new InvalidWorkflow(`error parsing called workflow "${place.uses}": too many levels of nested workflows`);
  const { workflow } = source;
  const base = readGrant(workflow.permissions) ?? place.base;
  const scope: Scope = {
    source,
    keyPrefix: place.keyPrefix,
    namePrefix: place.namePrefix,
    grants: new Map(),
    calls: new Map(),
  };
  for (const job of workflow.jobs.values()) {
    const grant = readGrant(job.permissions) ?? base;
    if (place.limit) checkWithin(grant, place.limit, job.id, place.uses);
    scope.grants.set(job.id, grant);
    if (job.uses === undefined) continue;
    const called = await loadCalledWorkflow(world, source, job.uses);
    checkInputs(called, job.with, job.uses);
    scope.calls.set(
      job.id,
      await plan(world, called, {
        limit: grant,
        base: grant,
        keyPrefix: `${place.keyPrefix}${job.id}/`,
        namePrefix: `${place.namePrefix}${job.name ?? job.id} / `,
        uses: job.uses,
        depth: place.depth + 1,
      }),
    );
  }
  return scope;
}

function checkInputs(called: LoadedWorkflow, given: JsonMap, uses: string): void {
  const declared = asMap(asMap(called.workflow.on.get('workflow_call'))['inputs']);
  for (const name of Object.keys(given)) {
    if (!(name in declared))
      throw new InvalidWorkflow(
        `error parsing called workflow "${uses}": Invalid input, ${name} is not defined in the referenced workflow.`,
      );
  }
  for (const [name, input] of Object.entries(declared)) {
    if (asMap(input)['required'] === true && !(name in given))
      throw new InvalidWorkflow(
        `error parsing called workflow "${uses}": Input ${name} is required, but not provided while calling.`,
      );
  }
}

/** `referenced_workflows` of a run: every called file once, with the commit it was read at. */
export function referencedWorkflows(world: World, scope: Scope): ReferencedWorkflow[] {
  const found = new Map<string, ReferencedWorkflow>();
  const visit = (inner: Scope): void => {
    for (const called of inner.calls.values()) {
      const { repository, path, ref, sha } = called.source;
      const local = repository.id === scope.source.repository.id && sha === scope.source.sha;
      const full = `${world.state.fullName(repository)}/${path}@${local ? sha : shorten(ref)}`;
      found.set(full, { path: full, sha, ref });
      visit(called);
    }
  };
  visit(scope);
  return [...found.values()];
}

function shorten(ref: string): string {
  return ref.replace(/^refs\/(heads|tags)\//, '');
}

/** Inputs of a dispatched or called workflow: defaults filled in, values of the declared type. */
export function typeInputs(declarations: Json | undefined, given: JsonMap): JsonMap {
  const inputs: JsonMap = {};
  for (const [name, declaration] of Object.entries(asMap(declarations))) {
    const { type, default: fallback } = isMap(declaration) ? declaration : {};
    const value = given[name] ?? fallback ?? (type === 'boolean' ? false : type === 'number' ? 0 : '');
    if (type === 'boolean') inputs[name] = value === true || value === 'true';
    else if (type === 'number') inputs[name] = Number(value);
    else inputs[name] = typeof value === 'object' ? value : String(value);
  }
  return inputs;
}

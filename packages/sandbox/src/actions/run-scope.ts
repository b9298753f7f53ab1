// Runs the jobs of one workflow in the order of their needs: conditions, matrices, called workflows, outputs.
import {
  evaluateCondition,
  evaluateValue,
  interpolate,
  type Scope as Evaluation,
} from './workflow/evaluate-expression.ts';
import { expandMatrix, matrixSuffix } from './workflow/expand-matrix.ts';
import type { Conclusion } from './workflow/job-types.ts';
import type { LiveRun } from './live-run.ts';
import { typeInputs, type Scope } from './plan-scope.ts';
import { asMap, InvalidWorkflow, type JobDefinition, type Json, type JsonMap } from './workflow/read-workflow.ts';

export type JobResult = { result: Conclusion; outputs: Record<string, string> };

/** One job to execute: where it stands, and the contexts that belong to it. */
export type Leaf = {
  scope: Scope;
  definition: JobDefinition;
  key: string;
  /** Keys of what had to end before it. */
  needs: string[];
  name: string;
  contexts: Record<string, Json>;
  secrets: Record<string, string>;
};

export type Runner = {
  live: LiveRun;
  /** github (without a job), vars. */
  contexts: Record<string, Json>;
  execute: (leaf: Leaf, signal: AbortSignal) => Promise<JobResult>;
  skip: (leaf: Leaf) => Promise<void>;
};

export type ScopeInput = { inputs: JsonMap; secrets: Record<string, string>; signal: AbortSignal; needs: string[] };

/** The result of every job of the scope. A called workflow's errors are its job's failure. */
export async function runScope(runner: Runner, scope: Scope, given: ScopeInput): Promise<Map<string, JobResult>> {
  const started = new Map<string, Promise<JobResult>>();
  const start = (id: string): Promise<JobResult> => {
    const known = started.get(id);
    if (known) return known;
    const definition = scope.source.workflow.jobs.get(id);
    if (!definition) throw new InvalidWorkflow(`unknown job ${id}`);
    const result = runNode(runner, scope, given, definition, start);
    started.set(id, result);
    return result;
  };
  const ids = [...scope.source.workflow.jobs.keys()];
  const results = await runner.live.pause(Promise.all(ids.map(start)));
  return new Map(ids.map((id, at) => [id, results[at] as JobResult]));
}

async function runNode(
  runner: Runner,
  scope: Scope,
  given: ScopeInput,
  definition: JobDefinition,
  start: (id: string) => Promise<JobResult>,
): Promise<JobResult> {
  const { live } = runner;
  live.begin();
  try {
    const ancestors = ancestorsOf(scope, definition.id);
    const results = new Map<string, JobResult>();
    await live.pause(Promise.all(ancestors.map(async (id) => results.set(id, await start(id)))));
    const evaluation = evaluationOf(runner, given, definition, results);
    const leaf = (contexts: Record<string, Json>, suffix: string, index: string): Leaf => ({
      scope,
      definition,
      key: `${scope.keyPrefix}${definition.id}${index}`,
      needs: [...given.needs, ...ancestors.map((id) => baseKey(`${scope.keyPrefix}${id}`))],
      name: `${scope.namePrefix}${nameOf(definition, { ...evaluation, contexts }, suffix)}`,
      contexts: contexts as Record<string, Json>,
      secrets: given.secrets,
    });
    if (!evaluateCondition(definition.if, evaluation)) {
      await runner.skip(leaf(evaluation.contexts as Record<string, Json>, '', ''));
      return { result: 'skipped', outputs: {} };
    }
    return await runMatrix(runner, scope, given, definition, evaluation, leaf);
  } finally {
    live.end();
  }
}

function evaluationOf(
  runner: Runner,
  given: ScopeInput,
  definition: JobDefinition,
  results: Map<string, JobResult>,
): Evaluation {
  const all = [...results.values()].map((result) => result.result);
  const needs = Object.fromEntries(
    definition.needs.map((id) => [id, results.get(id) ?? { result: 'skipped', outputs: {} }]),
  );
  const cancelled = given.signal.aborted;
  return {
    contexts: { ...runner.contexts, inputs: given.inputs, needs, strategy: {}, matrix: {}, secrets: given.secrets },
    status: {
      success: !cancelled && all.every((result) => result === 'success'),
      failure: all.includes('failure'),
      cancelled,
    },
  };
}

async function runMatrix(
  runner: Runner,
  scope: Scope,
  given: ScopeInput,
  definition: JobDefinition,
  evaluation: Evaluation,
  leaf: (contexts: Record<string, Json>, suffix: string, index: string) => Leaf,
): Promise<JobResult> {
  const strategy = asMap(evaluateValue(definition.strategy, evaluation));
  const combinations = expandMatrix(strategy['matrix'] ?? null);
  const failFast = strategy['fail-fast'] !== false;
  const stop = new AbortController();
  const signal = AbortSignal.any([given.signal, stop.signal]);
  const gate = makeGate(Number(strategy['max-parallel']) || combinations.length);
  const isMatrix = strategy['matrix'] !== undefined;
  const results = combinations.map(async (matrix, at) => {
    const own = {
      'fail-fast': failFast,
      'job-index': at,
      'job-total': combinations.length,
      'max-parallel': Number(strategy['max-parallel']) || combinations.length,
    };
    const contexts = { ...evaluation.contexts, matrix, strategy: own } as Record<string, Json>;
    const only = leaf(contexts, isMatrix ? matrixSuffix(matrix) : '', isMatrix ? `[${at}]` : '');
    const leave = await gate();
    runner.live.begin();
    try {
      const called = scope.calls.get(definition.id);
      const result = called
        ? await runCalled(runner, called, only, { ...evaluation, contexts }, signal)
        : await runner.execute(only, signal);
      if (result.result === 'failure' && failFast) stop.abort();
      return forgive(definition, result, { ...evaluation, contexts });
    } finally {
      runner.live.end();
      leave();
    }
  });
  return joinResults(await runner.live.pause(Promise.all(results)));
}

/** A called workflow: its inputs and secrets evaluated by the caller, its outputs by itself. */
async function runCalled(
  runner: Runner,
  called: Scope,
  leaf: Leaf,
  evaluation: Evaluation,
  signal: AbortSignal,
): Promise<JobResult> {
  const declared = asMap(called.source.workflow.on.get('workflow_call'));
  const inputs = typeInputs(declared['inputs'], asMap(evaluateValue(leaf.definition.with, evaluation)));
  const handed =
    leaf.definition.secrets === 'inherit' ? leaf.secrets : asMap(evaluateValue(leaf.definition.secrets, evaluation));
  const secrets = Object.fromEntries(Object.entries(handed).map(([name, value]) => [name, String(value)]));
  const suffix = leaf.key.slice(leaf.key.lastIndexOf('/') + 1).replace(/^[^[]*/, '');
  const placed =
    suffix === ''
      ? called
      : { ...called, keyPrefix: called.keyPrefix.replace(/\/$/, `${suffix}/`), namePrefix: `${leaf.name} / ` };
  const results = await runScope(runner, placed, { inputs, secrets, signal, needs: leaf.needs });
  const jobs = Object.fromEntries([...results].map(([id, result]) => [id, { ...result }]));
  const scope: Evaluation = { ...evaluation, contexts: { ...runner.contexts, inputs, jobs } };
  const outputs: Record<string, string> = {};
  for (const [name, output] of Object.entries(asMap(declared['outputs'])))
    outputs[name] = interpolate(String(asMap(output)['value'] ?? ''), scope);
  return { ...joinResults([...results.values()]), outputs };
}

export function joinResults(results: readonly JobResult[]): JobResult {
  const all = results.map((result) => result.result);
  const outputs: Record<string, string> = {};
  // Later combinations win, but an empty output never hides one that was set.
  for (const result of results)
    for (const [name, value] of Object.entries(result.outputs))
      if (value !== '' || !(name in outputs)) outputs[name] = value;
  if (all.includes('failure')) return { result: 'failure', outputs };
  if (all.includes('cancelled')) return { result: 'cancelled', outputs };
  return { result: all.every((conclusion) => conclusion === 'skipped') ? 'skipped' : 'success', outputs };
}

function forgive(definition: JobDefinition, result: JobResult, evaluation: Evaluation): JobResult {
  const forgiven =
    result.result === 'failure' && evaluateValue(definition.continueOnError ?? false, evaluation) === true;
  return forgiven ? { ...result, result: 'success' } : result;
}

function nameOf(definition: JobDefinition, evaluation: Evaluation, suffix: string): string {
  return definition.name === undefined ? `${definition.id}${suffix}` : interpolate(definition.name, evaluation);
}

/** A key without the numbers of matrices. */
export function baseKey(key: string): string {
  return key.replace(/\[\d+\]/g, '');
}

function ancestorsOf(scope: Scope, id: string): string[] {
  const found = new Set<string>();
  const visit = (text: string): void => {
    for (const need of scope.source.workflow.jobs.get(text)?.needs ?? []) {
      if (found.has(need)) continue;
      found.add(need);
      visit(need);
    }
  };
  visit(id);
  return [...found];
}

/** At most `limit` inside at once; resolves with the way out. */
function makeGate(limit: number): () => Promise<() => void> {
  let inside = 0;
  const waiting: (() => void)[] = [];
  const leave = (): void => {
    inside--;
    waiting.shift()?.();
  };
  return async () => {
    if (inside >= limit) await new Promise<void>((resolve) => waiting.push(resolve));
    inside++;
    return leave;
  };
}

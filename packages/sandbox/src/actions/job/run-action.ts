// `uses:` steps: a built-in stand-in, a JavaScript action, or a composite one, of a repository or of the workspace.
import { join, resolve } from 'node:path';
import { evaluateCondition, evaluateValue, interpolate } from '../workflow/evaluate-expression.ts';
import { StepFailure, type Frame, type LiveJob, type StepContext } from '../workflow/job-types.ts';
import { stepScope } from './make-environment.ts';
import { readAction, type ActionDefinition } from '../workflow/read-action.ts';
import { asMap, type Json } from '../workflow/read-workflow.ts';
import { checkKnown, unexpectedInputs } from '../workflow/resolve-known.ts';
import { runReadingCommands } from './run-shell.ts';
import { toEnv } from './run-step.ts';
import type { StandIn } from '../stand-ins/stand-in.ts';
import { standIns } from '../stand-ins/table.ts';

type Located = { folder: string; repository: string; ref: string };

const DEFAULT_CONDITION = 'always()';
const MAX_DEPTH = 10;

export async function runAction(step: StepContext): Promise<void> {
  const uses = step.definition.uses ?? '';
  const { job } = step;
  const scope = stepScope(job, step.frame, step.env);
  const given = toEnv(evaluateValue(step.definition.with, scope));
  logUse(step, uses, given);
  checkKnown(uses);
  const standIn = standInOf(uses);
  if (standIn) return standIn(step, (name) => given[name] ?? '');
  const located = await locateAction(job, uses);
  const action = await readAction(located.folder);
  const inputs = fillInputs(action, given, stepScope(job, { ...step.frame, action: actionOf(located) }, step.env));
  if (action.runs.kind === 'node') return runNode(step, action.runs, located, inputs);
  return runComposite(step, action, located, inputs);
}

function standInOf(uses: string): StandIn | undefined {
  return standIns.get((uses.split('@')[0] ?? '').toLowerCase());
}

/** The folder of an action: in the workspace, or fetched from its repository at its ref. */
async function locateAction(job: LiveJob, uses: string): Promise<Located> {
  if (uses.startsWith('./')) return { folder: resolve(job.folders.workspace, uses), repository: '', ref: '' };
  const [, owner, name, path = '', ref] = /^([^/@\s]+)\/([^/@\s]+)((?:\/[^@\s]+)?)@(\S+)$/.exec(uses) ?? [];
  if (!owner || !name || !ref) {
    throw new StepFailure(
      uses.startsWith('docker://')
        ? 'The sandbox runs no Docker actions.'
        : `Expected format {org}/{repo}[/path]@ref. Actual '${uses}'`,
    );
  }
  const root = await job.services.fetchAction(`${owner}/${name}`, ref);
  const folder = join(root, path);
  if (!folder.startsWith(root))
    throw new StepFailure(`Unable to resolve action ${uses}: the path leaves the repository`);
  return { folder, repository: `${owner}/${name}`, ref };
}

/**
 * Fetches every action before the first step, so that a missing one fails the set-up, as on GitHub: also one behind an `if:`
 * that is false, and one that a composite action uses.
 */
export async function prepareActions(job: LiveJob, steps = job.definition.steps, depth = 0): Promise<void> {
  for (const { uses } of steps) {
    if (!uses || uses.startsWith('.')) continue;
    job.log.write(`Download action repository '${uses}'`);
    checkKnown(uses);
    if (standInOf(uses) || depth >= MAX_DEPTH) continue;
    const { folder } = await locateAction(job, uses);
    const { runs } = await readAction(folder);
    if (runs.kind === 'composite') await prepareActions(job, runs.steps, depth + 1);
  }
}

function fillInputs(
  action: ActionDefinition,
  given: Record<string, string>,
  scope: ReturnType<typeof stepScope>,
): Record<string, string> {
  const inputs: Record<string, string> = {};
  for (const input of action.inputs) {
    const own = Object.entries(given).find(([name]) => name.toLowerCase() === input.name.toLowerCase())?.[1];
    inputs[input.name] = own ?? Object.values(toEnv({ value: evaluateValue(input.default, scope) }))[0] ?? '';
  }
  return { ...given, ...inputs };
}

async function runNode(
  step: StepContext,
  runs: ActionDefinition['runs'] & { kind: 'node' },
  located: Located,
  inputs: Record<string, string>,
): Promise<void> {
  const { job, frame } = step;
  const start = (script: string, into: StepContext): Promise<void> => {
    const variables = Object.fromEntries(
      Object.entries(inputs).map(([name, value]) => [`INPUT_${name.replaceAll(' ', '_').toUpperCase()}`, value]),
    );
    const state = Object.fromEntries(Object.entries(into.state).map(([name, value]) => [`STATE_${name}`, value]));
    const env = {
      ...into.env,
      // The same bundle is compiled once and not for every job.
      NODE_COMPILE_CACHE: join(job.root, 'compiled'),
      ...variables,
      ...state,
      ...(located.repository ? { GITHUB_ACTION_REPOSITORY: located.repository, GITHUB_ACTION_REF: located.ref } : {}),
    };
    return runReadingCommands(
      { ...into, env },
      { command: process.execPath, args: [join(located.folder, script)], cwd: job.folders.workspace },
    );
  };
  if (runs.post) {
    const { post } = runs;
    job.posts.push({
      name: `Post ${step.name}`,
      condition: runs.postIf ?? DEFAULT_CONDITION,
      frame,
      run: (later) => start(post, { ...later, state: step.state }),
    });
  }
  if (runs.pre && evaluateCondition(runs.preIf ?? DEFAULT_CONDITION, stepScope(job, frame, step.env)))
    await start(runs.pre, step);
  await start(runs.main, step);
}

async function runComposite(
  step: StepContext,
  action: ActionDefinition,
  located: Located,
  inputs: Record<string, string>,
): Promise<void> {
  if (action.runs.kind !== 'composite') return;
  const { job } = step;
  const depth = step.frame.depth + 1;
  if (depth > MAX_DEPTH) throw new StepFailure('The composite actions call each other too deeply.');
  const own = toEnv(evaluateValue(step.definition.env, stepScope(job, step.frame, step.env)));
  const frame: Frame = {
    inputs,
    steps: {},
    status: { success: true, failure: false, cancelled: false },
    env: { ...step.frame.env, ...own },
    depth,
    action: actionOf(located),
  };
  await job.runSteps(frame, action.runs.steps);
  const scope = stepScope(job, frame, step.env);
  for (const [name, output] of Object.entries(action.outputs)) {
    step.outputs[name] = interpolate(String(asMap(output)['value'] ?? ''), scope);
  }
  if (frame.status.failure) throw new StepFailure(`The action '${step.name}' failed.`);
}

function actionOf(located: Located): NonNullable<Frame['action']> {
  return { path: located.folder, repository: located.repository, ref: located.ref };
}

function logUse(step: StepContext, uses: string, given: Record<string, Json>): void {
  const { log } = step.job;
  log.write(`##[group]Run ${uses}`);
  if (Object.keys(given).length > 0) log.write('with:');
  for (const [name, value] of Object.entries(given)) log.write(`  ${name}: ${String(value)}`);
  log.write('##[endgroup]');
  const warning = unexpectedInputs(uses, Object.keys(given));
  if (warning !== undefined) log.write(`##[warning]${warning}`);
}

// One step: its condition, its environment, its time limit, what it wrote, and what that makes of the job.
import { randomUUID } from 'node:crypto';
import { makeCommandFiles, type CommandFileContents } from '../workflow/command-files.ts';
import { evaluateCondition, evaluateValue, interpolate } from '../workflow/evaluate-expression.ts';
import { StepFailure, type Conclusion, type Frame, type LiveJob, type StepContext } from '../workflow/job-types.ts';
import { makeEnvironment, stepScope } from './make-environment.ts';
import type { Json, StepDefinition } from '../workflow/read-workflow.ts';
import { toAnnotation } from '../workflow/workflow-commands.ts';

/** How a step is told apart in the log and how its work is done. */
export type StepWork = {
  definition: StepDefinition;
  name: string;
  carryOut: (step: StepContext) => Promise<void>;
};

/** Runs one step in its frame and returns its conclusion; `steps` and the frame's status are brought up to date. */
export async function runStep(job: LiveJob, frame: Frame, work: StepWork): Promise<Conclusion> {
  const { definition } = work;
  let outcome: Conclusion = 'success';
  let forgiven = false;
  const outputs: Record<string, string> = {};
  try {
    const env = stepEnvironment(job, frame, definition);
    const scope = stepScope(job, frame, env);
    if (job.kill.aborted || !evaluateCondition(definition.if, scope)) outcome = 'skipped';
    else {
      forgiven = evaluateValue(definition.continueOnError ?? false, scope) === true;
      const minutes = Number(evaluateValue(definition.timeoutMinutes ?? 360, scope));
      outcome = await carryOut(job, frame, work, { env, outputs, minutes });
    }
  } catch (error) {
    outcome = report(job, error);
  }
  const conclusion = forgiven && outcome === 'failure' ? 'success' : outcome;
  if (definition.id) frame.steps[definition.id] = { outputs, outcome, conclusion };
  if (conclusion === 'failure') Object.assign(frame.status, { success: false, failure: true });
  return conclusion;
}

/** `Run …` as GitHub names a step without a name. */
export function nameStep(job: LiveJob, frame: Frame, definition: StepDefinition): string {
  try {
    const scope = stepScope(job, frame, stepEnvironment(job, frame, { ...definition, env: {} }));
    if (definition.name) return interpolate(definition.name, scope);
    return `Run ${interpolate(definition.uses ?? definition.run?.trim().split('\n')[0] ?? '', scope)}`;
  } catch {
    return definition.name ?? definition.uses ?? 'Run';
  }
}

function stepEnvironment(job: LiveJob, frame: Frame, definition: StepDefinition): Record<string, string> {
  const env = makeEnvironment(job, frame);
  if (Object.keys(definition.env).length === 0) return env;
  return { ...env, ...toEnv(evaluateValue(definition.env, stepScope(job, frame, env))) };
}

/** Environment values as the runner writes them: null is empty, everything else its text. */
export function toEnv(value: Json): Record<string, string> {
  return Object.fromEntries(
    Object.entries((value ?? {}) as Record<string, Json>).map(([key, item]) => [
      key,
      item === null ? '' : String(item),
    ]),
  );
}

async function carryOut(
  job: LiveJob,
  frame: Frame,
  work: StepWork,
  given: { env: Record<string, string>; outputs: Record<string, string>; minutes: number },
): Promise<Conclusion> {
  const files = await makeCommandFiles(job.folders.files, randomUUID());
  const timeout = new AbortController();
  const timer = setTimeout(() => timeout.abort(), Math.min(given.minutes * 60_000, 2 ** 31 - 1));
  const signal = AbortSignal.any([job.kill, timeout.signal, ...(job.cancelled ? [] : [job.cancel])]);
  const state: Record<string, string> = {};
  const started = performance.now();
  let outcome: Conclusion = 'success';
  try {
    await work.carryOut({
      job,
      frame,
      definition: work.definition,
      name: work.name,
      env: { ...given.env, ...files.env },
      outputs: given.outputs,
      state,
      signal,
    });
  } catch (error) {
    outcome = report(job, error);
  } finally {
    clearTimeout(timer);
  }
  await stretch(performance.now() - started, job.runner.speed, signal);
  if (timeout.signal.aborted) {
    outcome = report(job, new StepFailure(`The action '${work.name}' has timed out after ${given.minutes} minutes.`));
  } else if (signal.aborted) outcome = 'cancelled';
  if (job.cancel.aborted) job.cancelled = true;
  try {
    applyFiles(job, frame, await files.read(), given.outputs, state);
  } catch (error) {
    outcome = report(job, error);
  }
  return outcome;
}

function applyFiles(
  job: LiveJob,
  frame: Frame,
  files: CommandFileContents,
  outputs: Record<string, string>,
  state: Record<string, string>,
): void {
  for (const [name, value] of files.env) {
    if (name === 'NODE_OPTIONS')
      throw new StepFailure("Can't store NODE_OPTIONS output parameter using '$GITHUB_ENV' command.");
    if (/^(GITHUB|RUNNER)_/i.test(name)) continue;
    job.env[name] = value;
    // A composite action's later steps see it as well: their frame was made before.
    if (frame.env[name] !== undefined) frame.env[name] = value;
  }
  for (const [name, value] of files.outputs) outputs[name] = value;
  for (const [name, value] of files.state) state[name] = value;
  job.paths.push(...files.paths);
  if (files.summary) job.summary += job.log.hide(files.summary);
}

function report(job: LiveJob, error: unknown): Conclusion {
  const message = error instanceof Error ? error.message : String(error);
  job.log.write(`##[error]${message}`);
  job.annotations.push(toAnnotation('failure', {}, job.log.hide(message)));
  return 'failure';
}

/** A runner of speed 0.5 takes twice as long: the rest of the time is waited for. */
async function stretch(elapsed: number, speed: number, signal: AbortSignal): Promise<void> {
  if (speed >= 1 || speed <= 0 || signal.aborted) return;
  await new Promise<void>((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      resolve();
    };
    const timer = setTimeout(done, elapsed / speed - elapsed);
    signal.addEventListener('abort', done, { once: true });
  });
}

// For the job that reports: what the first job handed on, set against what GitHub itself says of that job.
import { readFileSync, statSync } from 'node:fs';
import { join, resolve, sep } from 'node:path';
import * as core from '@actions/core';
import { hashPath } from '../../src/runner/hash-path.ts';
import { emptyOutcome, type Outcome, outcomeSchema } from './outcome.ts';
import type { Ending } from './read-ending.ts';
import type { Context } from './read-context.ts';

/** `arrived`: is the artifact here? Logs and model are in it, and the whole outcome. */
export type Stated = { outcome: Outcome | undefined; arrived: boolean };

/** What the first job says of itself: by its output, and whole by its artifact. */
export function readStated(context: Context): Stated {
  const file = join(context.outcomeFolder, 'outcome.json');
  const arrived = statSync(file, { throwIfNoEntry: false })?.isFile() === true;
  const output = context.outcome === '' ? undefined : parseOutcome(() => context.outcome, 'output');
  if (output && !output.shortened) return { outcome: output, arrived };
  const whole = arrived ? parseOutcome(() => readFileSync(file, 'utf8'), 'artifact') : undefined;
  if (!output && !whole) core.warning('The first job passed on no outcome.');
  return { outcome: whole ?? output, arrived };
}

function parseOutcome(read: () => string, what: string): Outcome | undefined {
  try {
    return outcomeSchema.parse(JSON.parse(read()));
  } catch (error) {
    core.warning(
      `The outcome in the ${what} of the first job cannot be read: ${(error as Error).message.slice(0, 500)}`,
    );
    return undefined;
  }
}

/** The stated outcome, corrected by how the step ended that ran the pipeline: code that lies about it gains nothing. */
export function judgeOutcome(stated: Outcome | undefined, ending: Ending | undefined, now: Date): Outcome {
  if (!stated)
    return emptyOutcome(ending?.conclusion === 'cancelled' ? 'cancelled' : 'failure', now, whyNothing(ending));
  if (ending?.conclusion === 'cancelled') return { ...stated, conclusion: 'cancelled' };
  const good = ending === undefined || ending.conclusion === 'success';
  if (good || stated.conclusion === 'cancelled' || stated.conclusion === 'failure') return stated;
  const broken = `GitHub says that the ${ending.what} ended as ${ending.conclusion}, so that is what counts, although the run itself says ${stated.conclusion}.`;
  return { ...stated, conclusion: 'failure', broken: stated.broken ?? broken };
}

function whyNothing(ending: Ending | undefined): string {
  if (ending?.failedStep !== undefined)
    return `The step "${ending.failedStep}" of the first job failed, so there is no result of the pipeline. Its log says why.`;
  if (ending?.conclusion === 'success')
    return 'The first job succeeded, and what it found did not arrive: neither its output nor its artifact is here.';
  return 'The job that ran the pipeline ended before it could say what came of it. Its log says why.';
}

/** Did this job find the very model that the first job says it made, in the artifact? */
export function verifyModel(context: Context, outcome: Outcome): boolean {
  if (!outcome.model) return false;
  const folder = resolve(context.outcomeFolder, 'model');
  const file = resolve(folder, outcome.model.path);
  if (!file.startsWith(folder + sep)) return false;
  return hashPath(file) === outcome.model.sha256;
}

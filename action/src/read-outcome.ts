// For the job that reports: what the first job handed on, set against what GitHub itself says of that job.
import { readFileSync, statSync } from 'node:fs';
import { join, resolve, sep } from 'node:path';
import * as core from '@actions/core';
import { z } from 'zod';
import { hashPath } from '../../src/runner/hash-path.ts';
import type { Api } from './call-api.ts';
import { emptyOutcome, type Outcome, outcomeSchema } from './outcome.ts';
import type { Context } from './read-context.ts';

const jobsSchema = z.object({ jobs: z.array(z.object({ name: z.string(), conclusion: z.string().nullish() })) });

/** The first job's outcome, corrected by its conclusion: code that lies about a failed job gains nothing. */
export async function readOutcome(context: Context, api: Api | undefined, now: Date): Promise<Outcome> {
  const stated = parseOutcome(context);
  const concluded = api && (await readConclusion(api, context));
  if (!stated) return emptyOutcome(concluded === 'cancelled' ? 'cancelled' : 'failure', now);
  if (concluded === 'cancelled') return { ...stated, conclusion: 'cancelled' };
  if (concluded !== undefined && concluded !== 'success' && stated.conclusion !== 'cancelled')
    return { ...stated, conclusion: 'failure' };
  return stated;
}

function parseOutcome(context: Context): Outcome | undefined {
  const file = join(context.outcomeFolder, 'outcome.json');
  const text =
    context.outcome || (statSync(file, { throwIfNoEntry: false })?.isFile() ? readFileSync(file, 'utf8') : '');
  if (text === '') {
    core.warning('The first job handed no outcome on.');
    return undefined;
  }
  try {
    return outcomeSchema.parse(JSON.parse(text));
  } catch (error) {
    core.warning(`The outcome of the first job cannot be read: ${(error as Error).message.slice(0, 500)}`);
    return undefined;
  }
}

async function readConclusion(api: Api, context: Context): Promise<string | undefined> {
  const { repository, runId, runAttempt, runJob } = context;
  try {
    const list = jobsSchema.parse(
      await api.get(`/repos/${repository}/actions/runs/${runId}/attempts/${runAttempt}/jobs?per_page=100`),
    );
    // In a reusable workflow a job is named `caller / job`.
    const job = list.jobs.find(({ name }) => name === runJob || name.endsWith(` / ${runJob}`));
    return job?.conclusion ?? undefined;
  } catch (error) {
    core.warning(`GitHub did not say how the job "${runJob}" ended: ${(error as Error).message}`);
    return undefined;
  }
}

/** Did this job find the very model that the first job says it made, in the artifact? */
export function verifyModel(context: Context, outcome: Outcome): boolean {
  if (!outcome.model) return false;
  const folder = resolve(context.outcomeFolder, 'model');
  const file = resolve(folder, outcome.model.path);
  if (!file.startsWith(folder + sep)) return false;
  return hashPath(file) === outcome.model.sha256;
}

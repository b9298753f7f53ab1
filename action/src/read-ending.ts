// How the first job ended, by GitHub's own record: above all the step of it that ran the pipeline.
import * as core from '@actions/core';
import { z } from 'zod';
import { type Api, understand } from './call-api.ts';
import type { Context } from './read-context.ts';

const step = z.object({ name: z.string(), conclusion: z.string().nullish() });
const jobsSchema = z.object({
  jobs: z.array(
    z.object({ name: z.string(), conclusion: z.string().nullish(), steps: z.array(step).nullish().catch(undefined) }),
  ),
});

export type Ending = {
  conclusion: string;
  /** What it is the end of: the step, or the job where no step can be made out. */
  what: string;
  /** The first step that failed, where the pipeline did not run for it. */
  failedStep?: string;
  /** Steps that failed after the pipeline, which is not its fault. */
  failedLater: string[];
};

/** Undefined when GitHub does not say. */
export async function readEnding(api: Api, context: Context): Promise<Ending | undefined> {
  const { repository, runId, runAttempt, runJob, runStep } = context;
  try {
    const path = `/repos/${repository}/actions/runs/${runId}/attempts/${runAttempt}/jobs?per_page=100`;
    const { jobs } = understand(jobsSchema, await api.get(path), `GET ${path}`);
    // In a reusable workflow a job is named `caller / job`.
    const job = jobs.find(({ name }) => name === runJob || name.endsWith(` / ${runJob}`));
    if (!job)
      core.warning(`GitHub lists no job "${runJob}" in this run, so the result of the first job cannot be confirmed.`);
    return job && endingOf(job, runStep);
  } catch (error) {
    core.warning(`GitHub did not say how the job "${runJob}" ended: ${(error as Error).message}`);
    return undefined;
  }
}

type Job = z.infer<typeof jobsSchema>['jobs'][number];

function endingOf({ name, conclusion, steps }: Job, runStep: string): Ending | undefined {
  const all = steps ?? [];
  const index = all.findIndex(
    (candidate) => candidate.name === runStep || candidate.name.startsWith('Run practicum/practicum/action@'),
  );
  const found = all[index];
  const bad = (one: z.infer<typeof step>): boolean => one.conclusion === 'failure' || one.conclusion === 'cancelled';
  if (!found?.conclusion) {
    const failedStep = all.find(bad)?.name;
    if (!conclusion) return undefined;
    return { conclusion, what: `job "${name}"`, failedLater: [], ...(failedStep === undefined ? {} : { failedStep }) };
  }
  const failedStep = found.conclusion === 'skipped' ? all.slice(0, index).find(bad)?.name : undefined;
  const stopped = conclusion === 'cancelled' && found.conclusion !== 'success';
  return {
    conclusion: stopped ? 'cancelled' : found.conclusion,
    what: `step "${found.name}"`,
    failedLater: all.slice(index + 1).flatMap((later) => (bad(later) ? [later.name] : [])),
    ...(failedStep === undefined ? {} : { failedStep }),
  };
}

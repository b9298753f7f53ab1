// What happens to placed tasks outside: told by webhooks, or found by looking where a webhook did not come.
import type { LiveEvent } from '../../domain/placement/live/events.ts';
import { dispatchId } from '../../domain/placement/live/events.ts';
import { isActive, type LiveState } from '../../domain/placement/live/state.ts';
import type { FlowPorts } from '../../ports/flow-ports.ts';
import type { PlacedJob, Placements } from '../../ports/placement.ts';
import { advancePlacement } from './advance-placement.ts';
import { inForce } from '../course/in-force.ts';
import { readSettings } from './read-submission.ts';

export type JobWebhook = {
  organisation: string;
  repository: string;
  action: string;
  name: string;
  jobId: number;
  runId: number;
  runner: string | null;
  conclusion: string | null;
  at: Date;
};

/** A job of the placement workflow bears the id of its dispatch as its name. */
export async function followPlacedJob(ports: FlowPorts, job: JobWebhook): Promise<void> {
  if (job.repository !== ports.courseRepository) return;
  const { action, name: dispatch, runId, jobId, at } = job;
  const common = { type: 'job' as const, dispatch, runId, jobId, at: at.getTime() / 1000 };
  if (action === 'queued') await advancePlacement(ports, job.organisation, [{ ...common, action }]);
  if (action === 'in_progress')
    await advancePlacement(ports, job.organisation, [{ ...common, action, runner: job.runner ?? '' }]);
  if (action === 'completed')
    await advancePlacement(ports, job.organisation, [{ ...common, action, conclusion: job.conclusion ?? 'failure' }]);
}

/** Now and then: who is lost, what waits too long, whether a window has closed, and which webhooks did not come. */
export async function tickPlacement(ports: FlowPorts, { organisation }: { organisation: string }): Promise<void> {
  const found = await inForce(ports.store, organisation);
  if (!found) return;
  const { placements } = ports.github(found.record);
  const state = await ports.store.placements.queue(organisation);
  const at = ports.clock.now().getTime() / 1000;
  const events: LiveEvent[] = [{ type: 'runners', runners: await placements.runners(), at }];
  if (state) events.unshift(...(await lookAtRuns(placements, found.record.repository, state)));
  const stale = state !== undefined && state.settings.commit !== found.record.commitSha;
  await advancePlacement(ports, organisation, events, stale ? await readSettings(placements, found) : undefined);
}

/** Tasks of which GitHub knows more than we were told. */
async function lookAtRuns(placements: Placements, repository: string, state: LiveState): Promise<LiveEvent[]> {
  const active = new Map(
    state.pipelines.flatMap((entry) => entry.tasks.filter(isActive).map((task) => [dispatchId(entry, task), task])),
  );
  if (active.size === 0) return [];
  const events: LiveEvent[] = [];
  for (const run of await placements.runs(repository)) {
    const task = active.get(run.name);
    const told = task?.status === 'dispatched' ? ['queued', 'waiting', 'pending', 'requested'] : ['in_progress'];
    if (!task || told.includes(run.status)) continue;
    const job = await placements.job(repository, run.id);
    if (job) events.push(...describeJob(job, run.id, run.name));
  }
  return events;
}

function describeJob(job: PlacedJob, runId: number, dispatch: string): LiveEvent[] {
  const common = { type: 'job' as const, dispatch, runId, jobId: job.id };
  const { runner = '', startedAt, completedAt } = job;
  const begun: LiveEvent[] =
    runner !== '' && startedAt ? [{ ...common, action: 'in_progress', runner, at: startedAt.getTime() / 1000 }] : [];
  if (job.status !== 'completed' || !completedAt) return begun;
  const conclusion = job.conclusion ?? 'failure';
  return [...begun, { ...common, action: 'completed', conclusion, at: completedAt.getTime() / 1000 }];
}

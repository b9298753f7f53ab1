// One step of the queue: what happened goes in, the core decides, and the new state and its jobs are stored at once.
import { decide, nextWake, type LiveAction } from '../../domain/placement/live/advance.ts';
import type { LiveEvent } from '../../domain/placement/live/events.ts';
import { forgetBefore, isOver, startLive, type LiveSettings } from '../../domain/placement/live/state.ts';
import type { Job } from '../../ports/job-map.ts';
import type { FlowPorts } from '../../ports/flow-ports.ts';

/** While something waits or runs, runners and runs are looked at this often: a lost one tells nobody. */
const lookEverySeconds = 60;
const keptDays = 120;

/** State, samples and jobs in one transaction: a kill at any point loses no decision and repeats none. */
export async function advancePlacement(
  { store, clock }: FlowPorts,
  organisation: string,
  events: readonly LiveEvent[],
  start?: { settings: LiveSettings; seed: number },
): Promise<void> {
  const now = clock.now();
  await store.transaction(async ({ placements, enqueue }) => {
    const before = (await placements.lockQueue(organisation)) ?? (start && startLive(start.settings, start.seed));
    if (!before) return;
    const known = start ? { ...before, settings: start.settings } : before;
    const { state, actions } = decide(known, events, now);
    const forgotten = new Date(now.getTime() - keptDays * 86_400_000);
    await placements.saveQueue(organisation, forgetBefore(state, forgotten));
    await placements.forgetSamples(organisation, forgotten);
    const at = now.getTime() / 1000;
    await placements.addSamples(
      organisation,
      actions.flatMap((action) => (action.type === 'sample' ? [{ at, ...action }] : [])),
    );
    await enqueue(actions.flatMap((action) => jobFor(organisation, action, now)));
    const wake = nextWake(state, now);
    const look = state.pipelines.some((entry) => !isOver(entry)) ? now.getTime() + lookEverySeconds * 1000 : undefined;
    const next = Math.min(wake?.getTime() ?? Infinity, look ?? Infinity);
    if (next < Infinity) await enqueue([tickJob(organisation, new Date(next))]);
  });
}

function tickJob(organisation: string, dueAt: Date): Job {
  const key = organisation.toLowerCase();
  return { key: `tick-placement/${key}`, name: 'tick-placement', payload: { organisation: key }, dueAt };
}

/** Every action that is carried out on GitHub has a job, whose key makes the same decision the same work. */
function jobFor(organisation: string, action: LiveAction, dueAt: Date): Job[] {
  const prefix = organisation.toLowerCase();
  if (action.type === 'dispatch')
    return [{ key: `place-task/${prefix}/${action.id}`, name: 'place-task', payload: { organisation, action }, dueAt }];
  if (action.type === 'stop')
    return [
      { key: `stop-task/${prefix}/${action.runId}`, name: 'stop-task', payload: { organisation, action }, dueAt },
    ];
  if (action.type === 'report')
    return [
      {
        key: `tell-placement/${prefix}/${action.id}`,
        name: 'tell-placement',
        payload: { organisation, action },
        dueAt,
      },
    ];
  return [];
}

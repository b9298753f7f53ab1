// Who may have a token that checks out a student repository: a run that the app itself started, for a task that it still waits for.
import { isActive, type LivePipeline, type LiveState } from './state.ts';
import { dispatchId } from './events.ts';

/** The workflow that runs placed tasks, in the course repository. */
export const placeWorkflow = 'place.yml';

/** Where a run asks for its token; the address is also the audience that its identity token must name. */
export function checkoutAddress(app: string): string {
  return `${app}/api/checkout-token`;
}

/** What GitHub says of the run that asks. */
type Run = { id: number; name: string; startedBy: string; headBranch: string; path: string; status: string };

/** The pipeline whose task this run is, or why it gets nothing. */
export function findCheckout(
  state: LiveState | undefined,
  run: Run,
  expected: { app: string; branch: string },
): { pipeline: string } | { refused: string } {
  if (run.path.split('@')[0] !== `.github/workflows/${placeWorkflow}`)
    return { refused: 'the run is of another workflow' };
  if (run.headBranch !== expected.branch) return { refused: 'the run is not of the default branch' };
  // Anybody who may write to the course repository can start the workflow, under any name.
  if (run.startedBy !== expected.app) return { refused: 'the run was not started by the app' };
  if (run.status === 'completed') return { refused: 'the run is over' };
  const found = state && findDispatched(state, run);
  return found ? { pipeline: found.id } : { refused: 'the app waits for no such task' };
}

function findDispatched(state: LiveState, run: Run): LivePipeline | undefined {
  return state.pipelines.find((entry) =>
    entry.tasks.some(
      (task) =>
        isActive(task) && dispatchId(entry, task) === run.name && (task.runId === undefined || task.runId === run.id),
    ),
  );
}

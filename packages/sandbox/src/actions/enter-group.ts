// Waits for a concurrency group, of a workflow or of a job.
import type { Actions } from './actions.ts';
import { evaluateValue } from './workflow/evaluate-expression.ts';
import type { LiveRun } from './live-run.ts';
import { asMap, type Json } from './workflow/read-workflow.ts';

/** The sandbox closes while jobs run: they stay as they are and begin again when it is started again. */
export class Closing extends Error {
  readonly code = 'closing';
}

export type GroupRequest = {
  concurrency: Json;
  contexts: Record<string, Json>;
  /** Ends the waiting. */
  signal: AbortSignal;
  /** What a newer member does to this one. */
  cancel: () => void;
};

/** Resolves with the way out: when it is this member's turn, or when it was cancelled while it waited. */
export async function enterGroup(actions: Actions, live: LiveRun, request: GroupRequest): Promise<() => void> {
  const { contexts, signal, cancel } = request;
  const status = { success: true, failure: false, cancelled: false };
  const value = evaluateValue(request.concurrency, { contexts, status });
  const group = typeof value === 'string' ? value : String(asMap(value)['group'] ?? '');
  const key = `${live.record.repository}/${group}`;
  const entered = actions.groups.enter(key, asMap(value)['cancel-in-progress'] === true, cancel);
  await live.pause(Promise.race([entered, aborted(signal), aborted(actions.closing)]));
  if (actions.closing.aborted) throw new Closing();
  return () => void entered.then((leave) => leave());
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}

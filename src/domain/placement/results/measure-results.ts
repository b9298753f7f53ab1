// The figures drawn from results: totals, waiting and execution times, and the two counts over time.
import type { PipelineResult, Sample } from './export-results.ts';
import type { Seconds } from '../live/state.ts';

/** The moments at which the two counts change, from the times of the pipelines alone. */
export function sampleTimes(
  pipelines: readonly { submitted: Seconds; scheduled?: Seconds; finished?: Seconds }[],
): Sample[] {
  const changes = pipelines.flatMap(({ submitted, scheduled, finished }) => [
    { at: submitted, running: 0, waiting: 1 },
    ...(scheduled === undefined ? [] : [{ at: scheduled, running: 1, waiting: -1 }]),
    // One that was cancelled or refused before it started leaves the waiting, not the running.
    ...(finished === undefined
      ? []
      : [{ at: finished, running: scheduled === undefined ? 0 : -1, waiting: scheduled === undefined ? -1 : 0 }]),
  ]);
  const samples: Sample[] = [];
  const now = { running: 0, waiting: 0 };
  for (const change of changes.toSorted((a, b) => a.at - b.at)) {
    now.running += change.running;
    now.waiting += change.waiting;
    if (samples.at(-1)?.at === change.at) samples.pop();
    samples.push({ at: change.at, kind: 'update', ...now });
  }
  return samples;
}

/** The times of one pipeline, in seconds of the epoch. */
export function timesOf(entry: PipelineResult): { submitted: Seconds; scheduled?: Seconds; finished?: Seconds } {
  const at = (text: string): Seconds => Date.parse(text.replace(' ', 'T')) / 1000;
  return {
    submitted: at(entry.submitted_at),
    ...(entry.scheduled_at === null ? {} : { scheduled: at(entry.scheduled_at) }),
    ...(entry.finished_at === null ? {} : { finished: at(entry.finished_at) }),
  };
}

/** A window that closes is a line of its own, with the counts as they were then. `samples` and `windows` are in order of time. */
export function addWindows(samples: readonly Sample[], windows: readonly Seconds[]): Sample[] {
  const before = (at: Seconds): Sample | undefined => samples.findLast((sample) => sample.at < at);
  const lines = windows.map((at): Sample => ({
    at,
    kind: 'new_window',
    running: before(at)?.running ?? 0,
    waiting: before(at)?.waiting ?? 0,
  }));
  return [...lines, ...samples].toSorted((a, b) => a.at - b.at);
}

export type Metrics = {
  pipelines: number;
  finished: number;
  /** From the first start to the last end, as the published analysis counts it, and from the first submission. */
  total_execution: number;
  total_from_submission: number;
  mean_wait: number;
  max_wait: number;
  mean_execution: number;
};

/** The published figures, from results of any time; pipelines that have not ended count where they can. */
export function measure(results: readonly PipelineResult[]): Metrics {
  const at = (text: string): number => Date.parse(text.replace(' ', 'T')) / 1000;
  const started = results.filter((entry) => entry.scheduled_at !== null);
  const ended = started.filter((entry) => entry.finished_at !== null);
  const waits = started.map((entry) => at(entry.scheduled_at ?? '') - at(entry.submitted_at));
  const spans = ended.map((entry) => entry.duration ?? 0);
  const last = Math.max(...ended.map((entry) => at(entry.finished_at ?? '')));
  const mean = (values: readonly number[]): number =>
    values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
  const since = (times: readonly number[]): number => (ended.length === 0 ? 0 : last - Math.min(...times));
  return {
    pipelines: results.length,
    finished: ended.length,
    total_execution: since(started.map((entry) => at(entry.scheduled_at ?? ''))),
    total_from_submission: since(results.map((entry) => at(entry.submitted_at))),
    mean_wait: mean(waits),
    max_wait: Math.max(0, ...waits),
    mean_execution: mean(spans),
  };
}

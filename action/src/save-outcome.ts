// For the job that runs student code: puts outcome, model and logs where the next job finds them.
import { cpSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as core from '@actions/core';
import { stateFolder } from '../../src/runner/keep-tasks.ts';
import type { Outcome } from './outcome.ts';
import { setOutput } from './set-output.ts';
import type { Context } from './read-context.ts';

/** Bytes of a model or of all logs that go into the artifact; a private organisation on a free plan has 500 MB in all. */
const largest = { model: 200 * 1024 * 1024, logs: 20 * 1024 * 1024 };

/**
 * Bytes of an output. It reaches the next job in its environment, where Linux allows 128 KiB for one variable with its
 * name; whatever does not fit is in the artifact.
 */
export const outputLimit = 100_000;

export function saveOutcome(context: Context, outcome: Outcome): void {
  const { outcomeFolder: folder, workspace } = context;
  const root = outcome.pipeline ? dirname(join(workspace, outcome.pipeline.file)) : workspace;
  // First, so that whatever happens to the files, the next job has a word.
  setOutput('outcome-folder', folder);
  setOutput('outcome', JSON.stringify(fitOutcome(outcome, outputLimit)));
  try {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'outcome.json'), JSON.stringify(outcome));
    copy(join(root, stateFolder, 'logs'), join(folder, 'logs'), largest.logs);
    if (outcome.model) copy(join(root, outcome.model.path), join(folder, 'model', outcome.model.path), largest.model);
  } catch (error) {
    core.warning(`Logs and model are not passed on: ${(error as Error).message}`);
  }
}

/** Copies a file or folder as long as there is room: small things are kept although a large one is not. */
function copy(from: string, to: string, room: number): void {
  let left = room;
  let omitted = 0;
  if (!statSync(from, { throwIfNoEntry: false })) return;
  cpSync(from, to, {
    recursive: true,
    dereference: false,
    filter: (source) => {
      const stat = statSync(source, { throwIfNoEntry: false });
      if (!stat?.isFile()) return stat !== undefined;
      if (stat.size > left) {
        omitted++;
        return false;
      }
      left -= stat.size;
      return true;
    },
  });
  if (omitted > 0)
    core.warning(`${omitted} files of ${from} are not passed on: together they are above ${room / 1024 / 1024} MiB.`);
}

type Cut = (outcome: Outcome) => Outcome;

/** What the next job can do without, least needed first. */
const cuts: Cut[] = [
  (outcome) => ({ ...outcome, details: outcome.details.map(({ tail: _tail, ...rest }) => rest) }),
  (outcome) => ({ ...outcome, outputs: {}, details: outcome.details.map((detail) => shortReason(detail, 200)) }),
  (outcome) => ({ ...outcome, details: outcome.details.filter(({ reason }) => reason !== undefined) }),
  (outcome) => ({ ...outcome, problems: outcome.problems.slice(0, 100), metricNotes: outcome.metricNotes.slice(0, 5) }),
  (outcome) => ({ ...outcome, metrics: firstEntries(outcome.metrics, 100), details: outcome.details.slice(0, 50) }),
  (outcome) => ({ ...outcome, problems: outcome.problems.slice(0, 10), details: [] }),
  (outcome) => ({ ...outcome, tasks: failedFirst(outcome.tasks).slice(0, 300) }),
  (outcome) => ({ ...outcome, problems: [], tasks: failedFirst(outcome.tasks).slice(0, 50), metrics: {} }),
  (outcome) => ({ ...outcome, tasks: [], endpointNotes: [] }),
];

/** The outcome, or as much of it as fits into so many bytes of JSON. */
function fitOutcome(outcome: Outcome, bytes: number): Outcome {
  let fitting = outcome;
  for (const cut of cuts) {
    if (Buffer.byteLength(JSON.stringify(fitting)) <= bytes) return fitting;
    fitting = { ...cut(fitting), shortened: true };
  }
  return fitting;
}

function shortReason(detail: Outcome['details'][number], most: number): Outcome['details'][number] {
  return detail.reason === undefined ? detail : { ...detail, reason: detail.reason.slice(0, most) };
}

function failedFirst(tasks: Outcome['tasks']): Outcome['tasks'] {
  const good = (state: string): boolean => ['succeeded', 'kept', 'frozen', 'not needed'].includes(state);
  return tasks.toSorted((a, b) => Number(good(a.state)) - Number(good(b.state)));
}

/** As many entries as there may be, and as fit into the bytes of an output. */
export function firstEntries(numbers: Record<string, number>, most: number, bytes = Infinity): Record<string, number> {
  const kept: [string, number][] = [];
  let used = 2;
  for (const entry of Object.entries(numbers).slice(0, most)) {
    used += Buffer.byteLength(JSON.stringify(entry));
    if (used > bytes) break;
    kept.push(entry);
  }
  return Object.fromEntries(kept);
}

// For the job that runs student code: puts outcome, model and logs where the next job finds them.
import { cpSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as core from '@actions/core';
import { stateFolder } from '../../src/runner/keep-tasks.ts';
import type { Outcome } from './outcome.ts';
import type { Context } from './read-context.ts';

const largest = 500 * 1024 * 1024;

/** Outputs of a job are limited to a megabyte: without the logs' tails the outcome always fits. */
const outputLimit = 600_000;

export function handOn(context: Context, outcome: Outcome): void {
  const { outcomeFolder: folder, workspace } = context;
  const root = outcome.pipeline ? dirname(join(workspace, outcome.pipeline.file)) : workspace;
  const text = JSON.stringify(outcome);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'outcome.json'), text);
  copy(join(root, stateFolder, 'logs'), join(folder, 'logs'));
  if (outcome.model) copy(join(root, outcome.model.path), join(folder, 'model', outcome.model.path));
  core.setOutput('outcome-folder', folder);
  core.setOutput('outcome', text.length <= outputLimit ? text : JSON.stringify(withoutTails(outcome)));
}

function copy(from: string, to: string): void {
  const stat = statSync(from, { throwIfNoEntry: false });
  if (!stat || (stat.isFile() && stat.size > largest)) return;
  cpSync(from, to, { recursive: true, dereference: false });
}

function withoutTails(outcome: Outcome): Outcome {
  return { ...outcome, details: outcome.details.map(({ tail: _tail, ...rest }) => rest) };
}

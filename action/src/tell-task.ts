// The log of the job: one line when a task starts; what it printed, folded, when it ends.
import { randomUUID } from 'node:crypto';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import * as core from '@actions/core';
import { readTail } from '../../src/runner/run-task.ts';
import type { TaskRecord } from '../../src/runner/task-record.ts';

const shown = 1024 * 1024;

export function tellTask(record: TaskRecord, root: string): void {
  if (record.state === 'running') return core.info(`▶ ${record.name}: ${record.runner}`);
  const seconds =
    record.started && record.ended
      ? ` in ${((record.ended.getTime() - record.started.getTime()) / 1000).toFixed(1)} s`
      : '';
  const line = `${record.name} ${record.state}${seconds}${record.reason ? `: ${record.reason}` : ''}`;
  // A task may have removed its own log, as `git clean -fdxq` does.
  const stat = record.log ? statSync(join(root, record.log), { throwIfNoEntry: false }) : undefined;
  if (!record.log || !stat?.isFile()) return core.info(line);
  core.startGroup(line);
  // What a task prints is not for the runner to obey; nor can it guess the word that ends that.
  const stop = `practicum-${randomUUID()}`;
  process.stdout.write(`::stop-commands::${stop}\n`);
  if (stat.size > shown) process.stdout.write(`… the whole log, ${stat.size} bytes, is in ${record.log}\n`);
  process.stdout.write(`${readTail(root, record.log, shown) ?? ''}\n`);
  process.stdout.write(`::${stop}::\n`);
  core.endGroup();
}

// One output of the step. A task may have removed the runner's temporary folder, and the file for outputs with it.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import * as core from '@actions/core';

/** Never throws: without its outputs a run can still be reported. */
export function setOutput(name: string, value: string): void {
  try {
    core.setOutput(name, value);
  } catch {
    again(name, value);
  }
}

/** The runner reads the file by its name when the step has ended, whoever made it. */
function again(name: string, value: string): void {
  const path = process.env['GITHUB_OUTPUT'];
  try {
    if (path) {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, '', { flag: 'a' });
    }
    core.setOutput(name, value);
  } catch (error) {
    core.warning(`The output ${name} cannot be given: ${(error as Error).message}`);
  }
}

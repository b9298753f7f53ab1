// The summary of the step, written at once and again when more is known: what comes later may never come.
import { appendFileSync, mkdirSync, statSync, truncateSync } from 'node:fs';
import { dirname } from 'node:path';
import * as core from '@actions/core';

/** Each call replaces what an earlier call wrote, and nothing else. Never throws. */
export function openSummary(path: string | undefined): (text: string) => void {
  if (!path) return () => {};
  const before = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  return (text) => {
    try {
      mkdirSync(dirname(path), { recursive: true });
      if (statSync(path, { throwIfNoEntry: false })) truncateSync(path, before);
      appendFileSync(path, text);
    } catch (error) {
      core.warning(`No job summary: ${(error as Error).message}`);
    }
  };
}

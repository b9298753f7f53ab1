// The Action: mode → what it does.
import * as core from '@actions/core';
import { reactOnly, reportOnly, runAll, runOnly } from './modes.ts';
import { type Context, type Mode, readContext } from './read-context.ts';

const table: Record<Mode, (context: Context) => Promise<void>> = {
  all: runAll,
  run: runOnly,
  report: reportOnly,
  react: reactOnly,
};

async function main(): Promise<void> {
  const context = readContext(process.env);
  await table[context.mode](context);
}

main().catch((error: unknown) => core.setFailed(error instanceof Error ? error.message : String(error)));

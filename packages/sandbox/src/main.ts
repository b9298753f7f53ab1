#!/usr/bin/env node
// The command line: a sandbox in a process of its own, until it is told to stop.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { startSandbox } from './server/server.ts';
import { isMovable, movableClock, runningClock } from './world/clock.ts';
import { buildWorld } from './worlds/build-world.ts';
import type { BuiltWorld } from './worlds/plan.ts';
import { readWorld } from './worlds/read-world.ts';

const usage = `A GitHub for one machine.

  --dir DIR      where repositories and memory are kept, from one start to the next (needed)
  --port N       the port to listen on; a free one if left out
  --world FILE   builds the world of this YAML file at the first start
  --now TIME     begins at this time, which then moves only when told (POST /_sandbox/clock); real time if left out
`;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      dir: { type: 'string' },
      port: { type: 'string' },
      world: { type: 'string' },
      now: { type: 'string' },
      help: { type: 'boolean' },
    },
  });
  if (values.help === true || values.dir === undefined) {
    (values.help === true ? process.stdout : process.stderr).write(usage);
    return values.help === true ? 0 : 2;
  }
  // npm runs a script of the workspace in the package's folder; paths are meant from where the command was given.
  const from = process.env['INIT_CWD'] ?? process.cwd();
  const dir = resolve(from, values.dir);
  await mkdir(dir, { recursive: true });
  const clock = values.now === undefined ? runningClock() : movableClock(new Date(values.now));
  const port = values.port === undefined ? {} : { port: Number(values.port) };
  const sandbox = await startSandbox({ dir, clock, persist: true, actions: {}, ...port });
  const file = join(dir, 'world.json');
  let built = await readFile(file, 'utf8').then(
    (text) => JSON.parse(text) as BuiltWorld,
    () => undefined,
  );
  if (!built && values.world !== undefined) {
    built = await buildWorld(sandbox, await readWorld(resolve(from, values.world)));
    await writeFile(file, JSON.stringify(built, null, 2), { mode: 0o600 });
  }
  process.stdout.write(`${sandbox.url}\n`);
  process.stderr.write(
    `REST ${sandbox.url}/api/v3, GraphQL ${sandbox.url}/api/graphql, git ${sandbox.url}/ORG/NAME.git\n`,
  );
  if (built) process.stderr.write(`tokens of its people and the App's private key: ${file}\n`);
  if (isMovable(clock)) process.stderr.write(`its time stands at ${clock.now().toISOString()}\n`);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void sandbox.close());
  return 0;
}

process.exitCode = await main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  return 1;
});

// A sandbox for one test: in a folder of its own, with a clock that is moved by hand, and a world if one is wanted.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { movableClock, type MovableClock } from '../world/clock.ts';
import { startSandbox, type Sandbox, type SandboxOptions } from '../server/server.ts';
import { buildWorld } from './build-world.ts';
import type { BuiltWorld, WorldPlan } from './plan.ts';

export type OpenSandbox = Omit<Sandbox, 'clock'> & {
  clock: MovableClock;
  /** Ends it, and removes its folder. */
  close: () => Promise<void>;
};

type Options = Partial<Omit<SandboxOptions, 'clock'>> & { now?: Date };

/** Without a plan the world is empty. */
export async function openSandbox(options?: Options): Promise<OpenSandbox & { built: undefined }>;
export async function openSandbox(options: Options & { plan: WorldPlan }): Promise<OpenSandbox & { built: BuiltWorld }>;
export async function openSandbox({
  plan,
  now = new Date('2027-01-11T08:00:00Z'),
  ...options
}: Options & { plan?: WorldPlan } = {}): Promise<OpenSandbox & { built: BuiltWorld | undefined }> {
  const dir = options.dir ?? (await mkdtemp(join(tmpdir(), 'sandbox-')));
  const clock = movableClock(now);
  const sandbox = await startSandbox({ ...options, dir, clock });
  return {
    ...sandbox,
    clock,
    built: plan && (await buildWorld(sandbox, plan)),
    close: async () => {
      await sandbox.close();
      if (options.dir === undefined) await rm(dir, { recursive: true, force: true });
    },
  };
}

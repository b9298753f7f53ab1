// Stand in for the set-up actions: they use what the machine has, and say when it has not.
import { access, mkdir, symlink } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import type { StandIn } from './stand-in.ts';

/** A stand-in that looks for a program, under other names as well, and puts it on the PATH by its first name. */
export function useInstalled(program: string, ...aliases: string[]): StandIn {
  return async (step) => {
    const path = step.env['PATH'] ?? '';
    if (await find(program, path)) return;
    for (const alias of aliases) {
      const found = await find(alias, path);
      if (!found) continue;
      const folder = join(step.job.folders.tools, `${program}-bin`);
      await mkdir(folder, { recursive: true });
      await symlink(found, join(folder, program)).catch(() => undefined);
      step.job.paths.push(folder);
      return;
    }
    step.job.log.write(`##[warning]This machine has no ${program}; steps that need it will fail.`);
  };
}

/** actions/cache without a cache: every restore misses, every save is forgotten. */
export const missCache: StandIn = async (step) => {
  step.outputs['cache-hit'] = 'false';
  step.job.log.write('Cache not found: the sandbox keeps none.');
};

async function find(program: string, path: string): Promise<string | undefined> {
  for (const folder of path.split(delimiter)) {
    const file = join(folder, program);
    if (
      await access(file).then(
        () => true,
        () => false,
      )
    )
      return file;
  }
  return undefined;
}

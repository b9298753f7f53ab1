// Kills and faults, each at its share of the work, so that harm comes for as long as there is something to harm.
import { drawFault } from './draw-faults.ts';
import type { World } from './start-world.ts';

export type Harm = {
  /** Does what is due when this share of all shipments has arrived. */
  strike: (share: number) => Promise<void>;
  killed: () => number;
  /** How often each fault struck so far, by its name. */
  struck: () => ReadonlyMap<string, number>;
  /** Takes the faults away that have not struck. */
  disarm: () => void;
};

type Plan = { kills: number; faults: number; draw: () => number };

export function planHarm({ sandbox, apps }: Pick<World, 'sandbox' | 'apps'>, { kills, faults, draw }: Plan): Harm {
  const moments = (count: number, until: number): number[] =>
    Array.from({ length: count }, () => draw() * until).toSorted((a, b) => a - b);
  const killAt = moments(kills, 0.97);
  const faultAt = moments(faults, 0.95);
  const struck = new Map<string, number>();
  const armed = new Map<number, string>();
  let killed = 0;
  const gone = new Set<number>();

  /** Counts what has struck and takes it away, so that the list stays short. */
  const harvest = (): void => {
    for (const { id, struck: times } of sandbox.faults.list()) {
      const name = armed.get(id);
      if (times === 0 || name === undefined) continue;
      struck.set(name, (struck.get(name) ?? 0) + 1);
      sandbox.faults.remove(id);
      armed.delete(id);
    }
  };
  const kill = async (pid: number): Promise<void> => {
    await new Promise((resolve) => setTimeout(resolve, draw() * 1500));
    try {
      process.kill(pid, 'SIGKILL');
      killed += 1;
      gone.add(pid);
    } catch {
      // It was just restarting.
    }
  };
  return {
    async strike(share) {
      harvest();
      while (faultAt.length > 0 && faultAt[0]! <= share) {
        faultAt.shift();
        const { name, rule } = drawFault(draw);
        armed.set(sandbox.faults.add(rule), name);
      }
      // A kill waits until the process is up again.
      const pid = apps[killed % apps.length]!.pid();
      if (killed < kills && killAt[killed]! <= share && pid !== undefined && !gone.has(pid)) await kill(pid);
    },
    killed: () => killed,
    struck: () => struck,
    disarm() {
      harvest();
      sandbox.faults.clear();
      armed.clear();
    },
  };
}

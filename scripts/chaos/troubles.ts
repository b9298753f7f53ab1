// What the app stands on is away for a while, or another than it was: database, GitHub, disk, clock, tokens, secrets, the processor.
import type { MovableClock, Sandbox } from '@practicum/sandbox';
import type { AppProcess } from '../../src/rehearsal/app-process.ts';
import type { Pool } from '../../src/postgres/pool.ts';
import type { SmallDisk } from './small-disk.ts';
import type { StallingProxy } from './stalling-proxy.ts';

export type Troubles = {
  /** Begins what is due when this share of all shipments has arrived; one at a time. */
  strike: (share: number) => void;
  /** How often each came so far. */
  came: () => ReadonlyMap<string, number>;
  /** Resolves when nothing is away any more; from then on nothing will be. */
  over: () => Promise<void>;
};

type World = {
  proxy: StallingProxy;
  sandbox: Sandbox;
  clock: MovableClock;
  database: { pool: Pool };
  apps: readonly AppProcess[];
  disk: SmallDisk | undefined;
};
type Plan = { count: number; draw: () => number };
/** Each is over when its promise is. */
type Kinds = Record<string, () => Promise<void>>;

const shortest = 500;
const longest = 3000;
/** A lease lasts five seconds. */
const beyondLeaseMs = 7000;
/** How far the clock is ahead for a while: what came in meanwhile is due as late. */
export const clockJumpMs = 10 * 60_000;

export function planTroubles(world: World, { count, draw }: Plan): Troubles {
  const moments = Array.from({ length: count }, () => draw() * 0.9).toSorted((a, b) => a - b);
  const came = new Map<string, number>();
  const pause = (): Promise<void> => wait(shortest + draw() * (longest - shortest));
  const kinds = { ...ofDatabase(world, pause), ...ofGitHub(world, pause), ...ofMachine(world, pause, draw) };
  const names = Object.keys(kinds);
  let current: Promise<void> | undefined;
  const begin = (): void => {
    const name = names[Math.floor(draw() * names.length)]!;
    current = kinds[name]!().finally(() => {
      came.set(name, (came.get(name) ?? 0) + 1);
      current = undefined;
    });
  };
  return {
    strike(share) {
      if (current || moments.length === 0 || moments[0]! > share) return;
      moments.shift();
      begin();
    },
    came: () => came,
    async over() {
      moments.length = 0;
      await current;
    },
  };
}

function wait(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

function ofDatabase({ proxy, database }: World, pause: () => Promise<void>): Kinds {
  return {
    'database: all connections terminated': async () => {
      await database.pool.query(
        `select pg_terminate_backend(pid) from pg_stat_activity
         where datname = current_database() and application_name = $1`,
        [appName],
      );
    },
    'database: stalled': async () => {
      proxy.stall();
      await pause();
      proxy.resume();
    },
    'database: old connections forgotten': async () => {
      proxy.stall();
      await pause();
      proxy.forget();
      await pause();
      proxy.cut();
    },
    'database: restarted': async () => {
      proxy.refuse();
      await pause();
      proxy.resume();
    },
  };
}

function ofGitHub({ sandbox }: World, pause: () => Promise<void>): Kinds {
  const { store } = sandbox.world.state;
  return {
    'GitHub: away': async () => {
      const id = sandbox.faults.add({ match: { path: '.' }, dropBefore: true });
      await pause();
      sandbox.faults.remove(id);
    },
    'GitHub: 503 to all': async () => {
      const id = sandbox.faults.add({ match: { path: '.' }, status: 503 });
      await pause();
      sandbox.faults.remove(id);
    },
    'GitHub: tokens revoked': async () => {
      for (const [token, { kind }] of Object.entries(store.tokens))
        if (kind === 'installation') delete store.tokens[token];
    },
    'GitHub: another webhook secret': async () => {
      const { webhook } = Object.values(store.apps).find((app) => app.webhook.secret !== null)!;
      const { secret } = webhook;
      webhook.secret = 'a secret that the app does not know yet';
      await pause();
      webhook.secret = secret;
    },
  };
}

function ofMachine({ apps, clock, disk }: World, pause: () => Promise<void>, draw: () => number): Kinds {
  return {
    'process: stopped for longer than a lease': async () => {
      const pid = apps[Math.floor(draw() * apps.length)]!.pid();
      if (pid === undefined || !signal(pid, 'SIGSTOP')) return;
      await wait(beyondLeaseMs);
      signal(pid, 'SIGCONT');
    },
    'clock: ten minutes ahead, then back': async () => {
      clock.advance(clockJumpMs);
      const ahead = clock.now().getTime();
      await pause();
      // Where the next release has become due meanwhile, the clock was set right.
      if (clock.now().getTime() === ahead) clock.advance(-clockJumpMs);
    },
    ...(disk && {
      'disk: full': async () => {
        disk.fill();
        await pause();
        disk.free();
      },
    }),
  };
}

/** False where the process has just ended. */
function signal(pid: number, name: 'SIGSTOP' | 'SIGCONT'): boolean {
  try {
    return process.kill(pid, name);
  } catch {
    return false;
  }
}

/** What the app's connections call themselves; ours are left alone. */
export const appName = 'practicum-chaos-app';

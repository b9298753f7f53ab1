// The service of a synthetic student: the pipeline of a working copy is run, and what it trained is served on this machine.
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from '../free-port.ts';
import type { Guard } from './guard.ts';
import { digestOf, readServing } from './what-is-trained.ts';

const run = promisify(execFile);
const taskLimitMs = 300_000;
const startLimitMs = 60_000;

export type StudentServices = {
  /**
   * Trains in a copy of the folder and serves from it, in place of what was served before; undefined when that fails. What
   * serves what the folder would come to goes on.
   */
  deploy: (repository: string, folder: string) => Promise<string | undefined>;
  stop: () => Promise<void>;
};

type Service = { port: number; folder: string; process: ChildProcess; madeOf: string };

export function studentServices(guard: Pick<Guard, 'end' | 'forget'>): StudentServices {
  const services = new Map<string, Service>();
  const end = async (owner: string): Promise<number | undefined> => {
    const service = services.get(owner);
    if (!service) return undefined;
    services.delete(owner);
    const ended = new Promise((resolve) => service.process.once('exit', resolve));
    if (service.process.exitCode === null && service.process.kill('SIGKILL')) await ended;
    guard.forget(service.process.pid!);
    await rm(service.folder, { recursive: true, force: true });
    return service.port;
  };
  return {
    async deploy(repository, source) {
      const madeOf = await digestOf(source);
      const running = services.get(repository);
      if (running?.madeOf === madeOf && running.process.exitCode === null && running.process.signalCode === null)
        return urlOf(running.port);
      const folder = await mkdtemp(join(tmpdir(), 'practicum-service-'));
      await run('cp', ['-R', `${source}/.`, folder]);
      const env = { PATH: process.env['PATH'], HOME: folder };
      const serve = await train(folder, env);
      if (serve === undefined) {
        await rm(folder, { recursive: true, force: true });
        return undefined;
      }
      // The address stays the same from one model to the next.
      const port = (await end(repository)) ?? (await freePort());
      const child = spawn('sh', ['-c', `exec ${serve}`], {
        cwd: folder,
        env: { ...env, PORT: String(port), PRACTICUM_REPOSITORY: repository },
        stdio: 'ignore',
      });
      guard.end(child.pid!, 'SIGKILL', folder);
      services.set(repository, { port, folder, process: child, madeOf });
      const url = urlOf(port);
      return (await answers(url, child)) ? url : undefined;
    },
    async stop() {
      for (const owner of services.keys()) await end(owner);
    },
  };
}

const urlOf = (port: number): string => `http://127.0.0.1:${port}`;

/** Runs the tasks that serving needs; returns how to serve, or undefined when a task fails or there is no service. */
async function train(folder: string, env: Record<string, string | undefined>): Promise<string | undefined> {
  const { serve, tasks } = (await readServing(folder)) ?? { serve: undefined, tasks: [] };
  for (const task of tasks) {
    const done = await run('sh', ['-c', task], { cwd: folder, env, timeout: taskLimitMs }).catch(() => undefined);
    if (!done) return undefined;
  }
  return serve;
}

async function answers(url: string, child: ChildProcess): Promise<boolean> {
  const limit = performance.now() + startLimitMs;
  while (performance.now() < limit && child.exitCode === null) {
    const healthy = await fetch(`${url}/health`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (healthy) return true;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return false;
}

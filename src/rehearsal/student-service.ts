// The service of a synthetic student: the pipeline of a working copy is run, and what it trained is served on this machine.
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { readYamlValue } from '../domain/text/parse-yaml.ts';
import { freePort } from '../free-port.ts';
import type { Guard } from './guard.ts';

const run = promisify(execFile);
const taskLimitMs = 300_000;
const startLimitMs = 60_000;

export type StudentServices = {
  /** Trains in a copy of the folder and serves from it, in place of what was served before; undefined when that fails. */
  deploy: (repository: string, folder: string) => Promise<string | undefined>;
  stop: () => Promise<void>;
};

type Service = { port: number; folder: string; process: ChildProcess };
type PipelineFile = { tasks?: Record<string, { run?: string }>; serve?: { run?: string } };

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
      services.set(repository, { port, folder, process: child });
      const url = `http://127.0.0.1:${port}`;
      return (await answers(url, child)) ? url : undefined;
    },
    async stop() {
      for (const owner of services.keys()) await end(owner);
    },
  };
}

/** Runs the tasks in the order of the file; returns how to serve, or undefined when a task fails or there is no service. */
async function train(folder: string, env: Record<string, string | undefined>): Promise<string | undefined> {
  const text = await readFile(join(folder, 'pipeline.yml'), 'utf8').catch(() => '');
  const read = readYamlValue(text);
  const { tasks = {}, serve } = ('value' in read ? (read.value ?? {}) : {}) as PipelineFile;
  if (!serve?.run) return undefined;
  for (const task of Object.values(tasks)) {
    const done = await run('sh', ['-c', task.run ?? 'true'], { cwd: folder, env, timeout: taskLimitMs }).catch(
      () => undefined,
    );
    if (!done) return undefined;
  }
  return serve.run;
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

// A few threads that read what students wrote. One that exceeds its limits is ended, with what it was at, and replaced.
import { getCompileCacheDir } from 'node:module';
import { dirname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { Failure } from '../domain/text/failure.ts';
import type { Aside, Readings } from '../ports/aside.ts';
import { costMeter, type Meter } from '../ports/costs.ts';
import { usedLately } from './used-lately.ts';

export type AsideLimits = {
  /** Processor time of one reading, in milliseconds. */
  cpuMs: number;
  memoryMb: number;
  threads: number;
};
export type OpenAside = Aside & { close: () => Promise<void> };

/** Few threads, since the rest of the machine is for everybody else. */
const usual: AsideLimits = { cpuMs: 5000, memoryMb: 512, threads: 2 };

type Task = {
  whose: string;
  name: keyof Readings;
  input: unknown[];
  /** Of the work that asks. */
  meter: Meter;
  resolve: (value: unknown) => void;
  reject: (error: Error) => void;
};
/** `done`: what it was at is read, and only to be accounted for. */
type Slot = { worker: Worker; task?: Task; usedBefore: number; ready: boolean; done: boolean; idle?: NodeJS.Timeout };
/** `last`: the thread is to be ended, and nobody waits for it. */
type WorkerMessage = { ready: true } | (({ value: unknown } | { failed: string }) & { last: boolean });

const watchEveryMs = 50;
/** A thread with nothing to do ends. */
const idleMs = 30_000;
/** However little of the processor a thread gets, this many times its limit is too long. */
const patience = 20;

const own = new URL('./worker.ts', import.meta.url);

export function openAside(given: Partial<AsideLimits> = {}): OpenAside {
  const threads = new Threads({ ...usual, ...given });
  return {
    read: (whose, name, ...input) =>
      new Promise((resolve, reject) => {
        threads.add({ whose, name, input, meter: costMeter(), resolve: resolve as Task['resolve'], reject });
      }),
    close: () => threads.close(),
  };
}

class Threads {
  private readonly limits: AsideLimits;
  private readonly slots = new Set<Slot>();
  private readonly waiting: Task[] = [];
  private readonly used = usedLately();
  private closed = false;

  constructor(limits: AsideLimits) {
    this.limits = limits;
  }

  add(task: Task): void {
    this.waiting.push(task);
    this.next();
  }

  async close(): Promise<void> {
    this.closed = true;
    const gone = [...this.slots].map(async ({ worker }) => worker.terminate());
    for (const slot of this.slots) this.lose(slot, 'the app is stopping');
    await Promise.all(gone);
  }

  /** Gives what waits to threads that are free, and starts one where there are not enough. */
  private next(): void {
    while (!this.closed && this.waiting.length > 0) {
      const slot = [...this.slots].find(({ ready, task }) => ready && !task);
      if (!slot) {
        const starting = [...this.slots].filter(({ ready }) => !ready).length;
        if (this.slots.size < this.limits.threads && starting < this.waiting.length) this.start();
        return;
      }
      const task = this.waiting.splice(this.used.leastOf(this.waiting), 1)[0]!;
      clearTimeout(slot.idle);
      slot.task = task;
      slot.done = false;
      slot.worker.ref();
      slot.worker.postMessage({ name: task.name, input: task.input });
      watch(slot, task, this.limits, (why) => this.lose(slot, why));
    }
  }

  private start(): void {
    const worker = openThread(this.limits);
    const slot: Slot = { worker, usedBefore: 0, ready: false, done: false };
    this.slots.add(slot);
    worker.on('message', (said: WorkerMessage) => void this.hear(slot, said));
    worker.on('error', (error) => this.lose(slot, whyOf(error, this.limits)));
    worker.on('exit', () => this.lose(slot, 'the thread that read it ended'));
  }

  private async hear(slot: Slot, said: WorkerMessage): Promise<void> {
    const { task } = slot;
    slot.done = true;
    const now = await cpuOf(slot);
    if (task) this.account(task, now - slot.usedBefore);
    delete slot.task;
    slot.ready = true;
    slot.usedBefore = now;
    if ('last' in said && said.last) this.lose(slot, 'it was its last');
    else {
      slot.worker.unref();
      slot.idle = setTimeout(() => this.lose(slot, 'it was idle'), idleMs).unref();
    }
    if ('value' in said) task?.resolve(said.value);
    else if ('failed' in said) task?.reject(new Failure('reading-failed', said.failed, { permanent: true }));
    this.next();
  }

  private account({ whose, meter }: Task, usedMs: number): void {
    this.used.add(whose, usedMs);
    meter('reading', usedMs);
  }

  /** The thread is lost; so is what it was at. */
  private lose(slot: Slot, why: string): void {
    if (!this.slots.delete(slot)) return;
    clearTimeout(slot.idle);
    void slot.worker.terminate();
    const { task } = slot;
    delete slot.task;
    if (task) this.account(task, this.limits.cpuMs);
    // Nothing that was read is at fault when the app stops, or when the thread never came to life.
    task?.reject(
      this.closed ? new Failure('reading-failed', why) : new Failure('reading-exceeded', why, { permanent: true }),
    );
    if (!slot.ready) for (const reader of this.waiting.splice(0)) reader.reject(new Failure('reading-failed', why));
    this.next();
  }
}

/** Nothing of ours is within its reach: no settings, no secrets. */
function openThread({ memoryMb }: AsideLimits): Worker {
  const resourceLimits = { maxOldGenerationSizeMb: memoryMb, maxYoungGenerationSizeMb: 64, stackSizeMb: 4 };
  const cache = getCompileCacheDir();
  // Of the folder that was named, Node uses one for its own version.
  const workerData = { compiled: cache && dirname(cache) };
  return new Worker(own, { env: {}, execArgv: [], resourceLimits, workerData });
}

/** Looks at the thread until it is done with the task, or has used up what it may. */
function watch(slot: Slot, task: Task, { cpuMs }: AsideLimits, exceeded: (why: string) => void): void {
  const began = performance.now();
  const timer = setInterval(() => {
    if (slot.task !== task || slot.done) return clearInterval(timer);
    void cpuOf(slot).then((now) => {
      if (slot.task !== task || slot.done) return;
      const seconds = cpuMs / 1000;
      if (now - slot.usedBefore > cpuMs) exceeded(`it took more than ${seconds} seconds of processor time to read`);
      else if (performance.now() - began > cpuMs * patience)
        exceeded(`it was not read within ${seconds * patience} seconds`);
    });
  }, watchEveryMs);
  timer.unref();
}

/** Processor time of the thread so far, in milliseconds; of one that is gone, nothing more. */
async function cpuOf({ worker, usedBefore }: Slot): Promise<number> {
  const usage = await worker.cpuUsage().catch(() => undefined);
  return usage ? (usage.user + usage.system) / 1000 : usedBefore;
}

function whyOf(error: unknown, { memoryMb }: AsideLimits): string {
  const code = (error as { code?: unknown } | null)?.code;
  return code === 'ERR_WORKER_OUT_OF_MEMORY'
    ? `it took more than ${memoryMb} MB of memory to read`
    : 'the thread that read it broke down';
}

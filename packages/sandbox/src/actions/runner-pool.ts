// Which runner takes which job: hosted slots and registered runners, first come first served per label.
import type { State } from '../world/state.ts';
import { actionsOf, type RunnerRecord } from './records.ts';

export type Lease = { runner: LeasedRunner; release: () => void };
export type LeasedRunner = {
  id: number;
  name: string;
  group: number;
  groupName: string;
  environment: 'github-hosted' | 'self-hosted';
  speed: number;
  ephemeral: boolean;
};

type Waiting = {
  labels: string[];
  repository: { id: number; owner: number };
  take: (lease: Lease) => void;
};

/** What `runs-on: ubuntu-latest` and its like mean. */
const HOSTED_LABEL = /^(ubuntu-(latest|slim|\d\d\.\d\d(-arm)?)|macos-.+|windows-.+)$/;
const HOSTED_GROUP = { group: 0, groupName: 'GitHub Actions' };

export class RunnerPool {
  readonly #state: State;
  readonly #hosted: { slots: number; busy: Set<number> };
  readonly #busy = new Set<number>();
  readonly #waiting: Waiting[] = [];

  constructor(state: State, hostedSlots: number) {
    this.#state = state;
    this.#hosted = { slots: hostedSlots, busy: new Set() };
  }

  isBusy(runner: RunnerRecord): boolean {
    return this.#busy.has(runner.id);
  }

  /** Waits for a free runner that has all the labels. Rejects when the signal aborts. */
  acquire(labels: string[], repository: Waiting['repository'], signal: AbortSignal): Promise<Lease> {
    return new Promise((resolve, reject) => {
      const cancel = (): void => {
        this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
        reject(new Error('cancelled while queued'));
      };
      const waiting: Waiting = {
        labels: labels.map((label) => label.toLowerCase()),
        repository,
        take: (lease) => {
          signal.removeEventListener('abort', cancel);
          resolve(lease);
        },
      };
      if (signal.aborted) return reject(new Error('cancelled while queued'));
      signal.addEventListener('abort', cancel, { once: true });
      this.#waiting.push(waiting);
      this.match();
    });
  }

  /** Gives free runners to who waits; called again whenever a runner appears, returns or comes online. */
  match(): void {
    for (const waiting of this.#waiting.slice()) {
      const lease = this.#leaseFor(waiting);
      if (!lease) continue;
      this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
      waiting.take(lease);
    }
  }

  /** True when a job waits that some runner, though busy now, can take. */
  get hasServable(): boolean {
    return this.#waiting.some((waiting) => isHosted(waiting.labels) || this.#runnersFor(waiting).length > 0);
  }

  #leaseFor(waiting: Waiting): Lease | undefined {
    if (isHosted(waiting.labels)) {
      const slot = Array.from({ length: this.#hosted.slots }, (_, at) => at + 1).find(
        (at) => !this.#hosted.busy.has(at),
      );
      if (slot === undefined) return undefined;
      this.#hosted.busy.add(slot);
      const runner: LeasedRunner = {
        id: slot,
        name: `GitHub Actions ${slot}`,
        ...HOSTED_GROUP,
        environment: 'github-hosted',
        speed: 1,
        ephemeral: false,
      };
      return this.#lease(runner, () => this.#hosted.busy.delete(slot));
    }
    const free = this.#runnersFor(waiting).find((runner) => !this.#busy.has(runner.id));
    if (!free) return undefined;
    this.#busy.add(free.id);
    const { id, name, speed, ephemeral } = free;
    return this.#lease(
      { id, name, group: 1, groupName: 'Default', environment: 'self-hosted', speed, ephemeral },
      () => {
        this.#busy.delete(id);
        if (ephemeral) delete actionsOf(this.#state).runners[id];
      },
    );
  }

  #lease(runner: LeasedRunner, free: () => void): Lease {
    const release = (): void => {
      free();
      this.match();
    };
    return { runner, release };
  }

  #runnersFor({ labels, repository }: Waiting): RunnerRecord[] {
    return Object.values(actionsOf(this.#state).runners).filter(
      (runner) =>
        runner.online &&
        (runner.repository === repository.id || runner.account === repository.owner) &&
        labels.every((label) => runner.labels.some((own) => own.toLowerCase() === label)),
    );
  }
}

function isHosted(labels: string[]): boolean {
  return labels.length === 1 && HOSTED_LABEL.test(labels[0] ?? '');
}

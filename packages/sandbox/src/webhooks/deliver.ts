// Carries webhooks to their receivers: signed, one after another per app (or repository), each tried once, the outcome kept.
import type { DeliveryFate } from '../http/faults.ts';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { DeliveryAttempt } from '../world/records.ts';
import type { State } from '../world/state.ts';
import { payloadsIn, payloadsInMemory, type PayloadStore } from './payloads.ts';
import { post, signatures } from './post.ts';

export type DelivererOptions = {
  /** Payloads are files below it; without one they are in memory. */
  dir: string | undefined;
  state: State;
  now: () => Date;
  timeout: () => number;
  /** Those of different repositories do not wait for each other. */
  sideBySide: () => boolean;
  fate: (attempt: DeliveryAttempt) => DeliveryFate;
  /** After an attempt has ended. */
  onDone: () => void;
  log: (line: string) => void;
};

const keepFor = 3 * 24 * 3600 * 1000;

/** The queue of deliveries. With a folder, payloads lie in DIR/deliveries, one file per GUID, so that they survive the process. */
export class Deliverer {
  readonly #options: DelivererOptions;
  readonly #queues = new Map<string, DeliveryAttempt[]>();
  readonly #busy = new Set<string>();
  readonly #closing = new AbortController();
  readonly #payloads: PayloadStore;
  #pending = 0;

  constructor(options: DelivererOptions) {
    this.#options = options;
    this.#payloads = options.dir === undefined ? payloadsInMemory() : payloadsIn(join(options.dir, 'deliveries'));
  }

  get pending(): number {
    return this.#pending;
  }

  /** Goes on with what was pending when the sandbox was last stopped. */
  resume(): void {
    for (const attempt of this.#options.state.store.deliveries) if (attempt.state === 'pending') this.#push(attempt);
  }

  close(): void {
    this.#closing.abort();
  }

  payload(guid: string): string {
    return this.#payloads.read(guid);
  }

  enqueue(
    fields: Pick<DeliveryAttempt, 'app' | 'installation' | 'repository' | 'event' | 'action'>,
    payload: string,
  ): void {
    const guid = randomUUID();
    this.#payloads.write(guid, payload);
    this.#add({ ...fields, guid, redelivery: false });
  }

  /** The same event again, under the same GUID. */
  redeliver(previous: DeliveryAttempt): void {
    this.#add({ ...previous, redelivery: true });
  }

  #add(
    fields: Omit<DeliveryAttempt, 'id' | 'state' | 'status' | 'statusCode' | 'duration' | 'deliveredAt' | 'createdAt'>,
  ): void {
    const { state, now } = this.#options;
    const attempt: DeliveryAttempt = {
      ...fields,
      id: state.nextId(),
      state: 'pending',
      status: '',
      statusCode: 0,
      duration: 0,
      deliveredAt: now().toISOString(),
      createdAt: new Date().toISOString(),
    };
    state.store.deliveries.push(attempt);
    this.#prune();
    this.#push(attempt);
  }

  #push(attempt: DeliveryAttempt): void {
    const lane = this.#options.sideBySide() ? `${attempt.app} ${attempt.repository ?? ''}` : String(attempt.app);
    const queue = this.#queues.get(lane) ?? [];
    this.#queues.set(lane, queue);
    queue.push(attempt);
    this.#pending += 1;
    this.#options.state.touch();
    if (!this.#busy.has(lane)) void this.#work(lane, queue);
  }

  async #work(lane: string, queue: DeliveryAttempt[]): Promise<void> {
    this.#busy.add(lane);
    // Not in the same tick: the change that caused the event is complete, and answered, first.
    await new Promise((resolve) => setImmediate(resolve));
    for (let next = queue.shift(); next && !this.#closing.signal.aborted; next = queue.shift()) {
      const fate = this.#options.fate(next);
      if (fate === 'hold' && queue.length > 0) {
        queue.splice(1, 0, next);
        continue;
      }
      if (fate === 'lose') Object.assign(next, { state: 'done', status: 'lost', statusCode: 0 });
      else for (let times = fate === 'duplicate' ? 2 : 1; times > 0; times--) await this.#send(next);
      if (this.#closing.signal.aborted) return;
      this.#pending -= 1;
      this.#options.state.touch();
      this.#options.onDone();
    }
    this.#busy.delete(lane);
    this.#queues.delete(lane);
  }

  async #send(attempt: DeliveryAttempt): Promise<void> {
    const started = performance.now();
    const app = this.#options.state.store.apps[attempt.app];
    const outcome = await this.#post(attempt);
    // A delivery that is cut off by the end of the sandbox stays pending and is made again.
    if (this.#closing.signal.aborted) return;
    const duration = Math.round(performance.now() - started) / 1000;
    Object.assign(attempt, outcome, { state: 'done', duration, deliveredAt: this.#options.now().toISOString() });
    if (outcome.status !== 'OK') {
      this.#options.log(`delivery of ${attempt.event} to ${app?.slug}: ${outcome.statusCode} ${outcome.status}`);
    }
  }

  async #post(attempt: DeliveryAttempt): Promise<{ status: string; statusCode: number }> {
    const app = this.#options.state.store.apps[attempt.app];
    const url = app?.webhook.active ? app.webhook.url : null;
    if (!app || url === null) return { status: 'no webhook', statusCode: 0 };
    const body = this.payload(attempt.guid);
    try {
      const statusCode = await post(url, {
        signal: AbortSignal.any([AbortSignal.timeout(this.#options.timeout()), this.#closing.signal]),
        headers: {
          'content-type': 'application/json',
          'user-agent': 'GitHub-Hookshot/sandbox',
          accept: '*/*',
          'x-github-delivery': attempt.guid,
          'x-github-event': attempt.event,
          'x-github-hook-id': String(app.id),
          'x-github-hook-installation-target-id': String(app.id),
          'x-github-hook-installation-target-type': 'integration',
          ...signatures(app.webhook.secret, body),
        },
        body,
      });
      const good = statusCode >= 200 && statusCode < 300;
      return { status: good ? 'OK' : `Invalid HTTP Response: ${statusCode}`, statusCode };
    } catch (error) {
      const late = [error, (error as Error).cause].some(
        (fault) => (fault as Error | undefined)?.name === 'TimeoutError',
      );
      return { status: late ? 'timed out' : 'failed to connect to host', statusCode: late ? 504 : 502 };
    }
  }

  /** GitHub keeps deliveries for three days. */
  #prune(): void {
    const { deliveries } = this.#options.state.store;
    if (deliveries.length < 2000 || deliveries.length % 500 !== 0) return;
    const oldest = this.#options.now().getTime() - keepFor;
    const kept = deliveries.filter(
      (delivery) => delivery.state === 'pending' || Date.parse(delivery.deliveredAt) >= oldest,
    );
    const guids = new Set(kept.map((attempt) => attempt.guid));
    for (const { guid } of deliveries) {
      if (!guids.has(guid)) this.#payloads.remove(guid);
    }
    this.#options.state.store.deliveries = kept;
  }
}

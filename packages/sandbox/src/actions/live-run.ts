// A run while it is under way: how it is cancelled, and whether it waits for something that may never come.
import type { RunRecord } from './records.ts';

export class LiveRun {
  readonly record: RunRecord;
  readonly cancelled = new AbortController();
  /** Parts that are working now, and jobs that stand in the queue for a runner. */
  #working = 1;
  #queued = 0;

  constructor(record: RunRecord) {
    this.record = record;
  }

  cancel(): void {
    this.cancelled.abort();
  }

  /** A part of the run begins to work; to be called with `end` when it is over. */
  begin(): void {
    this.#working++;
  }

  end(): void {
    this.#working--;
  }

  /** Waits for another part (a needed job, a group) without counting as work. */
  async pause<T>(wait: Promise<T>): Promise<T> {
    this.#working--;
    try {
      return await wait;
    } finally {
      this.#working++;
    }
  }

  /** Like `pause`, in the queue for a runner. */
  async queue<T>(wait: Promise<T>): Promise<T> {
    this.#queued++;
    try {
      return await this.pause(wait);
    } finally {
      this.#queued--;
    }
  }

  /** True when nothing works and all that is left stands in the queue. */
  get isWaitingForRunners(): boolean {
    return this.#working === 0 && this.#queued > 0;
  }

  /** True when nothing works and nothing is queued: it waits for another run of its concurrency group. */
  get isWaitingForOthers(): boolean {
    return this.#working === 0 && this.#queued === 0;
  }
}

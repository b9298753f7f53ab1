// What was read last of each of many, by the revision it had, within so many characters: what was not asked for the longest goes first.

type Entry<Value> = { revision: string; value: Value; size: number };

export class LatelyRead<Value> {
  readonly #entries = new Map<string, Entry<Value>>();
  readonly #most: number;
  #size = 0;

  constructor(most: number) {
    this.#most = most;
  }

  /** What is kept of one, or of all, by revision: whoever asks the database by it has it, whatever is forgotten meanwhile. */
  held(key?: string): Map<string, Value> {
    const entries = key === undefined ? [...this.#entries.values()] : [this.#entries.get(key)];
    return new Map(entries.flatMap((entry) => (entry ? [[entry.revision, entry.value] as const] : [])));
  }

  /** It is the newest now. */
  use(key: string): void {
    const entry = this.#entries.get(key);
    if (!entry) return;
    this.#entries.delete(key);
    this.#entries.set(key, entry);
  }

  keep(key: string, revision: string, value: Value, size: number): Value {
    this.#forget(key);
    this.#entries.set(key, { revision, value, size });
    this.#size += size;
    // The one that is in use stays, however large it is.
    for (const oldest of this.#entries.keys()) {
      if (this.#size <= this.#most || oldest === key) break;
      this.#forget(oldest);
    }
    return value;
  }

  #forget(key: string): void {
    this.#size -= this.#entries.get(key)?.size ?? 0;
    this.#entries.delete(key);
  }
}

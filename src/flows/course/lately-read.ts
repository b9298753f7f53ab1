// What was read last, within so many characters of text: what does not fit is forgotten, what was not asked for the longest first.

type Entry<Value> = { text: string; value: Value };

export class LatelyRead<Value> {
  readonly #entries = new Map<string, Entry<Value>>();
  readonly #most: number;
  #size = 0;

  constructor(most: number) {
    this.#most = most;
  }

  /** What was made of this very text, or is made of it now. */
  get(key: string, text: string, make: () => Value): Value {
    const found = this.#entries.get(key);
    const value = found?.text === text ? found.value : make();
    this.#forget(key);
    this.#entries.set(key, { text, value });
    this.#size += text.length;
    // The one that is in use stays, however large it is.
    for (const oldest of this.#entries.keys()) {
      if (this.#size <= this.#most || oldest === key) break;
      this.#forget(oldest);
    }
    return value;
  }

  #forget(key: string): void {
    this.#size -= this.#entries.get(key)?.text.length ?? 0;
    this.#entries.delete(key);
  }
}

// Keeps the store in DIR/sandbox.json: written whole, to a temporary file, then renamed over the old one.
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Store } from './records.ts';
import { emptyStore } from './state.ts';

const fileOf = (dir: string) => join(dir, 'sandbox.json');

export function loadStore(dir: string): Store {
  if (!existsSync(fileOf(dir))) return emptyStore();
  const stored = JSON.parse(readFileSync(fileOf(dir), 'utf8')) as Store;
  if (stored.version !== 1) throw new Error(`${fileOf(dir)} was written by another version of the sandbox`);
  return { ...emptyStore(), ...stored };
}

/** Writers that come while a write is under way share the next one. */
export class StoreFile {
  readonly #dir: string;
  readonly #store: () => Store;
  #running: Promise<void> | undefined;
  #next: Promise<void> | undefined;

  constructor(dir: string, store: () => Store) {
    this.#dir = dir;
    this.#store = store;
  }

  /** Resolves when everything that was in the store at the call is on the disk. */
  save(): Promise<void> {
    if (this.#next) return this.#next;
    const before = this.#running ?? Promise.resolve();
    this.#next = before
      .catch(() => {})
      .then(() => {
        this.#running = this.#next;
        this.#next = undefined;
        return this.#write();
      });
    return this.#next;
  }

  async #write(): Promise<void> {
    const content = JSON.stringify(this.#store());
    await mkdir(this.#dir, { recursive: true });
    const temporary = `${fileOf(this.#dir)}.tmp`;
    await writeFile(temporary, content);
    await rename(temporary, fileOf(this.#dir));
  }
}

// Long-lived `git cat-file --batch` processes, one per repository in use, the least recently used stopped first.
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { gitEnvironment } from './spawn.ts';

export type GitObject = { oid: string; type: 'blob' | 'tree' | 'commit' | 'tag'; content: Buffer };

type Waiting = { resolve: (object: GitObject | undefined) => void; reject: (error: Error) => void };

type Head = { oid: string; type: GitObject['type']; size: number };

class Batch {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #waiting: Waiting[] = [];
  #chunks: Buffer[] = [];
  #length = 0;
  #wanted = 0;
  #head: Head | undefined;
  closed = false;

  constructor(directory: string) {
    this.#child = spawn('git', ['--git-dir', directory, 'cat-file', '--batch'], { env: gitEnvironment() });
    this.#child.stdout.on('data', (chunk: Buffer) => this.#take(chunk));
    this.#child.stdin.on('error', () => {});
    this.#child.stderr.resume();
    const end = () => {
      this.closed = true;
      for (const { reject } of this.#waiting.splice(0)) reject(new Error('git cat-file ended'));
    };
    this.#child.on('close', end).on('error', end);
  }

  get idle(): boolean {
    return this.#waiting.length === 0;
  }

  read(name: string): Promise<GitObject | undefined> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.#child.stdin.write(`${name}\n`);
    });
  }

  stop(): void {
    this.closed = true;
    this.#child.stdin.end();
  }

  #take(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#length += chunk.length;
    while (this.#length >= Math.max(1, this.#wanted)) {
      const all = this.#chunks.length === 1 ? (this.#chunks[0] as Buffer) : Buffer.concat(this.#chunks, this.#length);
      this.#chunks = [all];
      const used = this.#head ? this.#body(all) : this.#header(all);
      if (used === 0) return;
      const rest = all.subarray(used);
      this.#chunks = rest.length > 0 ? [rest] : [];
      this.#length = rest.length;
    }
  }

  #header(all: Buffer): number {
    const end = all.indexOf(10);
    if (end < 0) {
      this.#wanted = all.length + 1;
      return 0;
    }
    this.#wanted = 0;
    const [oid = '', type = '', size = ''] = all.toString('latin1', 0, end).split(' ');
    if (/^[0-9a-f]{40}$/.test(oid) && /^\d+$/.test(size)) {
      this.#head = { oid, type: type as GitObject['type'], size: Number(size) };
      this.#wanted = this.#head.size + 1;
    } else this.#waiting.shift()?.resolve(undefined);
    return end + 1;
  }

  #body(all: Buffer): number {
    const { oid, type, size } = this.#head as Head;
    if (all.length < size + 1) return 0;
    this.#head = undefined;
    this.#wanted = 0;
    this.#waiting.shift()?.resolve({ oid, type, content: Buffer.from(all.subarray(0, size)) });
    return size + 1;
  }
}

/** Reads any object of any repository; keeps at most `limit` processes. */
export class CatFiles {
  readonly #batches = new Map<string, Batch>();
  readonly #limit: number;

  constructor(limit = 16) {
    this.#limit = limit;
  }

  read(directory: string, name: string): Promise<GitObject | undefined> {
    let batch = this.#batches.get(directory);
    this.#batches.delete(directory);
    if (!batch || batch.closed) batch = new Batch(directory);
    this.#batches.set(directory, batch);
    for (const [other, candidate] of this.#batches) {
      if (this.#batches.size <= this.#limit) break;
      if (other === directory || !candidate.idle) continue;
      candidate.stop();
      this.#batches.delete(other);
    }
    return batch.read(name);
  }

  /** Forgets a repository that was moved or deleted. */
  forget(directory: string): void {
    this.#batches.get(directory)?.stop();
    this.#batches.delete(directory);
  }

  close(): void {
    for (const batch of this.#batches.values()) batch.stop();
    this.#batches.clear();
  }
}

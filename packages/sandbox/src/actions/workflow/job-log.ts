// The log of one job: every line with its time, every secret replaced by ***.

/** Lines beyond this are dropped with a notice, so that a runaway student program cannot fill the memory. */
const MAX_BYTES = 16 * 1024 * 1024;

export class JobLog {
  readonly #now: () => Date;
  readonly #secrets = new Set<string>();
  readonly #lines: string[] = [];
  #bytes = 0;

  constructor(now: () => Date) {
    this.#now = now;
  }

  /** From now on this text, and each of its lines, never appears. */
  mask(secret: string): void {
    for (const part of [secret, ...secret.split(/\r?\n/)]) if (part.trim().length > 0) this.#secrets.add(part);
  }

  hide(text: string): string {
    let hidden = text;
    // Longest first: a secret that contains another one must vanish whole.
    for (const secret of [...this.#secrets].sort((a, b) => b.length - a.length))
      hidden = hidden.replaceAll(secret, '***');
    return hidden;
  }

  write(text: string): void {
    for (const line of text.split(/\r?\n/)) this.#add(line);
  }

  #add(line: string): void {
    if (this.#bytes > MAX_BYTES) return;
    const stamp = this.#now().toISOString().replace('Z', '0000Z');
    const entry = `${stamp} ${this.hide(line)}`;
    this.#bytes += entry.length + 1;
    this.#lines.push(this.#bytes > MAX_BYTES ? `${stamp} ##[warning]The log is cut here: it is too long.` : entry);
  }

  get length(): number {
    return this.#lines.length;
  }

  /** The text of the lines from `start`, each ended by a newline. */
  text(start = 0, end?: number): string {
    return this.#lines
      .slice(start, end)
      .map((line) => `${line}\n`)
      .join('');
  }
}

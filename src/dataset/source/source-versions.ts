// What was fetched from elsewhere, version by version: a plan is made from one of them, and its releases are cut from that one.
import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { DatasetError } from '../work/dataset-error.ts';
import { digestSource } from './digest-source.ts';
import { fetchSource, type SourceMark, type SourceAccess } from './fetch-source.ts';
import { sweepWork, workPrefix } from '../work/sweep-work.ts';

type Latest = { source: string; sha256: string; mark: SourceMark };

/** A version that nothing was cut from for so long belongs to a course that is over. */
const keepMs = 200 * 24 * 3_600_000;

/** The folder of a source below `kept`, with one folder for each version in it. */
export class SourceVersions {
  readonly #source: string;
  readonly #dir: string;
  readonly #ways: SourceAccess;

  constructor(source: string, kept: string, ways: SourceAccess) {
    this.#source = source;
    this.#dir = join(kept, createHash('sha256').update(source).digest('hex').slice(0, 24));
    this.#ways = ways;
  }

  /** The newest version; asks whether there is a newer one when `refresh` is given, or there is none yet. */
  async latest(refresh: boolean): Promise<string> {
    const known = await this.#readLatest();
    const path = known && this.#pathOf(known.sha256);
    if (known && (await exists(path!))) {
      if (!refresh) return touched(path!);
      return (await this.#fetch(known.mark)) ?? touched(path!);
    }
    return (await this.#fetch())!;
  }

  /** The version with this digest. Throws `source_changed` when it is neither kept nor what is at the source now. */
  async version(sha256: string): Promise<string> {
    const path = this.#pathOf(sha256);
    if (await exists(path)) return touched(path);
    await this.#fetch();
    if (await exists(path)) return path;
    const message = `${this.#source} is no longer the file that was planned (SHA-256 ${sha256.slice(0, 12)}…)`;
    throw new DatasetError('source_changed', `${message}: run the check \`sync\` again to plan with what is there now`);
  }

  /** The path of the version fetched, or undefined where nothing has changed since `mark`. */
  async #fetch(mark?: SourceMark): Promise<string | undefined> {
    await sweepWork(this.#dir, Date.now());
    const work = join(this.#dir, `${workPrefix}${randomUUID()}`);
    try {
      const fetched = join(work, this.#name());
      const fresh = await fetchSource(this.#source, fetched, this.#ways, mark);
      if (fresh === undefined) return undefined;
      const { sha256 } = await digestSource(fetched);
      await moveInto(work, join(this.#pathOf(sha256), '..'));
      const latest: Latest = { source: this.#source, sha256, mark: fresh };
      const note = join(this.#dir, `${workPrefix}${randomUUID()}`);
      await writeFile(note, JSON.stringify(latest));
      await rename(note, join(this.#dir, 'latest.json'));
      await this.#forgetOld(sha256);
      return this.#pathOf(sha256);
    } finally {
      await rm(work, { recursive: true, force: true });
    }
  }

  async #readLatest(): Promise<Latest | undefined> {
    const text = await readFile(join(this.#dir, 'latest.json'), 'utf8').catch(() => undefined);
    return text === undefined ? undefined : (JSON.parse(text) as Latest);
  }

  async #forgetOld(current: string): Promise<void> {
    const names = (await readdir(this.#dir)).filter((name) => /^[0-9a-f]{64}$/.test(name) && name !== current);
    for (const name of names) {
      const info = await stat(join(this.#dir, name)).catch(() => undefined);
      if (info && Date.now() - info.mtimeMs > keepMs) await rm(join(this.#dir, name), { recursive: true, force: true });
    }
  }

  #pathOf(sha256: string): string {
    return join(this.#dir, sha256, this.#name());
  }

  #name(): string {
    return basename(this.#source.replace(/[?#].*$/, '')).replace(/[^\w.-]/g, '_') || 'file';
  }
}

/** Another process may have fetched the same. */
async function moveInto(from: string, to: string): Promise<void> {
  await mkdir(join(to, '..'), { recursive: true });
  await rename(from, to).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code !== 'ENOTEMPTY' && cause.code !== 'EEXIST') throw cause;
  });
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}

/** Marks the version as used. */
async function touched(path: string): Promise<string> {
  const now = new Date();
  await utimes(join(path, '..'), now, now).catch(() => undefined);
  return path;
}

// Keeps every slice of a challenge once, in a folder named after the source's digest and the spec: what is there is used,
// what is missing is cut. Entries appear whole (made aside, then renamed), so any number of processes may share a store.
import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import type { Shipment } from '../../domain/shipment/shipment.ts';
import { type SliceOwner, type SliceSpec, specKey, specOf } from '../../domain/shipment/slice-spec.ts';
import type { Slice } from '../../ports/slices.ts';
import { cutSource } from './cut-source.ts';
import { DatasetError } from '../work/dataset-error.ts';
import { digestSource, stampSource } from '../source/digest-source.ts';
import { type Bounds, evictEntries, markUsed, usualBounds } from './evict-entries.ts';
import { hashFile } from '../work/hash-file.ts';
import { type SourceOptions, sourceOptions } from '../source/prepare-source.ts';
import { mostTogether } from './most-together.ts';
import { SliceFiles } from './slice-files.ts';
import { sweepWork, workPrefix } from '../work/sweep-work.ts';

/** A slice as it ships. `columns` are those of its header. */
export type StoredSlice = Omit<Slice, 'card'>;

type Entry = { release: string; file: string; bytes: number; rows: number; columns: string[]; sha256: string };
type Index = { format: string; rows: number; slices: Entry[] };
/** What is cut, from where, and the folder of its entries. */
type Cutting = {
  spec: SliceSpec;
  sourcePath: string;
  sha256: string;
  options: SourceOptions;
  extension: string;
  dir: string;
};

/** Shipments of the same challenge whose samples will be wanted soon. */
type Others = () => Promise<readonly Shipment[]>;
const hourMs = 3_600_000;

export class SliceStore {
  readonly #dir: string;
  readonly #bounds: Bounds;
  readonly #running = new Map<string, Promise<void>>();
  readonly #used = new Map<string, number>();
  #swept = 0;
  readonly #digests = new Map<string, { stamp: string; sha256: string }>();
  /** Stamps of slices whose digest was found right: they are read again only when the file has changed. */
  readonly #checked = new Map<string, string>();
  readonly #files = new SliceFiles();

  constructor(dir: string, bounds: Partial<Bounds> = {}) {
    this.#dir = dir;
    this.#bounds = { ...usualBounds, ...bounds };
  }

  /** The slice of a shipment, cut from the source at `sourcePath` unless it is there. Its digest is checked each time. `others` are cut with it. */
  async slice(
    shipment: Shipment,
    sourcePath: string,
    options: SourceOptions = {},
    others?: Others,
  ): Promise<StoredSlice> {
    const cutting = await this.#cutting(shipment, sourcePath, options);
    const owners = ownersOf([shipment]);
    const dir = entryDir(cutting, owners[0]);
    for (let attempt = 0; attempt < 2; attempt++) {
      const index = await this.#index(cutting, owners[0], others);
      const entry = index.slices.find(({ release }) => release === shipment.release);
      if (!entry) throw new DatasetError('release_unknown', `${shipment.challenge} has no release ${shipment.release}`);
      if (await this.#isWhole(dir, entry))
        return this.#stored(dir, entry, index.format, cutting, basename(shipment.path));
      await rm(dir, { recursive: true, force: true });
    }
    throw new DatasetError('cache_damaged', `${dir} does not keep what is written to it`);
  }

  /** The held-out rows with their labels: for requests and for judging quality, never for students. */
  async holdOut(shipment: Shipment, sourcePath: string, options: SourceOptions = {}): Promise<string | undefined> {
    if (shipment.dataset.holdOut === 0) return undefined;
    const cutting = await this.#cutting(shipment, sourcePath, options);
    const { format } = await this.#index(cutting, undefined);
    const lines = format === 'jsonl' || format === 'json';
    return join(entryDir(cutting, undefined), 'teacher', lines ? 'hold-out.jsonl' : 'hold-out.csv');
  }

  async #cutting(shipment: Shipment, sourcePath: string, options: SourceOptions): Promise<Cutting> {
    const spec = specOf(shipment);
    const all = { ...sourceOptions(shipment.dataset), ...options };
    const extension = extname(shipment.path)
      .toLowerCase()
      .replace(/[^.a-z0-9]/g, '');
    const sha256 = shipment.digest ?? (await this.#digest(sourcePath));
    const key = specKey(spec, sha256);
    const form = createHash('sha256')
      .update(JSON.stringify([extension, all]))
      .digest('hex')
      .slice(0, 8);
    return { spec, sourcePath, sha256, options: all, extension, dir: join(this.#dir, `${key}-${form}`) };
  }

  /** The index of an entry: as stored, or cut now; one pass at a time over a source within this process. */
  async #index(cutting: Cutting, owner: SliceOwner | undefined, others?: Others): Promise<Index> {
    const dir = entryDir(cutting, owner);
    for (;;) {
      const known = await readIndex(dir);
      if (known) {
        await this.#use(dir);
        return known;
      }
      const running = this.#running.get(cutting.dir);
      if (!running) break;
      // It may well make this one, too; what it fails at is its own caller's to hear.
      await running.catch(() => undefined);
    }
    const pass = this.#pass(cutting, owner, others);
    this.#running.set(cutting.dir, pass);
    await pass.finally(() => this.#running.delete(cutting.dir));
    const index = await readIndex(dir);
    if (!index) throw new DatasetError('cache_damaged', `${dir} was written but cannot be read`);
    return index;
  }

  /** Samples of others that will be wanted soon are cut in the same pass. */
  async #pass(cutting: Cutting, owner: SliceOwner | undefined, others: Others = async () => []): Promise<void> {
    const owners = owner === undefined ? [] : [owner];
    const most = await mostTogether(cutting.sourcePath, cutting.spec.sample, this.#bounds);
    for (const shipment of owner === undefined ? [] : await others()) {
      if (owners.length >= most) break;
      const [other] = ownersOf([shipment]);
      if (!other || owners.some((sliceOwner) => sliceOwner.owner === other.owner)) continue;
      const { dir } = await this.#cutting(shipment, cutting.sourcePath, {});
      if (dir === cutting.dir && !(await readIndex(entryDir(cutting, other)))) owners.push(other);
    }
    await this.#cutAll(cutting, owners);
  }

  /** Notes that an entry is in use, once an hour. */
  async #use(dir: string): Promise<void> {
    const now = Date.now();
    if (now - (this.#used.get(dir) ?? 0) < hourMs) return;
    this.#used.set(dir, now);
    await markUsed(dir, now);
  }

  async #isWhole(dir: string, entry: Entry): Promise<boolean> {
    const path = join(dir, entry.file);
    const stamp = await stampSource(path).catch(() => undefined);
    if (stamp === undefined) return false;
    if (this.#checked.get(path) === `${entry.sha256} ${stamp}`) return true;
    const { sha256 } = await hashFile(path);
    if (sha256 === entry.sha256) this.#checked.set(path, `${sha256} ${stamp}`);
    return sha256 === entry.sha256;
  }

  async #stored(dir: string, entry: Entry, format: string, cutting: Cutting, name: string): Promise<StoredSlice> {
    const { file, bytes, rows, columns, sha256 } = entry;
    const path = join(dir, file);
    const slice = { path, bytes, rows, columns, sha256 };
    if (format !== 'folder') return slice;
    const files = await this.#files.namedBy(path, cutting.sourcePath, cutting.options.encoding);
    const own = { path: name, from: path, bytes };
    return { ...slice, files, archive: () => this.#files.archive([own, ...files]) };
  }

  async #cutAll(cutting: Cutting, owners: readonly SliceOwner[]): Promise<void> {
    if ((await this.#digest(cutting.sourcePath)) !== cutting.sha256) {
      const source = cutting.options.name ?? cutting.sourcePath;
      throw new DatasetError('source_changed', `${source} is not the file that was planned: plan again, or restore it`);
    }
    await cutEntries(cutting, owners, join(this.#dir, `${workPrefix}${randomUUID()}`));
    const now = Date.now();
    if (now - this.#swept < hourMs) return;
    this.#swept = now;
    await evictEntries(this.#dir, now, this.#bounds);
  }

  async #digest(path: string): Promise<string> {
    const stamp = await stampSource(path);
    const known = this.#digests.get(path);
    if (known?.stamp === stamp) return known.sha256;
    const { sha256 } = await digestSource(path);
    this.#digests.set(path, { stamp, sha256 });
    return sha256;
  }
}

/** Cuts for the course (no owners) or for these owners, and moves each finished entry into place. */
async function cutEntries(cutting: Cutting, owners: readonly SliceOwner[], work: string): Promise<void> {
  const { spec, extension, sourcePath, options } = cutting;
  const names = spec.releases.map(({ name }) => name);
  const fileOf = (release: string): string => `${names.indexOf(release)}${extension}`;
  await sweepWork(join(work, '..'), Date.now());
  const made = (owner?: string): string => join(work, 'made', owner === undefined ? 'course' : nameOf(owner));
  const teacher = owners.length === 0 ? join(made(), 'teacher') : undefined;
  try {
    if (teacher !== undefined) await mkdir(teacher, { recursive: true });
    const place = (release: string, owner?: string): string => join(made(owner), fileOf(release));
    const job = { source: sourcePath, options, spec, owners, place, work: join(work, 'tmp') };
    const before = await stampSource(sourcePath);
    const cut = await cutSource({ ...job, ...(teacher === undefined ? {} : { teacher }) });
    if ((await stampSource(sourcePath)) !== before) {
      throw new DatasetError('source_changed', `${sourcePath} was changed while it was read`);
    }
    for (const owner of owners.length === 0 ? [undefined] : owners) {
      const slices = cut.slices
        .filter((slice) => slice.owner === owner?.owner)
        .map(({ release, bytes, rows, columns, sha256 }) => ({
          release,
          file: fileOf(release),
          bytes,
          rows,
          columns,
          sha256,
        }));
      const index: Index = { format: cut.format, rows: cut.rows, slices };
      await writeFile(join(made(owner?.owner), 'index.json'), JSON.stringify(index));
      await moveInto(made(owner?.owner), entryDir(cutting, owner));
    }
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** Another process may have been faster: its entry has the same bytes, so ours is dropped. */
async function moveInto(from: string, to: string): Promise<void> {
  await mkdir(join(to, '..'), { recursive: true });
  try {
    await rename(from, to);
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
    if (code !== 'ENOTEMPTY' && code !== 'EEXIST') throw cause;
  }
}

function entryDir(cutting: Cutting, owner: SliceOwner | undefined): string {
  return join(cutting.dir, owner === undefined ? 'course' : `${nameOf(owner.owner)}-${owner.seed}`);
}

/** A safe file name that differs for different owners. */
function nameOf(owner: string): string {
  return `owner-${createHash('sha256').update(owner).digest('hex').slice(0, 20)}`;
}

function ownersOf(shipments: readonly Shipment[]): SliceOwner[] {
  const owners = shipments.flatMap(({ per, owner, seed }) => (per === 'student' ? [{ owner, seed }] : []));
  return [...new Map(owners.map((owner) => [owner.owner, owner])).values()];
}

async function readIndex(dir: string): Promise<Index | undefined> {
  const text = await readFile(join(dir, 'index.json'), 'utf8').catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text) as Index);
}

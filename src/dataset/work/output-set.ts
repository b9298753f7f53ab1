// All outputs of one run: a file for each release, or for each release and owner, and the hold-out.
import { type SliceOwner, type SliceSpec } from '../../domain/shipment/slice-spec.ts';
import { bufferBytes, SliceOutput, type WrittenSlice } from './slice-output.ts';

/** A written slice; `columns` as its header names them. Without `owner` it is for the whole course. */
export type SliceRecord = WrittenSlice & { release: string; owner?: string; columns: string[] };

export type Shape = { header: Buffer; columns: string[] };

export class OutputSet {
  readonly #spec: SliceSpec;
  readonly #owners: readonly SliceOwner[];
  readonly #place: (release: string, owner?: string) => string;
  readonly #shapes: readonly Shape[];
  readonly #outputs = new Map<number, SliceOutput>();
  readonly #finished = new Map<number, SliceRecord>();
  readonly #limit: number;

  /** `openReleases`: how many releases are written side by side. */
  constructor(
    spec: SliceSpec,
    owners: readonly SliceOwner[],
    place: (release: string, owner?: string) => string,
    shapes: readonly Shape[],
    openReleases: number,
  ) {
    this.#spec = spec;
    this.#owners = owners;
    this.#place = place;
    this.#shapes = shapes;
    this.#limit = bufferBytes(openReleases * Math.max(1, owners.length));
  }

  /** The output of a release; `owner` is a position among the owners, 0 for the whole course. */
  of(release: number, owner = 0): SliceOutput {
    const key = this.#key(release, owner);
    const known = this.#outputs.get(key);
    if (known) return known;
    const path = this.#place(this.#spec.releases[release]!.name, this.#owners[owner]?.owner);
    const output = new SliceOutput(path, this.#shapes[release]!.header, this.#limit);
    this.#outputs.set(key, output);
    return output;
  }

  /** No more rows of this release: its files are complete and their memory is free. */
  finish(release: number): void {
    for (let owner = 0; owner < Math.max(1, this.#owners.length); owner++) {
      const key = this.#key(release, owner);
      if (this.#finished.has(key)) continue;
      const written = this.of(release, owner).finish();
      this.#outputs.delete(key);
      const { columns } = this.#shapes[release]!;
      const name = this.#owners[owner]?.owner;
      const { name: releaseName } = this.#spec.releases[release]!;
      this.#finished.set(key, {
        release: releaseName,
        ...(name === undefined ? {} : { owner: name }),
        columns,
        ...written,
      });
    }
  }

  /** Finishes what is open, empty releases included, and gives all records by release, then owner. */
  finishAll(): SliceRecord[] {
    this.#spec.releases.forEach((_, release) => this.finish(release));
    return [...this.#finished].toSorted(([a], [b]) => a - b).map(([, record]) => record);
  }

  #key(release: number, owner: number): number {
    return release * Math.max(1, this.#owners.length) + owner;
  }
}

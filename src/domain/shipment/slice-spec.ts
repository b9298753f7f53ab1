// What the slices of one challenge depend on, and nothing else: the same spec always gives the same bytes.
import { createHash } from 'node:crypto';
import type { Condition, Dataset, RowRange } from '../dataset/dataset.ts';
import type { Drift } from '../drift/kinds.ts';
import { wordsOf } from '../dataset/cell-reader.ts';
import { seedOf } from '../dataset/sample.ts';
import type { Shipment } from './shipment.ts';

export type SliceRelease = { name: string; rows: RowRange | null; where?: Condition[] };

export type SliceSpec = {
  challenge: string;
  dataset: Dataset;
  releases: SliceRelease[];
  drift: Drift[];
  per: 'course' | 'student';
  sample: number;
};

/** An owner whose sample is drawn by `seed`. */
export type SliceOwner = { owner: string; seed: number };

/** The slices that a shipment is part of. */
export function specOf(shipment: Shipment): SliceSpec {
  const releases = shipment.releases.map(({ name, rows, where }) => ({ name, rows, ...(where ? { where } : {}) }));
  const { challenge, dataset, drift, per, sample } = shipment;
  return { challenge, dataset, releases, drift, per, sample };
}

/** A name for the spec that changes whenever a slice could. Where the source lies does not matter, only its bytes do. */
export function specKey(spec: SliceSpec, sourceSha256: string): string {
  const { challenge, dataset, releases, drift, per, sample } = spec;
  const { target, order, holdOut, index } = dataset;
  const words = wordsOf(dataset);
  const declared = Object.keys(words).length === 0 ? [] : [words];
  const parts = [1, sourceSha256, challenge, target, order, holdOut, index, releases, drift, per, sample, ...declared];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);
}

/** The hold-out is the same for all owners and releases, so its seed depends on the challenge's name only. */
export function holdOutSeed(spec: SliceSpec): number {
  return seedOf('hold-out', spec.challenge);
}

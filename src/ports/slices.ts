// What flows and carriers need of a dataset: slices on this machine's disk.
import type { Shipment } from '../domain/shipment/shipment.ts';
import type { RowSource } from './practice.ts';

/** A slice on this machine's disk, ready to travel. */
export type Slice = {
  path: string;
  bytes: number;
  rows: number;
  columns: string[];
  sha256: string;
  /** Of a folder: the files that the slice names, by their paths beside it. They travel with it. */
  files?: SliceFile[];
  /** The slice and its files in one, for carriers that move a single file. */
  archive?: () => Promise<SliceArchive>;
  /** What the slice holds and what changed since the last one, as Markdown. */
  card?: string;
};

export type SliceFile = { path: string; from: string; bytes: number; executable?: boolean };
/** A file as a repository gets it. */
export type SliceContent = { path: string; content: Buffer; executable: boolean };
export type SliceArchive = { path: string; bytes: number; sha256: string };

/** Slices of a challenge, computed once from its source. */
export interface Slices extends RowSource {
  /** `others` tells whose samples are cut in the same pass, where there has to be one. */
  slice(shipment: Shipment, courseDirectory: string, others?: () => Promise<readonly Shipment[]>): Promise<Slice>;
  /** Its bytes in memory; undefined where they are more than so many. */
  contents(path: string, slice: Slice, most: number): Promise<SliceContent[] | undefined>;
}

// What the rest of the program uses of this folder: describe a source, and get the slice of a shipment.
import type { Shipment } from '../../domain/shipment/shipment.ts';
import type { Bounds } from './evict-entries.ts';
import { describeSource, type DescribeOptions, type SourceFacts } from '../source/describe-source.ts';
import type { SourceOptions } from '../source/prepare-source.ts';
import { join } from 'node:path';
import type { SourceAccess } from '../source/fetch-source.ts';
import { locateSource, type Wanted } from '../source/locate-source.ts';
import { cardOf } from './make-card.ts';
import { readCells } from './read-cells.ts';
import { SliceStore, type StoredSlice } from './slice-store.ts';

/** Works on sources that are on this machine: a file or folder checked out or fetched by the caller. */
export type DatasetSlices = {
  /** The source of a challenge on this machine: below the checked-out `course`, or fetched and kept. */
  locate: (source: string, course: string, wanted?: Wanted) => Promise<string>;
  describe: (sourcePath: string, options?: DescribeOptions) => Promise<SourceFacts>;
  /** Cut once, kept, and checked by digest each time. The file must not be changed by the caller. */
  slice: (
    shipment: Shipment,
    sourcePath: string,
    options?: SourceOptions,
    /** Asked where the slice has to be cut: whose samples are cut in the same pass. */
    others?: () => Promise<readonly Shipment[]>,
  ) => Promise<StoredSlice>;
  /** The data card of a shipment in Markdown; `counts` are sentences about what the release counts for. */
  card: (shipment: Shipment, sourcePath: string, counts?: readonly string[]) => Promise<string>;
  /** A file with the rows that are never released, or undefined when nothing is held out. */
  holdOut: (shipment: Shipment, sourcePath: string, options?: SourceOptions) => Promise<string | undefined>;
  /** Chosen rows of a shipment's slice, as the student received it. */
  rows: (shipment: Shipment, sourcePath: string, choose: Choose) => Promise<Cells[]>;
  /** Chosen rows of those that are never released, with their labels; undefined when nothing is held out. */
  holdOutRows: (shipment: Shipment, sourcePath: string, choose: Choose) => Promise<Cells[] | undefined>;
};
type Choose = (available: number) => readonly number[];
type Cells = Readonly<Record<string, string>>;

/** `dir` is the store's folder; `ways` are how remote sources are fetched. It may be shared by processes and deleted while none runs: what is missing is cut again. */
export function openSlices(dir: string, ways: SourceAccess = {}, bounds: Partial<Bounds> = {}): DatasetSlices {
  const store = new SliceStore(dir, bounds);
  const kept = join(dir, 'sources');
  return {
    locate: (source, course, wanted = {}) => locateSource(source, { course, kept, ways }, wanted),
    describe: describeSource,
    slice: (shipment, sourcePath, options, others) => store.slice(shipment, sourcePath, options, others),
    card: (shipment, sourcePath, counts) => cardOf(store, shipment, sourcePath, counts),
    holdOut: (shipment, sourcePath, options) => store.holdOut(shipment, sourcePath, options),
    async rows(shipment, sourcePath, choose) {
      const { path } = await store.slice(shipment, sourcePath);
      return readCells(path, choose, shipment.dataset.encoding);
    },
    async holdOutRows(shipment, sourcePath, choose) {
      const path = await store.holdOut(shipment, sourcePath);
      return path === undefined ? undefined : readCells(path, choose, shipment.dataset.encoding);
    },
  };
}

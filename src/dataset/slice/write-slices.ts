// One pass over the source that writes every slice, the hold-out and the truth about drift.
import { type ReleaseDrift, driftOf } from '../../domain/drift/drift.ts';
import { rulesOf } from '../../domain/drift/kinds.ts';
import type { ColumnStats } from '../../domain/drift/drift-context.ts';
import type { SliceOwner, SliceSpec } from '../../domain/shipment/slice-spec.ts';
import { type Assignment, assignmentRecord, checkRanges, heldOut, rangeFinder, unreleased } from './assign-rows.ts';
import { OwnerChooser } from './choose-owners.ts';
import type { TruthWriter } from './drift-truth.ts';
import { RowView, type Table } from '../table/open-table.ts';
import { OutputSet, type Shape, type SliceRecord } from '../work/output-set.ts';
import { recordsOf } from '../table/read-records.ts';
import { hasAll, patchRow, renderHeader, renderRow } from '../table/render-row.ts';
import { ScratchReader } from '../work/scratch.ts';
import { bufferBytes, SliceOutput, type WrittenSlice } from '../work/slice-output.ts';
import type { Batch } from '../table/split-records.ts';

export type SliceJob = {
  table: Table;
  spec: SliceSpec;
  /** Whose samples to write with `per: student`; ignored otherwise. */
  owners: readonly SliceOwner[];
  stats: ReadonlyMap<string, ColumnStats>;
  /** Absent when plain ranges of a source without hold-out need none. */
  assignment?: Assignment;
  place: (release: string, owner?: string) => string;
  /** Where the held-out rows go. */
  holdOut?: string;
  truth?: TruthWriter;
};

export type Written = { slices: SliceRecord[]; rows: number; holdOut?: WrittenSlice };

/** Reads the table once and writes all outputs. Throws `rows_out_of_range` when the source has fewer rows than planned. */
export async function writeSlices(job: SliceJob): Promise<Written> {
  const pass = new SlicePass(job);
  const { table } = job;
  try {
    for await (const batch of recordsOf(table)) pass.write(batch);
    return pass.finish();
  } finally {
    pass.close();
  }
}

class SlicePass {
  readonly #job: SliceJob;
  readonly #view: RowView;
  readonly #drifts: (ReleaseDrift | undefined)[];
  readonly #outputs: OutputSet;
  readonly #choosers: OwnerChooser[];
  readonly #holdOut: SliceOutput | undefined;
  readonly #reader: ScratchReader | undefined;
  readonly #rangeOf: (row: number) => number;
  readonly #inOrder: boolean;
  #rows = 0;
  #released = 0;
  #current = unreleased;
  #stratum = 0;

  constructor(job: SliceJob) {
    const { table, spec, assignment, stats } = job;
    const owners = spec.per === 'student' ? job.owners : [];
    const releases = spec.releases.map((release) => release.name);
    const { target } = spec.dataset;
    const context = {
      columns: table.columns,
      releases,
      stats,
      cells: table.cells,
      ...(target === undefined ? {} : { target }),
    };
    this.#job = job;
    this.#view = new RowView(table);
    this.#drifts = releases.map((_, release) => driftOf(spec.drift, release, context));
    this.#inOrder = spec.releases.every(({ rows }) => rows) && !spec.drift.some((drift) => rulesOf(drift).movesRows);
    const shapes = this.#drifts.map((drift) => shapeOf(table, drift));
    this.#outputs = new OutputSet(spec, owners, job.place, shapes, this.#inOrder ? 1 : releases.length);
    const seeds = owners.map(({ seed }) => seed);
    this.#choosers = owners.length === 0 ? [] : releases.map((_, release) => chooser(job, seeds, release));
    this.#holdOut = job.holdOut === undefined ? undefined : new SliceOutput(job.holdOut, table.header, bufferBytes(1));
    this.#reader = assignment && new ScratchReader(assignment.path, assignmentRecord.size);
    this.#rangeOf = rangeFinder(spec);
  }

  write(batch: Batch): void {
    const { bytes, starts, ends, count } = batch;
    let run: { output: SliceOutput; start: number; end: number; rows: number } | undefined;
    for (let row = 0; row < count; row++) {
      const to = this.#destination();
      const start = starts[row]!;
      const end = ends[row]!;
      const output = this.#plainOutput(to);
      if (run && run.output === output && run.end === start && bytes[end - 1] === 10) {
        run.end = end;
        run.rows += 1;
        continue;
      }
      if (run) run.output.append(bytes, run.start, run.end, run.rows);
      run = undefined;
      if (to < this.#drifts.length && to !== this.#current) this.#enter(to);
      if (output && bytes[end - 1] === 10) run = { output, start, end, rows: 1 };
      else if (output)
        output.append(this.#terminated(bytes, start, end), 0, end - start + this.#job.table.eol.length, 1);
      else if (to < this.#drifts.length) this.#writeRow(to, bytes, start, end);
    }
    if (run) run.output.append(bytes, run.start, run.end, run.rows);
  }

  finish(): Written {
    if (!this.#job.assignment) checkRanges(this.#job.spec, this.#released);
    const slices = this.#outputs.finishAll();
    const holdOut = this.#holdOut?.finish();
    return { slices, rows: this.#rows, ...(holdOut ? { holdOut } : {}) };
  }

  close(): void {
    this.#reader?.close();
  }

  /** The first row of another release: if releases follow each other in the source, the one before is complete. */
  #enter(release: number): void {
    if (this.#inOrder && this.#current !== unreleased) this.#outputs.finish(this.#current);
    this.#current = release;
  }

  /** Where the next row goes; notes its stratum and counts it. */
  #destination(): number {
    this.#rows += 1;
    let to: number;
    if (this.#reader) {
      const offset = this.#reader.next();
      to = this.#reader.block.readUInt16LE(offset + assignmentRecord.release);
      this.#stratum = this.#reader.block[offset + assignmentRecord.stratum]!;
    } else to = this.#rangeOf(this.#released);
    if (to === heldOut) return to;
    this.#released += 1;
    return to;
  }

  /** The one output that takes the row's bytes as they are; undefined when there is none, or more work to do. */
  #plainOutput(to: number): SliceOutput | undefined {
    if (to === heldOut) return this.#holdOut;
    if (to === unreleased || this.#choosers.length > 0 || this.#drifts[to]) return undefined;
    return this.#outputs.of(to);
  }

  /** A row that drifts, or that goes to some of many owners. */
  #writeRow(release: number, bytes: Buffer, start: number, end: number): void {
    const drift = this.#drifts[release];
    const chooser = this.#choosers[release];
    const owners = chooser ? chooser.next(this.#stratum) : [0];
    if (!drift) {
      const whole = bytes[end - 1] === 10 ? undefined : this.#terminated(bytes, start, end);
      for (const owner of owners) {
        if (whole) this.#outputs.of(release, owner).append(whole, 0, whole.length, 1);
        else this.#outputs.of(release, owner).append(bytes, start, end, 1);
      }
      return;
    }
    const position = this.#released - 1;
    this.#view.set(bytes, start, end);
    const effect = drift.row(position, (column) => this.#view.text(column));
    this.#job.truth?.note(release, position, effect.touched);
    if (owners.length === 0) return;
    const arrival = this.#drifts[release + (effect.late ? 1 : 0)];
    const row = this.#render(effect.cells, arrival, bytes, start, end);
    for (const owner of owners) {
      for (let copy = 0; copy < effect.copies; copy++) {
        if (effect.late) this.#outputs.of(release + 1, owner).appendLate(row);
        else this.#outputs.of(release, owner).append(row, 0, row.length, 1);
      }
    }
  }

  #render(
    cells: Map<number, string>,
    arrival: ReleaseDrift | undefined,
    bytes: Buffer,
    start: number,
    end: number,
  ): Buffer {
    const reshaped = arrival?.reshaped ?? false;
    if (cells.size === 0 && !reshaped) return this.#terminated(bytes, start, end);
    if (!reshaped && bytes[end - 1] === 10 && hasAll(this.#view, cells)) {
      return patchRow(this.#view, bytes, start, end, cells);
    }
    return renderRow(this.#view, bytes, cells, arrival?.columns ?? allColumns(this.#job.table));
  }

  /** The record with a line break behind it, also when it is the file's last and has none. */
  #terminated(bytes: Buffer, start: number, end: number): Buffer {
    const record = bytes.subarray(start, end);
    return bytes[end - 1] === 10 ? record : Buffer.concat([record, this.#job.table.eol]);
  }
}

function chooser({ assignment, spec }: SliceJob, seeds: readonly number[], release: number): OwnerChooser {
  return new OwnerChooser(seeds, assignment?.sizes[release] ?? [], spec.sample, release);
}

function allColumns(table: Table): { index: number; name: string }[] {
  return table.columns.map((name, index) => ({ index, name }));
}

function shapeOf(table: Table, drift: ReleaseDrift | undefined): Shape {
  if (!drift?.reshaped) return { header: table.header, columns: table.columns };
  const columns = drift.columns.map(({ name }) => name);
  return { header: renderHeader(table, drift.columns, new RowView(table)), columns };
}

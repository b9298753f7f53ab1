// Decides for every row where it goes: to a release, into the hold-out, or nowhere. Reads only what the survey noted.
import { join } from 'node:path';
import { Picker, quotas } from '../../domain/dataset/sample.ts';
import { holdOutSeed, type SliceSpec } from '../../domain/shipment/slice-spec.ts';
import { heldOutRows } from '../../domain/dataset/slices.ts';
import { countStrata, type Strata, stratumOf } from '../../domain/dataset/stratum.ts';
import { DatasetError } from '../work/dataset-error.ts';
import { ScratchReader, ScratchWriter } from '../work/scratch.ts';
import { noRelease, type Survey, surveyRecord } from '../table/survey-rows.ts';

/** Per row: where it goes (2 bytes) and its stratum (1). */
export const assignmentRecord = { size: 3, release: 0, stratum: 2 } as const;
export const heldOut = 0xfffe;
export const unreleased = 0xffff;

export type Assignment = {
  path: string;
  rows: number;
  strata: Strata;
  /** How many rows of each stratum each release has. */
  sizes: number[][];
};

/** Two passes over the survey: strata are counted, then every row is assigned. Throws `rows_out_of_range`. */
export function assignRows(survey: Survey, spec: SliceSpec, dir: string): Assignment {
  const path = join(dir, 'assignment.bin');
  const { rows, strata } = survey;
  const wanted = heldOutRows(rows, spec.dataset.holdOut);
  const picker = holdOutPicker(survey, spec, wanted);
  checkRanges(spec, rows - wanted);
  const sizes = spec.releases.map(() => Array.from({ length: countStrata(strata) }, () => 0));
  const rangeOf = rangeFinder(spec);
  const reader = new ScratchReader(survey.path, surveyRecord.size);
  const writer = new ScratchWriter(path, assignmentRecord.size);
  let released = 0;
  for (let row = 0; row < rows; row++) {
    const offset = reader.next();
    const stratum = stratumAt(reader.block, offset, strata);
    let to = heldOut;
    if (!picker.take(stratum)) {
      const met = reader.block.readUInt16LE(offset + surveyRecord.release);
      to = met === noRelease ? rangeOf(released) : met;
      released += 1;
      if (to !== unreleased) sizes[to]![stratum]! += 1;
    }
    writer.append((block, at) => {
      block.writeUInt16LE(to, at + assignmentRecord.release);
      block[at + assignmentRecord.stratum] = stratum;
    });
  }
  reader.close();
  writer.close();
  return { path, rows, strata, sizes };
}

function holdOutPicker(survey: Survey, spec: SliceSpec, wanted: number): Picker {
  const counts = Array.from({ length: countStrata(survey.strata) }, () => 0);
  const reader = new ScratchReader(survey.path, surveyRecord.size);
  for (let offset = reader.next(); offset >= 0; offset = reader.next()) {
    counts[stratumAt(reader.block, offset, survey.strata)]! += 1;
  }
  reader.close();
  return new Picker(holdOutSeed(spec), counts, quotas(counts, wanted));
}

function stratumAt(block: Buffer, offset: number, strata: Strata): number {
  const klass = block[offset + surveyRecord.klass]!;
  return stratumOf(strata, klass, block.readDoubleLE(offset + surveyRecord.value));
}

/** Throws when a release asks for rows that the source does not have. */
export function checkRanges(spec: SliceSpec, released: number): void {
  for (const { name, rows } of spec.releases) {
    if (rows && rows[1] > released) {
      const message = `${name} asks for rows up to ${rows[1]}, but only ${released} rows are released`;
      throw new DatasetError('rows_out_of_range', message);
    }
  }
}

/** Finds the release of the n-th released row, asked in ascending order of n. */
export function rangeFinder(spec: SliceSpec): (row: number) => number {
  const ranges = spec.releases
    .flatMap(({ rows }, release) => (rows && rows[0] < rows[1] ? [{ from: rows[0], to: rows[1], release }] : []))
    .toSorted((a, b) => a.from - b.from);
  let at = 0;
  return (row) => {
    while (at < ranges.length && row >= ranges[at]!.to) at += 1;
    const range = ranges[at];
    return range && row >= range.from ? range.release : unreleased;
  };
}

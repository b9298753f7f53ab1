// All slices of a challenge from a local source: prepare, order, survey, assign, write. One writing pass for all releases.
import { join } from 'node:path';
import { rulesOf } from '../../domain/drift/kinds.ts';
import { originsOf } from '../../domain/drift/drift.ts';
import type { SliceOwner, SliceSpec } from '../../domain/shipment/slice-spec.ts';
import { assignRows } from './assign-rows.ts';
import { DatasetError } from '../work/dataset-error.ts';
import { TruthWriter } from './drift-truth.ts';
import { finishFormat } from '../source/finish-format.ts';
import { inOrder, prepareSource, type SourceOptions } from '../source/prepare-source.ts';
import type { SliceRecord } from '../work/output-set.ts';
import { mostOutputs, type WrittenSlice } from '../work/slice-output.ts';
import { surveyRows } from '../table/survey-rows.ts';
import { type Written, writeSlices } from './write-slices.ts';

export type CutJob = {
  source: string;
  options: SourceOptions;
  spec: SliceSpec;
  owners: readonly SliceOwner[];
  place: (release: string, owner?: string) => string;
  /** Folder for intermediate files; the caller removes it. */
  work: string;
  /** Folder for `hold-out.csv`, `drift.json` and `drift-rows.csv`: for the teacher only. */
  teacher?: string;
  /** Written side by side in one pass; as many as memory is meant for when not given. */
  outputs?: number;
};

/** `rows`: of the source. A folder's slice is an index; its files are named by `filesOfSlice`. */
export type Cut = { slices: SliceRecord[]; rows: number; format: string; columns: string[]; holdOut?: WrittenSlice };

export async function cutSource(job: CutJob): Promise<Cut> {
  const { spec, work, teacher } = job;
  checkKnown(spec);
  const prepared = await prepareSource(job.source, work, job.options);
  const table = await inOrder(prepared.table, spec.dataset.order, work);
  const stats = statColumns(spec);
  const survey = needsSurvey(spec) ? await surveyRows(table, spec, stats, work) : undefined;
  const names = spec.releases.map((release) => release.name);
  const truth =
    teacher !== undefined && spec.drift.length > 0 ? new TruthWriter(teacher, spec.drift, names) : undefined;
  const assignment = survey ? assignRows(survey, spec, work) : undefined;
  const keepHoldOut = teacher !== undefined && spec.dataset.holdOut > 0;
  const together = Math.max(1, Math.floor((job.outputs ?? mostOutputs) / spec.releases.length));
  const owners = spec.per === 'student' ? job.owners : [];
  const written: Written = { slices: [], rows: 0 };
  // One pass, unless there are so many samples that their buffers would fill the memory.
  for (let first = 0; first === 0 || first < owners.length; first += together) {
    const part = await writeSlices({
      table,
      spec,
      owners: owners.slice(first, first + together),
      stats: survey?.stats ?? new Map(),
      ...(assignment ? { assignment } : {}),
      place: job.place,
      ...(keepHoldOut && first === 0 ? { holdOut: join(teacher, `hold-out.${table.format}`) } : {}),
      ...(truth && first === 0 ? { truth } : {}),
    });
    const slices = [...written.slices, ...part.slices];
    Object.assign(written, first === 0 ? part : {}, { slices });
  }
  if (truth && teacher !== undefined) truth.finish(teacher);
  const data = { columns: table.columns, releases: names };
  const origins = (release: string): Map<string, string> => originsOf(spec.drift, names.indexOf(release), data);
  const slices = await finishFormat(written.slices, prepared, origins, work);
  const { rows, holdOut } = written;
  return { slices, rows, format: prepared.format, columns: table.columns, ...(holdOut ? { holdOut } : {}) };
}

/** A plan made without looking at the data has no rows: better no slice than an empty one. */
function checkKnown({ releases }: SliceSpec): void {
  const unknown = releases.find(({ rows, where }) => rows === null && where === undefined);
  if (unknown) throw new DatasetError('rows_out_of_range', `the plan does not say which rows ${unknown.name} has`);
}

/** Plain ranges of rows need no knowledge of the rows. */
function needsSurvey(spec: SliceSpec): boolean {
  const { releases, dataset, per, drift } = spec;
  return (
    dataset.holdOut > 0 ||
    per === 'student' ||
    drift.length > 0 ||
    releases.some((release) => release.where !== undefined)
  );
}

/** The columns that drift has to know: those it changes, and the target. */
function statColumns({ drift, dataset: { target } }: SliceSpec): string[] {
  const needsTarget = drift.some((one) => rulesOf(one).usesTarget);
  const named = drift.flatMap(({ column }) => (column === undefined ? [] : [column]));
  return [...new Set([...named, ...(target !== undefined && needsTarget ? [target] : [])])];
}

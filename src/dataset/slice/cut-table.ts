// All slices of a table of text, from its rows in release order: survey, assign, write. One writing pass for all releases.
import { join } from 'node:path';
import { rulesOf } from '../../domain/drift/kinds.ts';
import type { SliceOwner, SliceSpec } from '../../domain/shipment/slice-spec.ts';
import { inOrder, type SourceOptions } from '../source/prepare-source.ts';
import type { KeptRanks } from '../source/keep-ranks.ts';
import type { Table } from '../table/open-table.ts';
import { surveyRows } from '../table/survey-rows.ts';
import type { SliceRecord } from '../work/output-set.ts';
import { mostOutputs, type WrittenSlice } from '../work/slice-output.ts';
import { assignRows } from './assign-rows.ts';
import { TruthWriter } from './drift-truth.ts';
import { type Written, writeSlices } from './write-slices.ts';

type TableJob = {
  spec: SliceSpec;
  owners: readonly SliceOwner[];
  place: (release: string, owner?: string) => string;
  /** Folder for intermediate files; the caller removes it. */
  work: string;
  /** Folder for `hold-out.csv`, `drift.json` and `drift-rows.csv`: for the teacher only. */
  teacher?: string;
  /** Written side by side in one pass; as many as memory is meant for when not given. */
  outputs?: number;
  /** What a look at the source found of its order. */
  ranks?: KeptRanks;
};

export type CutJob = TableJob & { source: string; options: SourceOptions };

/** `rows`: of the source. A folder's slice is an index; its files are named by `filesOfSlice`. */
export type Cut = { slices: SliceRecord[]; rows: number; format: string; columns: string[]; holdOut?: WrittenSlice };

export async function cutTable(source: Table, job: TableJob): Promise<Written> {
  const { spec, work, teacher } = job;
  const table = await inOrder(source, spec.dataset.order, work, job.ranks);
  const survey = needsSurvey(spec) ? await surveyRows(table, spec, statColumns(spec), work) : undefined;
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
  return written;
}

/** Plain ranges of rows need no knowledge of the rows. */
export function needsSurvey({ releases, dataset, per, drift }: SliceSpec): boolean {
  return (
    dataset.holdOut > 0 ||
    per === 'student' ||
    drift.length > 0 ||
    releases.some((release) => release.where !== undefined)
  );
}

/** The columns that drift has to know: those it changes, and the target. */
function statColumns({ drift, dataset: { target } }: SliceSpec): string[] {
  const needsTarget = drift.some((change) => rulesOf(change).usesTarget);
  const named = drift.flatMap(({ column }) => (column === undefined ? [] : [column]));
  return [...new Set([...named, ...(target !== undefined && needsTarget ? [target] : [])])];
}

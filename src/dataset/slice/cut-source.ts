// All slices of a challenge from a local source, in the form in which they are wanted.
import { originsOf } from '../../domain/drift/drift.ts';
import { DatasetError } from '../work/dataset-error.ts';
import { finishFormat } from '../source/finish-format.ts';
import { prepareSource } from '../source/prepare-source.ts';
import { cutParquet, staysParquet } from './cut-parquet.ts';
import { type Cut, type CutJob, cutTable } from './cut-table.ts';

export async function cutSource(job: CutJob): Promise<Cut> {
  const { spec, work } = job;
  checkKnown(job);
  const direct = (await staysParquet(job)) ? await cutParquet(job) : undefined;
  if (direct) return direct;
  const prepared = await prepareSource(job.source, work, job.options);
  const { columns } = prepared.table;
  const { slices, rows, holdOut } = await cutTable(prepared.table, job);
  const data = { columns, releases: spec.releases.map((release) => release.name) };
  const origins = (release: string): Map<string, string> => originsOf(spec.drift, data.releases.indexOf(release), data);
  const finished = await finishFormat(slices, prepared, origins, work);
  return { slices: finished, rows, format: prepared.format, columns, ...(holdOut ? { holdOut } : {}) };
}

/** A plan made without looking at the data has no rows: better no slice than an empty one. */
function checkKnown({ spec: { releases } }: CutJob): void {
  const unknown = releases.find(({ rows, where }) => rows === null && where === undefined);
  if (unknown) throw new DatasetError('rows_out_of_range', `the plan does not say which rows ${unknown.name} has`);
}

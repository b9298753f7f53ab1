// How many rows each release of a challenge has, without writing any: for plans with conditions.
import type { SliceSpec } from '../../domain/shipment/slice-spec.ts';
import { assignRows } from './assign-rows.ts';
import { decidingColumns } from './cut-parquet.ts';
import { inOrder, prepareSource, type SourceOptions } from '../source/prepare-source.ts';
import { surveyRows } from '../table/survey-rows.ts';

/** In the order of the spec's releases, exactly as they will be cut for the whole course. `work`: a folder that the caller removes. */
export async function countRows(
  source: string,
  options: SourceOptions,
  spec: SliceSpec,
  work: string,
): Promise<number[]> {
  const { table } = await prepareSource(source, work, { ...options, only: decidingColumns(spec) });
  const survey = await surveyRows(await inOrder(table, spec.dataset.order, work), spec, [], work);
  return assignRows(survey, spec, work).sizes.map((strata) => strata.reduce((sum, rows) => sum + rows, 0));
}

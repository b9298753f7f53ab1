// Which tasks of the pipeline read each release, and which releases flow into the model.
import { posix } from 'node:path';
import { traceFile } from '../../src/domain/pipeline/trace-data.ts';
import type { LoadedPipeline } from '../../src/runner/load-pipeline.ts';
import type { DataFindings } from './check-data.ts';

/** Releases are named from the repository's root, a pipeline's files from its own folder. */
export function traceReleases(
  data: DataFindings,
  loaded: LoadedPipeline | undefined,
  model: string | undefined,
): DataFindings {
  // An MLPipeline file passes values from task to task and names no files.
  if (!loaded?.graph || loaded.pipeline?.form === 'mlpipeline') return data;
  const { graph, file } = loaded;
  const folder = posix.dirname(file);
  const releases = data.releases.map((release) => {
    const { readers, inModel } = traceFile(graph, posix.relative(folder, release.path), model);
    const traced = { ...release, read_by: readers.slice(0, 20).map((name) => name.slice(0, 1_000)) };
    return model === undefined ? traced : { ...traced, in_model: inModel };
  });
  return { ...data, releases };
}

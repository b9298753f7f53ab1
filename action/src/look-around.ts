// What the reporting job sees for itself on its disk: the pipeline file, the released data, and the model of the artifact.
import type { Graph } from '../../src/domain/pipeline/link-graph.ts';
import { checkData, type DataFindings } from './check-data.ts';
import { describe, loadFor } from './find-outcome.ts';
import type { Outcome } from './outcome.ts';
import type { Verified } from './make-report.ts';
import type { Context } from './read-context.ts';
import { verifyModel } from './read-outcome.ts';
import { traceReleases } from './trace-releases.ts';

export type Seen = {
  outcome: Outcome;
  graph: Graph | undefined;
  data: DataFindings;
  verified: Verified;
  /** Sentences for people about how the report came about. */
  remarks: string[];
};

/** Never throws: what cannot be looked at is a remark. `graph`: as it was before the tasks ran. */
export function lookAround(context: Context, outcome: Outcome, graph: Graph | undefined, remarks: string[]): Seen {
  const said = [...remarks];
  const attempt = <T>(what: string, look: () => T, otherwise: T): T => {
    try {
      return look();
    } catch (error) {
      said.push(`${what} cannot be looked at: ${(error as Error).message}`);
      return otherwise;
    }
  };
  // The file that this job finds, not the one that the outcome names: in a job of its own, the outcome is hearsay.
  const loaded = attempt('The pipeline file', () => loadFor(context), undefined);
  const unreadable = (): DataFindings => ({ manifest: null, releases: [], broken: 'the repository cannot be read' });
  const data = attempt(
    'The released data',
    () => traceReleases(checkData(context.workspace, context.manifest), loaded, outcome.model?.path),
    unreadable(),
  );
  const modelVerified = attempt('The model', () => verifyModel(context, outcome), false);
  const pipeline = loaded ? describe(loaded) : null;
  return { outcome, graph: graph ?? loaded?.graph, data, verified: { pipeline, modelVerified }, remarks: said };
}

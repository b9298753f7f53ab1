// Which releases a run is shown to have read, and what its model was made from: the report, held against what was shipped.
import type { RunEvidence } from '../evidence/evidence.ts';
import type { Shipment } from '../shipment/shipment.ts';
import type { Report, ReportedRelease } from './report.ts';

type Traces = Pick<RunEvidence, 'unread' | 'unlisted' | 'modelDigest' | 'modelVersion' | 'modelFrom'>;
type Held = Pick<Shipment, 'id' | 'challenge' | 'release' | 'path'>;

/**
 * `held` are the shipments that the commit holds unaltered, by our own record. The report knows of releases by the manifest
 * in the repository, which its owner can empty or rewrite: an entry speaks for the shipment that went to its path, and what
 * no entry shows to be read is unread.
 */
export function traceReport({ data, model, endpoint, pipeline }: Report, held: readonly Held[]): Traces {
  const entries = new Map(data.releases.map((entry) => [entry.path, entry]));
  const unread = declaresFiles(pipeline) ? left(held, ({ path }) => isRead(entries.get(path))) : [];
  const unlisted = unread.filter((id) => held.some((item) => item.id === id && !entries.has(item.path)));
  const traced = data.releases.some(({ in_model: inModel }) => inModel !== undefined);
  const inModel = held
    .filter(({ id, path }) => entries.get(path)?.in_model === true && !unread.includes(id))
    .map(({ id }) => id);
  return {
    ...(unread.length > 0 ? { unread } : {}),
    ...(unlisted.length > 0 ? { unlisted } : {}),
    ...(model ? { modelDigest: model.sha256 } : {}),
    ...(model && endpoint?.model_version ? { modelVersion: endpoint.model_version } : {}),
    ...(model && (traced || unread.length > 0) ? { modelFrom: inModel } : {}),
  };
}

/** An MLPipeline file passes values from task to task and names no files: of it nothing can be shown. */
function declaresFiles(pipeline: Report['pipeline']): boolean {
  return pipeline !== null && pipeline.form !== 'mlpipeline';
}

function isRead(entry: ReportedRelease | undefined): boolean {
  return entry !== undefined && (entry.read_by === undefined ? entry.in_model === true : entry.read_by.length > 0);
}

/** A release that came by two carriers is read when one of its files is. */
function left(held: readonly Held[], read: (item: Held) => boolean): string[] {
  const key = ({ challenge, release }: Held): string => JSON.stringify([challenge, release]);
  const done = new Set(held.filter(read).map(key));
  return held.filter((item) => !done.has(key(item))).map(({ id }) => id);
}

// MLflow's SQLite store: what its bytes say before anything reads them, and runs from rows of its tables.
import type { MlflowRun } from './read-mlflow.ts';

export type DatabaseRead = { runs: MlflowRun[] } | { unreadable: string };
/** Rows in the order of the columns that were asked for; whatever was in their cells. */
export type DatabaseTables = { runs: unknown[][]; latest_metrics: unknown[][]; params: unknown[][] };

const MAGIC = 'SQLite format 3\0';
const HEADER = 100;

/** Why these bytes are no whole database; undefined where the header has nothing against them. */
export function explainDatabase(bytes: Uint8Array): string | undefined {
  const magic = String.fromCodePoint(...bytes.subarray(0, MAGIC.length));
  if (magic.startsWith('version https://')) return 'it is a pointer of Git LFS, not the database';
  if (magic !== MAGIC || bytes.length < HEADER) return 'it is no SQLite database';
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const size = view.getUint16(16) === 1 ? 65_536 : view.getUint16(16);
  if (size < 512 || (size & (size - 1)) !== 0) return `its header is damaged: it says that a page has ${size} bytes`;
  if (bytes[18] === 2 || bytes[19] === 2)
    return 'it is in WAL mode, so that a part may be in another file: PRAGMA journal_mode = DELETE puts all into this one';
  // The count holds where the same version of SQLite wrote it and the last change.
  const pages = view.getUint32(24) === view.getUint32(92) ? view.getUint32(28) : 0;
  if (bytes.length % size !== 0 || bytes.length < pages * size)
    return `it is cut off: its header says ${pages} pages of ${size} bytes, and there are ${bytes.length} bytes`;
  return undefined;
}

export function toDatabaseRuns({ runs, latest_metrics, params }: DatabaseTables): DatabaseRead {
  const found = new Map<string, MlflowRun & { metrics: Map<string, number> }>();
  const deleted = new Set<string>();
  for (const [id, name, status, started, stage] of runs) {
    if (typeof id !== 'string' || typeof status !== 'string')
      return { unreadable: 'runs has rows without run_uuid and status as MLflow writes them' };
    if (stage === 'deleted') deleted.add(id);
    else
      found.set(id, {
        id,
        ...(typeof name === 'string' && name !== '' ? { name } : {}),
        status,
        started: typeof started === 'number' ? started : 0,
        metrics: new Map(),
        params: 0,
      });
  }
  for (const [id, key, value, isNan] of latest_metrics) {
    const run = found.get(id as string);
    if (!run || typeof key !== 'string') continue;
    if (typeof value === 'number' && isFigure(value, isNan)) run.metrics.set(key, value);
  }
  for (const [id] of params) {
    const run = found.get(id as string);
    if (run) run.params += 1;
  }
  return { runs: [...found.values()] };
}

/** What is not finite MLflow keeps as its largest number, and NaN as 0 with a mark. */
function isFigure(value: number, isNan: unknown): boolean {
  return Number.isFinite(value) && Math.abs(value) < Number.MAX_VALUE && !isNan;
}

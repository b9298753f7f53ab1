// Reads MLflow's runs: those of a file store (mlruns/), and the table that `mlflow experiments csv` writes.
import { csvRecords } from '../text/read-csv.ts';
import { parseYaml } from './parse-yaml.ts';

export type MlflowRun = {
  id: string;
  name?: string;
  /** MLflow's word, such as FINISHED. */
  status: string;
  /** Milliseconds since 1970; orders runs. */
  started: number;
  metrics: ReadonlyMap<string, number>;
  params: number;
};

type Read = MlflowRun | 'deleted' | { unreadable: string };

/** As MLflow numbers them in meta.yaml; versions before 1.0 wrote the word. */
const STATUS = ['', 'RUNNING', 'SCHEDULED', 'FINISHED', 'FAILED', 'KILLED'];

/** One run of a file store; `files` are those of its folder, by their paths in it. */
export function readMlflowRun(files: ReadonlyMap<string, string>): Read {
  const parsed = parseYaml(files.get('meta.yaml') ?? '');
  if ('unreadable' in parsed) return { unreadable: `meta.yaml: ${parsed.unreadable}` };
  if (parsed.value === null || typeof parsed.value !== 'object')
    return { unreadable: 'meta.yaml says nothing of a run' };
  const meta = parsed.value as Record<string, unknown>;
  const status = typeof meta['status'] === 'number' ? STATUS[meta['status']] : meta['status'];
  const id = meta['run_id'] ?? meta['run_uuid'];
  if (typeof status !== 'string' || status === '' || typeof id !== 'string')
    return { unreadable: 'meta.yaml has no run_id and status as MLflow writes them' };
  if (meta['lifecycle_stage'] === 'deleted') return 'deleted';
  const metrics = new Map<string, number>();
  for (const [path, text] of files) {
    if (!path.startsWith('metrics/')) continue;
    const value = latest(text);
    if (value === undefined) return { unreadable: `${path} is not a metric: its lines are not "time value step"` };
    if (Number.isFinite(value)) metrics.set(path.slice('metrics/'.length), value);
  }
  return {
    id,
    ...(typeof meta['run_name'] === 'string' && meta['run_name'] !== '' ? { name: meta['run_name'] } : {}),
    status,
    started: Number(meta['start_time'] ?? 0) || 0,
    metrics,
    params: [...files.keys()].filter((path) => path.startsWith('params/')).length,
  };
}

/** What Python writes for what is no finite number: a metric, and no figure. */
const NOT_FINITE = /^[+-]?(?:nan|inf|infinity)$/i;

/** Of the lines `time value step`, the value of the highest step; at the same step, of the latest time. */
function latest(text: string): number | undefined {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '');
  const entries = lines.map((line) => line.trim().split(/\s+/));
  const known = entries.every(
    ([time, value = '', step = '0', ...more]) =>
      more.length === 0 &&
      value !== '' &&
      (NOT_FINITE.test(value) || Number.isFinite(Number(value))) &&
      [time, step].every((cell) => Number.isFinite(Number(cell))),
  );
  if (!known || entries.length === 0) return undefined;
  const rows = entries.map(([time, value, step = '0']) => [Number(step), Number(time), Number(value)] as const);
  return rows.reduce((best, row) => (row[0] > best[0] || (row[0] === best[0] && row[1] >= best[1]) ? row : best))[2];
}

/** The table of an experiment, a run a line. */
export function readMlflowTable(text: string): { runs: MlflowRun[] } | { unreadable: string } {
  const records = csvRecords(text);
  const first = records.next();
  if (first.done) return { unreadable: 'the file is empty' };
  if ('unreadable' in first.value) return first.value;
  const header = first.value.cells;
  const lacking = ['run_id', 'status'].filter((name) => !header.includes(name));
  if (lacking.length > 0) return { unreadable: `there is no column ${lacking.join(' and no column ')}` };
  const runs: MlflowRun[] = [];
  for (const record of records) {
    if ('unreadable' in record) return record;
    if (record.cells.length !== header.length)
      return { unreadable: `line ${record.line}: ${record.cells.length} cells, the header has ${header.length}` };
    runs.push(toRun(header, record.cells));
  }
  return { runs };
}

function toRun(header: readonly string[], cells: readonly string[]): MlflowRun {
  const cell = (name: string): string => cells[header.indexOf(name)] ?? '';
  const name = cell('tags.mlflow.runName');
  const filled = header.map((column, at) => [column, cells[at]!.trim()] as const).filter(([, value]) => value !== '');
  const metrics = filled
    .filter(([column, value]) => column.startsWith('metrics.') && Number.isFinite(Number(value)))
    .map(([column, value]) => [column.slice('metrics.'.length), Number(value)] as const);
  return {
    id: cell('run_id'),
    ...(name === '' ? {} : { name }),
    status: cell('status'),
    started: Date.parse(cell('start_time')) || 0,
    metrics: new Map(metrics),
    params: filled.filter(([column]) => column.startsWith('params.')).length,
  };
}

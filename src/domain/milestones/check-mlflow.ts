// MLflow's runs as a step of reproducibility, where a repository shows any: understood, not understood, or nothing there.
import { recoverText } from '../text/recover-text.ts';
import { isDatabase } from './choose-files.ts';
import { readMlflowRun, readMlflowTable } from './read-mlflow.ts';
import type { MlflowRun } from './read-mlflow.ts';
import type { Practice, Step } from './practice.ts';

type MlflowReading = { runs: MlflowRun[]; problems: string[]; unread: number };

const TABLE = /(?:^|\/)[\w.-]*mlflow[\w.-]*\.csv$/i;

const INSTEAD = 'its runs as text: mlflow experiments csv --experiment-id ID --filename reports/mlflow-runs.csv';

/** Nothing where the repository shows no run: a tool that is not used is nobody's fault. */
export function checkMlflow(practice: Practice): { step: Step; notes: string[] } | undefined {
  const paths = new Set([...practice.tree.map(({ path }) => path), ...practice.files.keys()]);
  const found = findRuns(practice, paths);
  const { problems } = found;
  if (found.runs.length + problems.length + found.unread === 0) return undefined;
  const proof = found.runs.filter(isProof);
  return {
    step: { done: proof.length > 0, todo: whatToDo(found, problems) },
    notes: [
      ...describeRuns(found, proof, practice),
      ...problems.slice(0, 3).map((problem) => `MLflow: not understood: ${problem}`),
    ],
  };
}

/** It ended well, and says from what and with what result. */
function isProof({ status, params, metrics }: MlflowRun): boolean {
  return status === 'FINISHED' && params > 0 && metrics.size > 0;
}

function whatToDo(found: MlflowReading, problems: readonly string[]): string {
  if (found.runs.length === 0) return `show a run of MLflow that can be read: ${problems[0] ?? 'none was read'}`;
  return 'let a run of MLflow end as FINISHED, with its parameters and its metrics: none of those here has all three';
}

function findRuns({ files, databases }: Practice, paths: ReadonlySet<string>): MlflowReading {
  const folders = new Map<string, { named: number; files: Map<string, string> }>();
  for (const path of paths) {
    const [folder, name] = splitPath(path);
    if (name === undefined) continue;
    const run = folders.get(folder) ?? { named: 0, files: new Map<string, string>() };
    folders.set(folder, run);
    run.named += 1;
    const text = files.get(path);
    if (text !== undefined) run.files.set(name, recoverText(text));
  }
  const found: MlflowReading = { runs: [], problems: [], unread: 0 };
  for (const [folder, run] of folders) {
    // A run of which a part was left out would be told wrong.
    if (run.files.size < run.named) found.unread += 1;
    else {
      const read = readMlflowRun(run.files);
      if (read === 'deleted') continue;
      if ('unreadable' in read) found.problems.push(`${folder}: ${read.unreadable}`);
      else found.runs.push(read);
    }
  }
  for (const [path, text] of files) {
    if (!TABLE.test(path)) continue;
    const read = readMlflowTable(recoverText(text));
    if ('unreadable' in read) found.problems.push(`${path}: ${read.unreadable}`);
    else found.runs.push(...read.runs);
  }
  for (const path of [...paths, ...(databases?.keys() ?? [])].filter((text) => isDatabase(text))) {
    const read = databases?.get(path) ?? { unreadable: 'it is large, or one of many, and was not read' };
    if ('unreadable' in read) found.problems.push(`${path}: ${read.unreadable}; ${INSTEAD}`);
    else found.runs.push(...read.runs);
  }
  return { ...found, runs: [...new Map(found.runs.map((run) => [run.id, run])).values()] };
}

/** The folder of a run, `mlruns/EXPERIMENT/RUN`, and a file that says something of it. */
function splitPath(path: string): [folder: string, name?: string] {
  const steps = path.split('/');
  const at = steps.indexOf('mlruns') + 3;
  const name = steps.slice(at).join('/');
  const isOfRun = at > 2 && (name === 'meta.yaml' || /^(?:metrics|params)\/./.test(name));
  return isOfRun ? [steps.slice(0, at).join('/'), name] : [path];
}

function describeRuns({ runs, unread }: MlflowReading, proof: readonly MlflowRun[], { report }: Practice): string[] {
  const notes: string[] = [];
  if (runs.length > 0) {
    const [newest] = proof.toSorted((a, b) => b.started - a.started);
    const shown = newest ? `; newest ${newest.name ?? newest.id}: ${sayFigures(newest)}` : '';
    const ended = runs.filter(({ status }) => status === 'FINISHED').length;
    notes.push(`MLflow: ${runs.length} ${runs.length === 1 ? 'run' : 'runs'}, ${ended} finished${shown}`);
    for (const [name, value] of newest?.metrics ?? []) {
      const ours = report?.metrics[name];
      if (ours !== undefined && Math.abs(ours - value) > 1e-6 * Math.max(1, Math.abs(ours)))
        notes.push(`MLflow's newest run says ${name} ${round(value)}, the last run got ${round(ours)}`);
    }
  }
  if (unread > 0)
    notes.push(`MLflow: ${unread} more ${unread === 1 ? 'run was' : 'runs were'} not read: too many files`);
  return notes;
}

const MOST_FIGURES = 5;

function sayFigures({ metrics, params }: MlflowRun): string {
  const figures = [...metrics].slice(0, MOST_FIGURES).map(([name, value]) => `${name} ${round(value)}`);
  return `${figures.join(', ')} (${params} ${params === 1 ? 'parameter' : 'parameters'})`;
}

function round(value: number): number {
  return Number(value.toPrecision(4));
}

// Notebooks as a step of quality, where a repository has any: by Pynblint's report, or by reading them.
import { recoverText } from '../text/recover-text.ts';
import { readNotebook } from './read-notebook.ts';
import { readPynblint } from './read-pynblint.ts';
import type { NotebookFindings } from './read-pynblint.ts';
import type { Practice, Step } from './practice.ts';

const NOTEBOOK = /\.ipynb$/i;
const ELSEWHERE = /(?:^|\/)(?:\.ipynb_checkpoints|\.venv|venv|node_modules|site-packages|\.nox|\.tox)\//;
const REPORT = /(?:^|\/)[\w.-]*pynblint[\w.-]*\.json$/i;

/** Whether the file is Pynblint's: other linters' reports have "lint" in their names, too. */
export function isPynblintReport(path: string): boolean {
  return REPORT.test(path);
}

/** Nothing where there is no notebook: they are asked of nobody. */
export function checkNotebooks(practice: Practice): { step: Step; notes: string[] } | undefined {
  const paths = practice.tree.map(({ path }) => path).filter((path) => NOTEBOOK.test(path) && !ELSEWHERE.test(path));
  if (paths.length === 0) return undefined;
  const reports = [...practice.files].filter(([path]) => REPORT.test(path)).toSorted(byFreshness);
  const [newest] = reports;
  return newest ? byReport(newest, paths.length) : byReading(practice, paths.toSorted());
}

/** What a run on this very commit left stands before what was committed. */
function byFreshness([a]: [string, string], [b]: [string, string]): number {
  const rank = (path: string): number => (path.startsWith('test-reports/') ? 0 : 1);
  return rank(a) - rank(b) || (a < b ? -1 : 1);
}

function byReport([path, text]: [string, string], count: number): { step: Step; notes: string[] } {
  const read = readPynblint(recoverText(text));
  if ('unreadable' in read)
    return {
      step: { done: false, todo: `let Pynblint write its report again: ${path}: ${read.unreadable}` },
      notes: [],
    };
  const bad = read.notebooks.filter(({ findings }) => findings.length > 0);
  // A report that has seen less than there is may be of an earlier state, or of one notebook among many.
  if (bad.length === 0 && read.notebooks.length < count)
    return {
      step: { done: false, todo: `run Pynblint on every notebook: ${path} has ${read.notebooks.length} of ${count}` },
      notes: [],
    };
  return judge(bad, `${path}: ${read.notebooks.length} ${plural(read.notebooks.length)}, ${sum(bad)} findings`);
}

function byReading({ files }: Practice, paths: readonly string[]): { step: Step; notes: string[] } {
  const all = paths.map((path) => {
    const text = files.get(path);
    if (text === undefined) return { path, unreadable: 'it is larger than 1 MB, or one of many, and was not read' };
    return { path, ...readNotebook(path, text) };
  });
  const bad = all.flatMap((notebook) =>
    'findings' in notebook && notebook.findings.length > 0
      ? [{ name: notebook.path, findings: notebook.findings }]
      : [],
  );
  const unread = all.flatMap((notebook) =>
    'unreadable' in notebook ? [`${notebook.path}: ${notebook.unreadable}`] : [],
  );
  const said = `${all.length - unread.length} of ${all.length} ${plural(all.length)} read, ${sum(bad)} findings`;
  const { step, notes } = judge(bad, said);
  const unreadNotes = unread.slice(0, 3).map((text) => `notebook not understood: ${text}`);
  if (!step.done || unread.length === 0) return { step, notes: [...notes, ...unreadNotes] };
  const todo = `make every notebook readable, or leave a report of Pynblint: ${unread[0]}`;
  return { step: { done: false, todo }, notes: [...notes, ...unreadNotes] };
}

function judge(bad: readonly NotebookFindings[], said: string): { step: Step; notes: string[] } {
  const [first] = bad;
  const todo = first
    ? `put the notebooks in order: ${first.name}: ${first.findings.slice(0, 4).join(', ')}${bad.length > 1 ? `; and ${bad.length - 1} more` : ''}`
    : '';
  return { step: { done: bad.length === 0, todo }, notes: [`notebooks: ${said}`] };
}

function sum(bad: readonly NotebookFindings[]): number {
  return bad.reduce((total, { findings }) => total + findings.length, 0);
}

function plural(count: number): string {
  return count === 1 ? 'notebook' : 'notebooks';
}

// What the student template needs to fit one dataset: its params.yaml, its first rows, and a request to its service.
import { typeRows } from '../request/request.ts';
import { flowYaml } from '../text/write-yaml.ts';
import { proposeContract } from './propose-roles.ts';
import type { Proposal } from './propose-course.ts';
import type { Task } from './task.ts';

/** Columns that say something about other rows: no dates, no names that each row has for itself, no free text. */
export function featuresOf({ columns, target, rows }: Pick<Proposal, 'columns' | 'target' | 'rows'>): string[] {
  // `row` is the number of the row in a request.
  const others = columns.filter(({ name }) => name !== '' && name !== target && name !== 'row');
  const rules = new Map(proposeContract(others, rows));
  const telling = others.filter(({ name, cells, classes }) => {
    const { type, unique = false } = rules.get(name)!;
    if (cells.values === 0 || type === 'date' || unique) return false;
    return type !== 'string' || classes !== undefined;
  });
  return (telling.length > 0 ? telling : others).map(({ name }) => name);
}

export const samplePath = 'data/incoming/release-0.csv';

export function renderParams(proposal: Proposal, task: Task): string {
  const { target } = proposal;
  const lines: [string, unknown, string?][] = [
    ['model_version', '1.0.0'],
    ['seed', 7],
    ['task', task, 'classification or regression'],
    ['target', target],
    ['features', featuresOf(proposal)],
    ['test_share', 0.2],
    ['sample', samplePath, 'stands in until the first release, which brings its rows again'],
  ];
  return [
    '# Everything that one may tune. Raise model_version when a change here or in the data makes a model worth releasing.',
    ...lines.map(([key, value, why]) => `${key}: ${flowYaml(value)}${why === undefined ? '' : ` # ${why}`}`),
    'model:',
    '  kind: forest # one of MODELS in src/project/train.py',
    '  settings: { n_estimators: 100, min_samples_leaf: 2 }',
    '# How the data writes its cells, where that is not plain CSV: missing, decimal, thousands, dates, delimiter, encoding.',
    `cells: ${flowYaml(cellsOf(proposal))}`,
    '',
  ].join('\n');
}

function cellsOf({ words, latin, delimiter = ',' }: Proposal): object {
  const { missing, decimal, thousands, dates } = words;
  return {
    ...(missing === undefined ? {} : { missing }),
    ...(decimal === undefined ? {} : { decimal }),
    ...(thousands === undefined ? {} : { thousands }),
    ...(dates === undefined ? {} : { dates: pythonDates(dates) }),
    ...(delimiter === ',' || delimiter === '' ? {} : { delimiter }),
    ...(latin ? { encoding: 'latin-1' } : {}),
  };
}

/** `dd.mm.yyyy HH:MM` as Python's strptime has it: `%d.%m.%Y %H:%M`. */
export function pythonDates(form: string): string {
  if (form.includes('%')) return form;
  const half = /tt/i.test(form);
  // `mm` after hours are minutes.
  let timed = false;
  return form.replaceAll(/y+|m+|d+|h+|s+|tt|z+|'[^']*'/gi, (piece) => {
    if (piece.startsWith("'")) return piece.slice(1, -1);
    const letter = piece[0]!.toLowerCase();
    if (letter === 'h') timed = true;
    if (letter === 'm' && piece.length > 2) return piece.length === 3 ? '%b' : '%B';
    if (letter === 'm') {
      const minute = timed;
      timed = false;
      return minute ? '%M' : '%m';
    }
    const hour = half ? '%I' : '%H';
    return { y: piece.length === 2 ? '%y' : '%Y', d: '%d', h: hour, s: '%S', t: '%p', z: '%z' }[letter] ?? piece;
  });
}

type TextRow = Readonly<Record<string, string>>;

/** The first rows, as the template's slices are written. */
export function renderSample(names: readonly string[], rows: readonly TextRow[], { delimiter }: Proposal): string {
  const by = delimiter === undefined || delimiter === '' ? ',' : delimiter;
  const quoted = (cell: string): string =>
    cell.includes(by) || /["\r\n]|^\s|\s$/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
  const lines = [names, ...rows.map((row) => names.map((name) => row[name] ?? ''))];
  return `${lines.map((cells) => cells.map(quoted).join(by)).join('\n')}\n`;
}

/** As the course asks: two rows with what the model reads of them. */
export function renderExample(rows: readonly TextRow[], proposal: Proposal): string {
  const features = featuresOf(proposal);
  const columns = proposal.columns.map(({ name, cells }) => ({ name, kind: cells.kind ?? ('text' as const) }));
  const typed = typeRows(rows.slice(0, 2), { words: proposal.words, columns });
  const instances = typed.map((row) => Object.fromEntries(features.map((name) => [name, row[name] ?? null])));
  return `${JSON.stringify({ request_id: 'example', instances }, undefined, 2)}\n`;
}

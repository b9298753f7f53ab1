// The data card of a release, as Markdown: what its columns hold, what changed since the last release, what it counts for.
// Names and values are a stranger's text: they show as they are and do nothing.
import { code, plain } from '../text/escape.ts';
import type { ColumnSummary, SliceSummary } from './summarize-columns.ts';

export type DataCard = {
  summary: SliceSummary;
  /** Of the release before, for the changes; absent for the first one. */
  previous?: SliceSummary;
  /** What receiving and using the release counts for, in sentences of the app's own. */
  counts?: readonly string[];
};

/** More columns than this are summed up in one line: GitHub cuts long texts. */
const mostColumns = 60;
const longestText = 60;

export function renderDataCard({ summary, previous, counts = [] }: DataCard): string {
  const shown = summary.columns.slice(0, mostColumns);
  const hidden = summary.columns.length - shown.length;
  const changes = previous ? changesSince(previous, summary) : [];
  return [
    `${summary.rows} rows, ${summary.columns.length} columns.`,
    '',
    '| column | holds | range or values | missing |',
    '|---|---|---|---:|',
    ...shown.map((column) => rowOf(column, summary.rows)),
    ...(hidden > 0 ? [`| … and ${hidden} more | | | |`] : []),
    ...(previous ? ['', '**Since the last release:**', ...bullets(changes, 'the columns are the same.')] : []),
    ...(counts.length > 0 ? ['', '**It counts for:**', ...counts.map((line) => `- ${line}`)] : []),
    '',
  ].join('\n');
}

function rowOf(column: ColumnSummary, rows: number): string {
  const missing = column.missing === 0 ? '0' : `${column.missing} (${percent(column.missing, rows)})`;
  return `| ${column.name === '' ? '(without a name)' : code(cut(column.name))} | ${column.kind} | ${rangeOf(column)} | ${missing} |`;
}

function rangeOf({ kind, min, max, mean, values, odd }: ColumnSummary): string {
  if (min !== undefined && max !== undefined) {
    const average = mean === undefined ? '' : `, mean ${round(mean)}`;
    const others = odd === undefined ? '' : `; ${odd.count} other (${code(cut(odd.example))})`;
    return `${code(cut(min))} to ${code(cut(max))}${average}${others}`;
  }
  if (values) return values.map(([value, count]) => `${code(cut(value))} ${count}`).join(', ');
  return kind === 'text' ? 'many different texts' : '';
}

/** New, missing and re-typed columns, values never seen before, means that moved, and more missing values. */
function changesSince(before: SliceSummary, now: SliceSummary): string[] {
  const old = new Map(before.columns.map((column) => [column.name, column]));
  const names = new Set(now.columns.map(({ name }) => name));
  const gone = before.columns.filter(({ name }) => !names.has(name)).map(({ name }) => `${code(cut(name))} is gone`);
  const rest = now.columns.flatMap((column) => {
    const was = old.get(column.name);
    if (!was) return [`${code(cut(column.name))} is new`];
    return columnChanges(was, column, before.rows, now.rows);
  });
  return [...gone, ...rest];
}

function columnChanges(was: ColumnSummary, is: ColumnSummary, rowsBefore: number, rows: number): string[] {
  const name = code(cut(is.name));
  const changes: string[] = [];
  if (was.kind !== is.kind) changes.push(`${name} held ${was.kind} and now holds ${is.kind}`);
  const known = new Set(was.values?.map(([value]) => value));
  const fresh = was.values && is.kind === 'text' ? (is.values ?? []).filter(([value]) => !known.has(value)) : [];
  if (fresh.length > 0) changes.push(`${name} has new values: ${fresh.map(([value]) => code(cut(value))).join(', ')}`);
  const share = (column: ColumnSummary, of: number): number => (of === 0 ? 0 : column.missing / of);
  if (share(is, rows) > share(was, rowsBefore) + 0.01) {
    changes.push(`${name}: ${percent(is.missing, rows)} missing, before ${percent(was.missing, rowsBefore)}`);
  }
  if (was.mean !== undefined && is.mean !== undefined && moved(was.mean, is.mean)) {
    changes.push(`${name}: the mean went from ${round(was.mean)} to ${round(is.mean)}`);
  }
  return changes;
}

/** By a tenth or more: enough to look at, no proof of drift. */
function moved(before: number, now: number): boolean {
  return Math.abs(now - before) >= 0.1 * Math.max(Math.abs(before), Math.abs(now)) && round(before) !== round(now);
}

function bullets(lines: readonly string[], none: string): string[] {
  return lines.length === 0 ? [`- ${none}`] : lines.slice(0, 40).map((line) => `- ${line}`);
}

function percent(part: number, whole: number): string {
  return whole === 0 ? '0%' : plain(`${round((100 * part) / whole)}%`);
}

function round(value: number): string {
  return String(Number(value.toPrecision(4)));
}

function cut(text: string): string {
  return text.length > longestText ? `${text.slice(0, longestText - 1)}…` : text;
}

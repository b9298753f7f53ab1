// Metrics as a table with the change since the default branch, as plots over the releases, and what is no number.
import { code, codeBlock, inline } from './escape-text.ts';
import type { Moment } from './read-baseline.ts';

const most = { rows: 100, plots: 6 };

export function tellMetrics(
  metrics: Record<string, number>,
  baseline: Record<string, number> | undefined,
  notes: readonly string[] = [],
): string {
  const names = Object.keys(metrics);
  const said = notes.map((note) => `- ${inline(note)}`).join('\n');
  if (names.length === 0) return said;
  const rows = names.slice(0, most.rows).map((name) => {
    const value = metrics[name]!;
    const before = baseline?.[name];
    const change = before === undefined ? '' : signed(value - before);
    return baseline
      ? `| ${code(name)} | ${show(value)} | ${before === undefined ? 'new' : show(before)} | ${change} |`
      : `| ${code(name)} | ${show(value)} |`;
  });
  const head = baseline
    ? '| metric | here | default branch | change |\n| --- | ---: | ---: | ---: |'
    : '| metric | value |\n| --- | ---: |';
  const more = names.length > most.rows ? `and ${names.length - most.rows} more, which the report has` : '';
  const gone = Object.keys(baseline ?? {}).filter((name) => !(name in metrics));
  const missing = gone.length > 0 ? `Only on the default branch: ${gone.slice(0, 20).map(code).join(', ')}` : '';
  return [`${head}\n${rows.join('\n')}`, more, missing, said].filter(Boolean).join('\n\n');
}

/** A line for each metric over the releases of the default branch, ending with this run. Empty with fewer than two points. */
export function plotMetrics(metrics: Record<string, number>, history: readonly Moment[], here: string): string {
  // A run with the same release stands in the place of the one before it.
  const before = history.filter(({ label }) => label !== here);
  if (before.length === 0) return '';
  const plots = Object.keys(metrics)
    .map((name) => ({ name, points: [...before, { label: here, metrics }].filter((moment) => name in moment.metrics) }))
    .filter(({ points }) => points.length > 1)
    .slice(0, most.plots)
    .map(({ name, points }) => {
      const labels = points.map(({ label }) => quote(label)).join(', ');
      const values = points.map((point) => plain(point.metrics[name]!)).join(', ');
      return codeBlock(`xychart-beta\n  title ${quote(name)}\n  x-axis [${labels}]\n  line [${values}]`, 'mermaid');
    });
  return plots.length === 0
    ? ''
    : `<details><summary>Metrics over the releases</summary>\n\n${plots.join('\n')}\n</details>`;
}

/** Mermaid reads no exponents. */
function plain(value: number): string {
  const text = String(value);
  if (!/e/i.test(text)) return text;
  return Math.abs(value) < 1e-6 ? '0' : value.toFixed(6);
}

function quote(text: string): string {
  return `"${text.slice(0, 40).replaceAll(/[^\p{L}\p{N} ._/-]/gu, '_')}"`;
}

function show(value: number): string {
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(6)));
}

function signed(change: number): string {
  return change === 0 ? '0' : `${change > 0 ? '+' : '−'}${show(Math.abs(change))}`;
}

// Metrics as a table, with the change since the default branch.
import { code } from './escape-text.ts';

export function tellMetrics(metrics: Record<string, number>, baseline: Record<string, number> | undefined): string {
  const names = Object.keys(metrics);
  if (names.length === 0) return '';
  const rows = names.slice(0, 50).map((name) => {
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
  return `${head}\n${rows.join('\n')}`;
}

function show(value: number): string {
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(6)));
}

function signed(change: number): string {
  return change === 0 ? '0' : `${change > 0 ? '+' : '−'}${show(Math.abs(change))}`;
}

// Results of the placement commands as text and as JSON.
import type { ComparisonRow } from '../../domain/placement/simulation/compare-placers.ts';
import type { Simulation } from '../../domain/placement/simulation/simulate.ts';
import type { Problem } from '../../domain/text/problem.ts';

/** JSON with times rounded to the millisecond. */
export function toJson(value: unknown): string {
  const round = (_key: string, item: unknown): unknown =>
    typeof item === 'number' && !Number.isInteger(item) ? Math.round(item * 1000) / 1000 : item;
  return `${JSON.stringify(value, round, 2)}\n`;
}

/** Pipelines that fit nowhere, as problems of the file they come from. */
export function refusalsAsProblems(result: Simulation, sources: ReadonlyMap<string, string>): Problem[] {
  return result.refused.map(({ pipeline, reason }) => ({
    file: sources.get(pipeline.replace(/#\d+$/, '')) ?? pipeline,
    line: 1,
    column: 1,
    level: 'error',
    code: 'placement-nothing-fits',
    message: `${pipeline}: ${reason}`,
    hint: 'add a larger node, or make the dataset smaller',
  }));
}

export function describeSimulation(result: Simulation, placer: string): string {
  const { makespan, bound, wait, turnaround } = result;
  const head = [
    `placer      ${placer}`,
    `makespan    ${seconds(makespan)} s, ${(makespan / Math.max(bound, 1e-9)).toFixed(2)} times the lower bound of ${seconds(bound)} s`,
    `wait        ${seconds(wait.mean)} s on average, ${seconds(wait.max)} s at most`,
    `turnaround  ${seconds(turnaround.mean)} s on average, ${seconds(turnaround.max)} s at most`,
    '',
  ];
  const rows = result.pipelines.map((run) => {
    const tasks = result.placements.filter((placement) => placement.pipeline === run.name);
    const where = tasks.map((placement) => `${placement.task} on ${placement.node}`).join(', ');
    return [run.name, seconds(run.submitted), seconds(run.scheduled), seconds(run.finished), where];
  });
  return `${head.join('\n')}\n${alignColumns([['pipeline', 'submitted', 'scheduled', 'finished', 'tasks'], ...rows])}`;
}

export function describeComparison(rows: readonly ComparisonRow[], seeds: number): string {
  const header = [
    'placer',
    'makespan',
    '±',
    'over bound',
    'vs ours',
    'mean wait',
    '±',
    'vs ours',
    'max wait',
    'turnaround',
    'ours better',
  ];
  const body = rows.map((row) => [
    row.placer,
    seconds(row.makespan),
    seconds(row.makespanDeviation),
    row.overBound.toFixed(2),
    times(row.makespanRatio),
    seconds(row.wait),
    seconds(row.waitDeviation),
    times(row.waitRatio),
    seconds(row.maxWait),
    seconds(row.turnaround),
    `${row.seedsBehind.makespan}/${row.seedsBehind.wait} of ${seeds}`,
  ]);
  const legend =
    'Simulated; seconds; mean over the seeds. "ours better": seeds in which earliest_finish is better in makespan / in mean wait.\n';
  return alignColumns([header, ...body]) + legend;
}

function times(ratio: number): string {
  return Number.isFinite(ratio) ? `${ratio.toFixed(2)}x` : '-';
}

function seconds(value: number): string {
  return value.toFixed(1);
}

/** Columns of equal width: the first and the last to the left, figures to the right where all cells below the header are figures. */
export function alignColumns(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const figures = widths.map((_, column) => rows.slice(1).every((row) => /^(?:[\d.]+x?|-)$/.test(row[column] ?? '')));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => (figures[column] ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0)))
      .join('  ')
      .trimEnd();
  // Folder names may hold anything: control characters must not reach a terminal.
  return `${rows.map((row) => line(row).replace(/[\p{Cc}\p{Cf}]/gu, '?')).join('\n')}\n`;
}

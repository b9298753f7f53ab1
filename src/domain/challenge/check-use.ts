// Whether the data can be what challenge.yml makes of it: said at the key, and at each cell in the way.
import { type ColumnUse, faultOfUse } from '../dataset/check-columns.ts';
import type { Dataset } from '../dataset/dataset.ts';
import type { DatasetFacts } from '../dataset/facts.ts';
import type { Report } from '../text/report-problems.ts';
import type { Path } from '../text/yaml-source.ts';
import { isRemoteSource } from './source-kind.ts';

/** `path` is the key that names the column. Nothing is said of a column whose cells were not all looked at. */
export function checkUse(
  name: string,
  use: ColumnUse,
  path: Path,
  { source, facts }: { source: string; facts: DatasetFacts | undefined },
  report: Report,
): void {
  const column = facts?.columns.find((datasetColumn) => datasetColumn.name === name);
  const fault = column?.cells && faultOfUse(name, column.cells, use);
  if (!column?.cells || !fault) return;
  const say = fault.level === 'error' ? report.error : report.warning;
  say(path, fault.code, fault.message, fault.hint);
  if (isRemoteSource(source)) return;
  for (const { text, line } of column.cells.oddCells) {
    const message = `\`${name}\`: \`${text.slice(0, 60)}\` is no ${column.cells.kind}`;
    const told = report.problems.some(
      (problem) => problem.file === source && problem.line === line && problem.message === message,
    );
    if (!told) report.problems.push({ file: source, line, column: 1, level: 'error', code: fault.code, message });
  }
}

/** Of the columns that the dataset itself names. */
export function checkUses(dataset: Dataset, facts: DatasetFacts, report: Report): void {
  const { target, order, source } = dataset;
  if (order.kind === 'column') checkUse(order.column, 'order', ['dataset', 'order'], { source, facts }, report);
  if (target !== undefined) checkUse(target, 'target', ['dataset', 'target'], { source, facts }, report);
}

// Whether a metric can be computed for the target of the data: errors need numbers.
import type { Dataset } from '../dataset/dataset.ts';
import type { DatasetColumn, DatasetFacts } from '../dataset/facts.ts';
import type { Report } from '../text/report-problems.ts';
import type { Path } from '../text/yaml-source.ts';
import { isRegression, type Metric } from './metric.ts';

type Kind = NonNullable<DatasetColumn['kind']>;

const words: Partial<Record<Kind, string>> = {
  text: 'is text',
  date: 'is a date',
  boolean: 'is true or false',
};

/** Where the data are not known, or their columns have no kind, nothing is said. */
export function checkMetric(
  metric: Metric | undefined,
  at: Path,
  dataset: Dataset | undefined,
  facts: DatasetFacts | undefined,
  report: Report,
): void {
  const target = dataset?.target;
  if (metric === undefined || target === undefined || !isRegression(metric)) return;
  const column = facts?.columns.find(({ name }) => name === target);
  const what = column?.kind === undefined ? undefined : words[column.kind];
  if (what === undefined) return;
  const hint =
    column?.kind === 'text'
      ? 'for classes use `accuracy` or `f1`; numbers with a decimal comma, or with words among them, are text'
      : 'for classes use `accuracy` or `f1`';
  report.error(at, 'metric-not-for-target', `\`${metric}\` needs numbers, but the target \`${target}\` ${what}`, hint);
}

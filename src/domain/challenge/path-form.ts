// Whether the name that a release gets fits the bytes that are in it.
import type { DatasetFacts } from '../dataset/facts.ts';
import type { Report } from '../text/report-problems.ts';

/** By the form of the source: endings that its slices cannot have. What is not listed may be anything. */
const packed = ['.gz', '.zst', '.zip', '.bz2', '.xz', '.xlsx', '.xls'];
const unfit: Record<string, string[]> = {
  csv: ['.parquet', '.json', '.jsonl', '.ndjson', ...packed],
  folder: ['.parquet', '.json', '.jsonl', '.ndjson', ...packed],
  jsonl: ['.csv', '.tsv', '.parquet', ...packed],
  json: ['.csv', '.tsv', '.parquet', ...packed],
  parquet: ['.json', '.jsonl', '.ndjson', '.tsv', ...packed],
};
const names: Record<string, string> = {
  csv: 'CSV',
  folder: 'a CSV that lists files',
  jsonl: 'JSON lines',
  json: 'JSON',
  parquet: 'Parquet or CSV',
};
const usual: Record<string, string> = {
  csv: '.csv',
  folder: '.csv',
  jsonl: '.jsonl',
  json: '.json',
  parquet: '.parquet',
};

export function checkPathForm(path: string, facts: DatasetFacts | undefined, report: Report): void {
  const ending = /\.[^./]+$/.exec(path)?.[0]?.toLowerCase();
  const form = facts?.format;
  if (ending === undefined || form === undefined || unfit[form]?.includes(ending) !== true) return;
  const message = `\`path\` ends in \`${ending}\`, but the releases of this source are ${names[form]}`;
  const hint = `end it in \`${usual[form]}\``;
  report.error(report.lacks(['releases', 'path']) ? ['releases'] : ['releases', 'path'], 'path-form', message, hint);
}

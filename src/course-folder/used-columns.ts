// The columns of a source whose every cell matters: those that any challenge with that source names.
import type { Challenge } from '../domain/challenge/challenge.ts';
import type { Dataset } from '../domain/dataset/dataset.ts';

export function usedColumns(
  { source }: Dataset,
  datasets: readonly Dataset[],
  challenges: readonly Challenge[],
): string[] {
  const named = datasets
    .filter((dataset) => dataset.source === source)
    .flatMap(({ target, order }) => [target, order.kind === 'column' ? order.column : undefined]);
  const tested = challenges
    .filter(({ dataset }) => dataset.source === source)
    .flatMap(({ releases, drift }) => [
      ...releases
        .flatMap(({ take }) => (take.kind === 'where' ? take.where : []))
        .flatMap((condition) => ('any' in condition ? condition.any.map(({ column }) => column) : [condition.column])),
      ...drift.map(({ column }) => column),
    ]);
  return [...new Set([...named, ...tested].filter((column) => column !== undefined))];
}

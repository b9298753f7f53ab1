// `strategy.matrix`: every combination, less `exclude`, more `include`.
import { asMap, isMap, type Json, type JsonMap } from './read-workflow.ts';

const MAX_JOBS = 256;

/** The combinations of an evaluated matrix; one empty combination when there is none. */
export function expandMatrix(matrix: Json): JsonMap[] {
  if (!isMap(matrix)) return [{}];
  const axes = Object.entries(matrix).filter(
    ([name, values]) => name !== 'include' && name !== 'exclude' && Array.isArray(values),
  ) as [string, Json[]][];
  let rows: JsonMap[] = axes.length === 0 ? [] : [{}];
  for (const [name, values] of axes) rows = rows.flatMap((row) => values.map((value) => ({ ...row, [name]: value })));
  for (const wanted of listOf(matrix['exclude'])) rows = rows.filter((row) => !agrees(row, wanted));
  const original = rows.map((row) => ({ ...row }));
  for (const extra of listOf(matrix['include'])) {
    const shared = Object.fromEntries(Object.entries(extra).filter(([name]) => axes.some(([axis]) => axis === name)));
    const fitting = original.flatMap((row, at) => (agrees(row, shared) ? [at] : []));
    if (fitting.length === 0) rows.push({ ...extra });
    for (const at of fitting) Object.assign(rows[at] ?? {}, extra);
  }
  return rows.slice(0, MAX_JOBS);
}

/** `(a, b)` behind the name of a job of a matrix. */
export function matrixSuffix(combination: JsonMap): string {
  const values = Object.values(combination).map((value) =>
    typeof value === 'object' ? JSON.stringify(value) : String(value),
  );
  return values.length === 0 ? '' : ` (${values.join(', ')})`;
}

function agrees(row: JsonMap, wanted: JsonMap): boolean {
  return Object.entries(wanted).every(([name, value]) => JSON.stringify(row[name]) === JSON.stringify(value));
}

function listOf(value: Json | undefined): JsonMap[] {
  return Array.isArray(value) ? value.map(asMap) : [];
}

// Rows of a released slice, as a service expects them: the columns of the example, with its types.
import { readFileSync, statSync } from 'node:fs';
import { splitCsv } from '../domain/text/split-csv.ts';

const most = { bytes: 20_000_000, rows: 200 };

/** Up to 200 rows, spread over the file; none when the file does not have the example's columns. */
export function readRows(path: string, example: Record<string, unknown>): Record<string, unknown>[] {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat?.isFile() || stat.size > most.bytes || !/\.[ct]sv$/i.test(path)) return [];
  const text = readFileSync(path, 'utf8')
    .replace(/^\uFEFF/, '')
    .replaceAll('\r\n', '\n');
  const [header, ...records] = splitCsv(text).records.map(({ fields }) => fields.map((field) => field.text));
  const columns = Object.keys(example);
  const indexes = columns.map((column) => header?.indexOf(column) ?? -1);
  if (indexes.includes(-1)) return [];
  const step = Math.max(1, records.length / most.rows);
  const chosen = Array.from(
    { length: Math.min(records.length, most.rows) },
    (_, index) => records[Math.floor(index * step)]!,
  );
  return chosen.flatMap((record) => {
    const row = Object.fromEntries(
      columns.map((column, index) => [column, typed(record[indexes[index]!], example[column])]),
    );
    // A gap in the data is for the pipeline to fill, not for the service.
    return Object.values(row).includes(undefined) ? [] : [row];
  });
}

function typed(text: string | undefined, like: unknown): unknown {
  if (text === undefined || text === '') return undefined;
  if (typeof like === 'number') return Number.isFinite(Number(text)) ? Number(text) : undefined;
  if (typeof like === 'boolean') return /^(true|1|yes)$/i.test(text);
  return text;
}

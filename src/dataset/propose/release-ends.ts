// The first and the last value of a column in each slice: what a teacher looks at to see that the order is right.
import { type Encoding, openTable, RowView, splittingOf } from '../table/open-table.ts';
import { prepareSource } from '../source/prepare-source.ts';
import { readRecords } from '../table/read-records.ts';
import { extname, join } from 'node:path';

export type Ends = { rows: number; first: string; last: string };

/** `work` is a folder that the caller removes. */
export async function endsOf(path: string, column: string, work: string, encoding?: Encoding): Promise<Ends> {
  const converted = ['.parquet', '.json'].includes(extname(path));
  const table = converted
    ? (await prepareSource(path, join(work, 'ends'))).table
    : await openTable(path, formatOf(path), encoding);
  const index = table.columns.indexOf(column);
  const view = new RowView(table);
  const ends = { rows: 0, first: '', last: '' };
  for await (const { bytes, starts, ends: stops, count } of readRecords(table.path, {
    ...splittingOf(table),
    start: table.start,
  })) {
    if (count === 0) continue;
    if (ends.rows === 0) ends.first = view.set(bytes, starts[0]!, stops[0]!).text(index);
    ends.last = view.set(bytes, starts[count - 1]!, stops[count - 1]!).text(index);
    ends.rows += count;
  }
  return ends;
}

function formatOf(path: string): 'csv' | 'jsonl' {
  return /\.(?:jsonl|ndjson|json)$/.test(path) ? 'jsonl' : 'csv';
}

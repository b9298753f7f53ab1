// Reads a slice once and sums up its columns.
import { type CellReader, plainCells } from '../../domain/dataset/cell-reader.ts';
import { ColumnSummarizer, type SliceSummary } from '../../domain/dataset/summarize-columns.ts';
import { detectFormat } from '../source/detect-format.ts';
import { type Encoding, openTable, RowView, splittingOf } from '../table/open-table.ts';
import { readRecords } from '../table/read-records.ts';

/** Undefined for forms that are not read row by row here (Parquet, JSON arrays). */
export async function summarizeSlice(
  path: string,
  encoding?: Encoding,
  cells: CellReader = plainCells,
): Promise<SliceSummary | undefined> {
  const { format } = await detectFormat(path);
  if (format !== 'csv' && format !== 'jsonl') return undefined;
  const table = await openTable(path, format, encoding);
  const view = new RowView(table);
  const columns = table.columns.map((name) => new ColumnSummarizer(name, cells));
  let rows = 0;
  for await (const batch of readRecords(path, { ...splittingOf(table), start: table.start })) {
    for (let row = 0; row < batch.count; row++) {
      view.set(batch.bytes, batch.starts[row]!, batch.ends[row]!);
      columns.forEach((column, index) => column.add(view.text(index)));
    }
    rows += batch.count;
  }
  return { rows, columns: columns.map((column) => column.summary()) };
}

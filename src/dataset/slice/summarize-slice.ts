// Reads a slice once and sums up its columns.
import { type CellReader, plainCells } from '../../domain/dataset/cell-reader.ts';
import { ColumnSummarizer, type SliceSummary } from '../../domain/dataset/summarize-columns.ts';
import { detectFormat } from '../source/detect-format.ts';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { prepareSource } from '../source/prepare-source.ts';
import { type Encoding, openTable, RowView, splittingOf, type Table } from '../table/open-table.ts';
import { readRecords } from '../table/read-records.ts';

export async function summarizeSlice(
  path: string,
  encoding?: Encoding,
  cells: CellReader = plainCells,
): Promise<SliceSummary> {
  const { format } = await detectFormat(path);
  if (format === 'csv' || format === 'jsonl') return summarizeTable(await openTable(path, format, encoding), cells);
  // Parquet and JSON arrays are converted first.
  const work = await mkdtemp(join(tmpdir(), 'practicum-card-'));
  try {
    return await summarizeTable((await prepareSource(path, work)).table, cells);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function summarizeTable(table: Table, cells: CellReader): Promise<SliceSummary> {
  const view = new RowView(table);
  const columns = table.columns.map((name) => new ColumnSummarizer(name, cells));
  let rows = 0;
  for await (const batch of readRecords(table.path, { ...splittingOf(table), start: table.start })) {
    for (let row = 0; row < batch.count; row++) {
      view.set(batch.bytes, batch.starts[row]!, batch.ends[row]!);
      columns.forEach((column, index) => column.add(view.text(index)));
    }
    rows += batch.count;
  }
  return { rows, columns: columns.map((column) => column.summary()) };
}

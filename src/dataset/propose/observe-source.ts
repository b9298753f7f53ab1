// Reads a file twice for a proposal: once to see how its cells are written, once to see what its columns hold.
import { isUtf8 } from 'node:buffer';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type CellReader, cellReader, plainCells } from '../../domain/dataset/cell-reader.ts';
import { ColumnEvidence } from '../../domain/dataset/column-evidence.ts';
import { proposeWords, type ProposedWords } from '../../domain/propose/propose-words.ts';
import { ColumnView, type SeenColumn } from '../../domain/propose/seen-column.ts';
import { detectFormat, type SourceFormat } from '../source/detect-format.ts';
import { prepareSource } from '../source/prepare-source.ts';
import { type Encoding, RowView, splittingOf, type Table } from '../table/open-table.ts';
import { readRecords } from '../table/read-records.ts';

export type Observed = ProposedWords & {
  rows: number;
  columns: SeenColumn[];
  format: SourceFormat;
  encoding: Encoding;
  delimiter: string;
};

const sampleRows = 2000;

/** `name` as the challenge will have it; `work` is a folder that the caller removes. Throws what reading throws. */
export async function observeSource(path: string, name: string, work: string, index?: string): Promise<Observed> {
  const encoding = await encodingOf(path, name);
  const { table, format } = await prepareSource(path, join(work, 'table'), {
    name,
    encoding,
    ...(index === undefined ? {} : { index }),
  });
  const views = table.columns.map((column) => ({ name: column, evidence: new ColumnEvidence(plainCells, column) }));
  const sample: string[][] = [];
  await eachRow(table, (cells, lineOf) => {
    views.forEach(({ evidence }, index) => evidence.add(cells[index]!, lineOf));
    if (sample.length < sampleRows) sample.push(cells);
  });
  const rough = views.map((view) => ({ name: view.name, cells: view.evidence.summary() }));
  const proposed = proposeWords(rough, sample, table.delimiter === 59);
  const { rows, columns } = await see(table, cellReader(proposed.words));
  const delimiter = table.format === 'csv' ? String.fromCharCode(table.delimiter) : '';
  return { ...proposed, rows, columns, format, encoding, delimiter };
}

async function see(table: Table, cells: CellReader): Promise<{ rows: number; columns: SeenColumn[] }> {
  const views = table.columns.map((column) => new ColumnView(column, cells));
  const rows = await eachRow(table, (texts, lineOf) => views.forEach((view, index) => view.add(texts[index]!, lineOf)));
  return { rows, columns: views.map((view) => view.seen()) };
}

/** The number of rows. Lines are those of a file without line breaks in quotes: good enough to be looked up. */
async function eachRow(table: Table, use: (cells: string[], lineOf: () => number) => void): Promise<number> {
  const view = new RowView(table);
  let rows = 0;
  for await (const { bytes, starts, ends, count } of readRecords(table.path, {
    ...splittingOf(table),
    start: table.start,
  })) {
    for (let at = 0; at < count; at++) {
      view.set(bytes, starts[at]!, ends[at]!);
      rows += 1;
      use(
        table.columns.map((_, column) => view.text(column)),
        () => rows + 1,
      );
    }
  }
  return rows;
}

/** CSV that is no UTF-8 is taken for Latin-1. */
async function encodingOf(path: string, name: string): Promise<Encoding> {
  if ((await stat(path)).isDirectory()) return 'utf8';
  const { format, utf16, packed } = await detectFormat(path, name);
  if (format !== 'csv' || utf16 || packed) return 'utf8';
  let kept = Buffer.alloc(0);
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) {
    const bytes = Buffer.concat([kept, chunk as Buffer]);
    // A sign may be cut in two by the end of the chunk.
    const end = Math.max(bytes.lastIndexOf(10), 0);
    if (!isUtf8(bytes.subarray(0, end))) return 'latin1';
    kept = bytes.subarray(end);
  }
  return isUtf8(kept) ? 'utf8' : 'latin1';
}

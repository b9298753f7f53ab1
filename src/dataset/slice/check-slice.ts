// Checks a file against the data contract in one pass.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ContractCheck } from '../../domain/dataset/contract-check.ts';
import { cellReader, type CellWords } from '../../domain/dataset/cell-reader.ts';
import type { Contract } from '../../domain/dataset/contract.ts';
import type { Problem } from '../../domain/text/problem.ts';
import { detectFormat } from '../source/detect-format.ts';
import { type Encoding, openTable, RowView, splittingOf, type Table } from '../table/open-table.ts';
import { prepareSource, type SourceOptions } from '../source/prepare-source.ts';
import { readRecords } from '../table/read-records.ts';
import { textEnd } from '../table/split-records.ts';

/** A slice in any form. `name` is said in the problems. */
export async function checkSlice(
  path: string,
  contract: Contract,
  name: string = path,
  encoding?: Encoding,
  words: CellWords = {},
): Promise<Problem[]> {
  const { format } = await detectFormat(path);
  if (format !== 'csv' && format !== 'jsonl') return checkSource(path, contract, { words, name });
  return checkTable({ ...(await openTable(path, format, encoding)), cells: cellReader(words) }, contract, name);
}

/** Any source, in its own order. For what is converted first (Parquet, JSON arrays), lines are those of the conversion. */
export async function checkSource(path: string, contract: Contract, options: SourceOptions = {}): Promise<Problem[]> {
  const work = await mkdtemp(join(tmpdir(), 'practicum-check-'));
  try {
    const { table } = await prepareSource(path, work, options);
    return await checkTable(table, contract, options.name ?? path);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function checkTable(table: Table, contract: Contract, name: string): Promise<Problem[]> {
  const view = new RowView(table);
  const check = new ContractCheck(contract, table.columns, name, table.cells);
  let line = 1 + breaksIn(table.header, 0, table.header.length);
  for await (const { bytes, starts, ends, count, lines } of readRecords(table.path, {
    ...splittingOf(table),
    start: table.start,
  })) {
    // Where lines are rows, counting rows is counting lines; else line breaks inside quotes are counted on the way.
    const simple = count === lines;
    let counted = 0;
    let at = line;
    for (let row = 0; row < count; row++) {
      const start = starts[row]!;
      if (simple) at = line + row;
      else {
        at += breaksIn(bytes, counted, start);
        counted = start;
      }
      const end = textEnd(bytes, start, ends[row]!);
      view.set(bytes, start, end);
      check.row(at, (column) => view.text(column));
    }
    line += lines;
  }
  return check.problems();
}

function breaksIn(bytes: Buffer, start: number, end: number): number {
  let breaks = 0;
  for (let at = bytes.indexOf(10, start); at !== -1 && at < end; at = bytes.indexOf(10, at + 1)) breaks += 1;
  return breaks;
}

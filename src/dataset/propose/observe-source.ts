// Reads a file twice for a proposal: once to see how its cells are written, once to see what its columns hold.
import { isUtf8 } from 'node:buffer';
import { createReadStream } from 'node:fs';
import { mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type CellReader, cellReader, plainCells } from '../../domain/dataset/cell-reader.ts';
import { ColumnEvidence } from '../../domain/dataset/column-evidence.ts';
import { proposeWords, type ProposedWords } from '../../domain/propose/propose-words.ts';
import { ColumnView, type SeenColumn } from '../../domain/propose/seen-column.ts';
import { addBytes, encodingHints, noneSeen, tellEncoding } from '../source/tell-encoding.ts';
import { NotTableError } from '../work/dataset-error.ts';
import { bareName, detectFormat, type SourceFormat } from '../source/detect-format.ts';
import { prepareSource } from '../source/prepare-source.ts';
import { unpack } from '../source/transcode.ts';
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
  const encoding = await encodingOf(path, name, join(work, 'text'));
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
  const seen = await see(table, cellReader(proposed.words));
  const padded = seen.columns.filter((column) => column.padded).map((column) => column.name);
  const words = padded.length === 0 ? proposed.words : { ...proposed.words, text: padded };
  const { rows, columns } = padded.length === 0 ? seen : await see(table, cellReader(words));
  const delimiter = table.format === 'csv' ? String.fromCharCode(table.delimiter) : '';
  return { words, notes: [...proposed.notes, ...paddedNotes(padded)], rows, columns, format, encoding, delimiter };
}

function paddedNotes(padded: readonly string[]): string[] {
  return padded.map((name) => `\`${name}\` is text: zeros stand before its numbers, as in postal codes.`);
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

/** CSV that is no UTF-8 is taken for Latin-1 where it has its signs one by one; anything else is refused. */
async function encodingOf(path: string, name: string, work: string): Promise<Encoding> {
  if ((await stat(path)).isDirectory()) return 'utf8';
  const { format, utf16, packed } = await detectFormat(path, name);
  if (packed) {
    const plain = join(work, 'plain');
    await mkdir(work, { recursive: true });
    await unpack(path, plain, packed);
    return encodingOf(plain, bareName(name), join(work, 'inside'));
  }
  return format !== 'csv' || utf16 ? 'utf8' : tellText(path, name);
}

async function tellText(path: string, name: string): Promise<Encoding> {
  let kept = Buffer.alloc(0);
  let lines = 0;
  let odd = 0;
  const seen = noneSeen();
  const look = (bytes: Buffer): void => {
    if (odd === 0 && !isUtf8(bytes)) odd = lines + 1 + linesBefore(bytes);
    for (const byte of bytes) if (byte === 10) lines += 1;
    addBytes(seen, bytes);
  };
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) {
    const bytes = Buffer.concat([kept, chunk as Buffer]);
    // A sign may be cut in two by the end of the chunk.
    const end = bytes.lastIndexOf(10) + 1;
    look(bytes.subarray(0, end));
    kept = bytes.subarray(end);
  }
  look(kept);
  if (odd === 0) return 'utf8';
  const told = tellEncoding(seen);
  if (told === 'latin1') return told;
  throw new NotTableError(`${name}:${odd}: the text is not valid UTF-8`, 'not-utf8', encodingHints[told]);
}

/** Line breaks before the first line that is no UTF-8. */
function linesBefore(bytes: Buffer): number {
  for (let line = 0, start = 0; ; line++) {
    const end = bytes.indexOf(10, start);
    if (end < 0 || !isUtf8(bytes.subarray(start, end))) return line;
    start = end + 1;
  }
}

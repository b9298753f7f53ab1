// The rank of every row by the cells of a column: numbers by value, dates by moment, anything else by code point. Keys are
// sorted in memory while they are few, and by an engine that spills when they are many, or have more digits than a double.
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { plainCells, type CellReader } from '../../domain/dataset/cell-reader.ts';
import { type Counts, ruling } from '../../domain/dataset/column-evidence.ts';
import { tieBreak } from '../../domain/dataset/exact-number.ts';
import { looksMissing } from '../../domain/dataset/recognize-form.ts';
import { ScratchReader } from '../work/scratch.ts';
import { SliceOutput } from '../work/slice-output.ts';
import { RowView, type Table } from './open-table.ts';
import { mostPlaced } from './place-rows.ts';
import { plainMoment, plainNumber } from './plain-cells.ts';
import { rankByKeys } from './rank-keys.ts';
import { recordsOf } from './read-records.ts';
import { RecordSpans } from './record-spans.ts';
import { RowKeys } from './sort-rows.ts';
import type { Batch } from './split-records.ts';
import { columnIndex } from './survey-rows.ts';

/** So many keys are sorted in memory: with all that it takes, some 50 bytes each. */
export const mostKeys = 6_000_000;
/** A column that is numbers in so many rows is taken for one, until the end shows otherwise. */
const firstRows = 1000;
/** So many different texts are. */
const mostTexts = 100_000;

const kinds = { missing: 0, number: 1, date: 2, text: 3 } as const;

/** `rankOf` is asked row by row; where there are `spans`, in any order. */
export type Ranks = { rows: number; rankOf: (row: number) => number; close: () => void; spans?: RecordSpans };

export async function rankRows(table: Table, name: string, dir: string, most = mostKeys): Promise<Ranks> {
  const ranking = new Ranking(table, name);
  for await (const batch of recordsOf(table)) {
    const { bytes, starts, ends, count } = batch;
    ranking.note(batch);
    for (let row = 0; row < count; row++) ranking.add(bytes, starts[row]!, ends[row]!);
    if (ranking.rows > most) break;
  }
  return (ranking.rows > most ? undefined : ranking.ranks()) ?? rankByEngine(table, name, dir);
}

/** Undefined where the file is too large to be read again and again. */
export function spansFor({ path }: Table): RecordSpans | undefined {
  return statSync(path).size <= mostPlaced ? new RecordSpans() : undefined;
}

/** What a text is as a key, so that one that comes again is not read again. */
type Known = { text: number; kind: number; value: number };

/** Keys of a column, of rows that come one by one. */
export class Ranking {
  readonly #view: RowView;
  readonly #column: number;
  readonly #cells: CellReader;
  readonly #plain: boolean;
  readonly #isText: boolean;
  readonly #keys = new RowKeys();
  readonly #textKeys = new RowKeys();
  readonly #counts: Counts = { values: 0, numbers: 0, dates: 0, wordsAside: 0 };
  /** Given up where there are too many texts, and where the first rows are numbers or dates. */
  #texts: Map<string, Known> | undefined = new Map();
  #exact = false;
  readonly #spans: RecordSpans | undefined;
  readonly #start: number;

  constructor(table: Table, name: string) {
    this.#spans = spansFor(table);
    this.#start = table.start;
    this.#view = new RowView(table);
    this.#column = columnIndex(table, name);
    this.#cells = table.cells;
    this.#isText = table.cells.isText(name);
    this.#plain = table.cells === plainCells;
  }

  get rows(): number {
    return this.#keys.rows;
  }

  /** Before its rows. */
  note(batch: Batch): void {
    if (this.rows <= mostKeys) this.#spans?.note(batch, this.#start);
  }

  add(bytes: Buffer, start: number, end: number): void {
    this.#take(bytes, this.#view.seek(bytes, start, end, this.#column));
  }

  /** A row of `bytes` that somebody else looks at, too. */
  see(bytes: Buffer, view: RowView): void {
    // After the last that could be sorted here, none is.
    if (this.rows <= mostKeys) this.#take(bytes, view.point(this.#column));
  }

  #take(bytes: Buffer, view: RowView): void {
    if (this.#texts) return this.#addText(this.#texts, view.cell());
    if (this.#plain && view.cellStart >= 0) {
      const number = plainNumber(bytes, view.cellStart, view.cellEnd);
      if (!Number.isNaN(number)) return this.#note(kinds.number, number);
      const moment = plainMoment(bytes, view.cellStart, view.cellEnd);
      if (!Number.isNaN(moment)) return this.#note(kinds.date, moment);
    }
    const text = view.cell();
    const { kind, value } = this.#read(text);
    if (kind === kinds.text && looksMissing(text)) this.#counts.wordsAside += 1;
    this.#note(kind, value);
  }

  /** Undefined where the keys cannot be told apart here. */
  ranks(): Ranks | undefined {
    const ranks = this.rows > mostKeys ? undefined : this.#rank();
    if (!ranks) return undefined;
    const { length: rows } = ranks;
    const spans = this.#spans;
    return { rows, rankOf: (row) => ranks[row]!, close: () => undefined, ...(spans ? { spans } : {}) };
  }

  #rank(): Uint32Array | undefined {
    const by = this.#isText ? undefined : ruling(this.#counts);
    if (by !== undefined) return this.#exact ? undefined : this.#keys.ranks(kinds[by]);
    if (!this.#texts) return undefined;
    const order = [...this.#texts].map(([text, known]) => ({ bytes: Buffer.from(text), known }));
    const places = new Float64Array(order.length);
    for (const [place, { known }] of order.toSorted((a, b) => Buffer.compare(a.bytes, b.bytes)).entries()) {
      places[known.text] = place;
    }
    return this.#textKeys.ranks(kinds.text, places);
  }

  #addText(texts: Map<string, Known>, text: string): void {
    let known = texts.get(text);
    if (!known) {
      known = { text: texts.size, ...this.#read(text) };
      texts.set(text, known);
      if (texts.size > mostTexts) this.#texts = undefined;
    }
    if (known.kind === kinds.text && looksMissing(text)) this.#counts.wordsAside += 1;
    this.#note(known.kind, known.value);
    this.#textKeys.add(known.kind === kinds.missing ? kinds.missing : kinds.text, known.text);
    if (this.rows === firstRows && !this.#isText && ruling(this.#counts) !== undefined) this.#texts = undefined;
  }

  #read(text: string): { kind: number; value: number } {
    const cells = this.#cells;
    if (cells.isMissing(text)) return { kind: kinds.missing, value: 0 };
    const number = cells.number(text);
    if (number !== undefined) {
      if (tieBreak(cells.plain(text) ?? '') !== '') this.#exact = true;
      return { kind: kinds.number, value: number };
    }
    const date = cells.date(text);
    if (date === undefined) return { kind: kinds.text, value: 0 };
    if (finerThanMillis(text) !== '') this.#exact = true;
    return { kind: kinds.date, value: date };
  }

  #note(kind: number, value: number): void {
    if (kind !== kinds.missing) this.#counts.values += 1;
    if (kind === kinds.number) this.#counts.numbers += 1;
    else if (kind === kinds.date) this.#counts.dates += 1;
    this.#keys.add(kind, value);
  }
}

/** The keys as a file, for the engine. */
async function rankByEngine(table: Table, name: string, dir: string): Promise<Ranks> {
  const column = columnIndex(table, name);
  const { cells } = table;
  const view = new RowView(table);
  const path = join(dir, 'keys.csv');
  const keys = new SliceOutput(path, Buffer.from('text,number,date,exact\n'), 1 << 18);
  const counts: Counts = { values: 0, numbers: 0, dates: 0, wordsAside: 0 };
  let rows = 0;
  for await (const batch of recordsOf(table)) {
    for (let row = 0; row < batch.count; row++) {
      const text = view.seek(batch.bytes, batch.starts[row]!, batch.ends[row]!, column).cell();
      const line = Buffer.from(keyOf(text, cells, counts));
      keys.append(line, 0, line.length, 1);
    }
    rows += batch.count;
  }
  keys.finish();
  const ranks = join(dir, 'ranks.bin');
  await rankByKeys(path, cells.isText(name) ? 'text' : (ruling(counts) ?? 'text'), ranks, dir);
  const reader = new ScratchReader(ranks, 6);
  const rankOf = (): number => reader.block.readUIntLE(reader.next(), 6);
  return { rows, rankOf, close: () => reader.close() };
}

/** A line of keys; counts what the cell is. */
function keyOf(text: string, cells: CellReader, counts: Counts): string {
  if (cells.isMissing(text)) return '"",,,\n';
  counts.values += 1;
  const key = `"${text.replaceAll('"', '""')}"`;
  const number = cells.number(text);
  if (number !== undefined) {
    counts.numbers += 1;
    return `${key},${number},,${tieBreak(cells.plain(text) ?? '')}\n`;
  }
  const date = cells.date(text);
  if (date !== undefined) {
    counts.dates += 1;
    return `${key},,${date},${finerThanMillis(text)}\n`;
  }
  if (looksMissing(text)) counts.wordsAside += 1;
  return `${key},,,\n`;
}

/** What of a second is finer than a millisecond. */
function finerThanMillis(text: string): string {
  return /[.,]\d{3}(\d+)/.exec(text)?.[1]?.replace(/0+$/, '') ?? '';
}

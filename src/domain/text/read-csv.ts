// Reads a CSV answer into rows, each cell as the type that the expected row has there.
import { numberOf } from './read-cell.ts';
import type { Row } from './row.ts';

/** The columns of the expected rows and what their cells are; a column that is not expected stays text. */
export type CellTypes = Map<string, CellType>;
/** `mixed`: each cell as the expected one of its row. */
type CellType = 'number' | 'boolean' | 'text' | 'text or null' | 'mixed';

/** One record of a CSV text: its cells, and the 1-based line on which it starts. */
export type CsvRecord = { cells: string[]; line: number };

/** What the cells of each column are, from the expected cells. CSV cannot tell null from empty text, and neither does the judge. */
export function cellTypes(expected: readonly Row[]): CellTypes {
  const types: CellTypes = new Map();
  const nulls = new Set<string>();
  for (const row of expected) {
    for (const column of Object.keys(row)) {
      const value = row[column];
      if (value === null) nulls.add(column);
      else if (value !== '') {
        const type = typeOf(value);
        const known = types.get(column);
        types.set(column, known === undefined || known === type ? type : 'mixed');
      }
    }
  }
  for (const column of nulls) if ((types.get(column) ?? 'text') === 'text') types.set(column, 'text or null');
  return types;
}

function typeOf(value: unknown): CellType {
  return typeof value === 'number' || typeof value === 'boolean' ? (typeof value as 'number') : 'text';
}

/** Why a text cannot be read, and in which line. */
export type Unreadable = { unreadable: string; line?: number };

/** The rows of a CSV text. Numbers and booleans are read where they are expected; an empty cell there is null. */
export function readCsvRows(
  text: string,
  types: CellTypes,
  expected: readonly Row[] = [],
): { rows: Row[] } | Unreadable {
  const records = csvRecords(text);
  const first = records.next();
  if (first.done) return { unreadable: 'The CSV is empty: its first line must name the columns.' };
  if ('unreadable' in first.value) return first.value;
  const columns = first.value.cells;
  if (!columns.includes('row')) {
    const hint = columns.length === 1 && /[;\t]/.test(columns[0]!) ? ': separate columns by commas' : '';
    return { unreadable: `The CSV has no column "row"${hint}.` };
  }
  if (new Set(columns).size !== columns.length) return { unreadable: 'The CSV names a column twice.' };
  const readers = columns.map((column) => types.get(column) ?? 'text');
  const mixed = readers.includes('mixed');
  const wanted = new Map(mixed ? expected.map((row) => [String(row['row']), row]) : []);
  const keyAt = columns.indexOf('row');
  const rows: Row[] = [];
  for (const record of records) {
    if ('unreadable' in record) return record;
    if (record.cells.length !== columns.length) {
      const { line, cells } = record;
      return { unreadable: `Line ${line} has ${cells.length} cells; the header has ${columns.length}.`, line };
    }
    // fromEntries defines own properties, so that a column called __proto__ stays a column.
    const asked = mixed ? wanted.get(record.cells[keyAt]!.trim()) : undefined;
    const read = (column: string, i: number): unknown => {
      const type = readers[i] === 'mixed' ? typeOf(asked?.[column]) : readers[i]!;
      return readCell(record.cells[i]!, type);
    };
    rows.push(Object.fromEntries(columns.map((column, i) => [column, read(column, i)])));
  }
  return { rows };
}

function readCell(cell: string, type: CellType): unknown {
  if (type === 'text' || (type === 'text or null' && cell !== '')) return cell;
  if (cell === '') return null;
  if (type === 'boolean' && /^(true|false)$/i.test(cell)) return cell.toLowerCase() === 'true';
  const number = numberOf(cell);
  // Too large to be exact: its digits are compared.
  return number === undefined || (Number.isInteger(number) && !Number.isSafeInteger(number)) ? cell.trim() : number;
}

/** Splits RFC 4180 text into records: quoted cells may hold commas, quotes (doubled) and line ends. */
export function* csvRecords(text: string): Generator<CsvRecord | Unreadable, void> {
  let at = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  let line = 1;
  while (at < text.length) {
    const start = line;
    const cells: string[] = [];
    for (;;) {
      if (text[at] === '"') {
        const cell = quotedCell(text, at);
        if (!cell) return yield { unreadable: `Line ${start}: a quoted cell is not closed.`, line: start };
        cells.push(cell.value);
        line += countLines(cell.value);
        at = cell.end;
        if (at < text.length && !',\r\n'.includes(text[at]!)) {
          return yield { unreadable: `Line ${line}: text follows a closing quote.`, line };
        }
      } else {
        const end = cellEnd(text, at);
        cells.push(text.slice(at, end));
        at = end;
      }
      if (text[at] !== ',') break;
      at++;
    }
    if (text[at] === '\r') at++;
    if (text[at] === '\n') at++;
    line++;
    const blank = cells.length === 1 && cells[0] === '';
    if (!blank) yield { cells, line: start };
  }
}

function cellEnd(text: string, from: number): number {
  for (let at = from; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 44 || code === 10 || code === 13) return at;
  }
  return text.length;
}

function quotedCell(text: string, from: number): { value: string; end: number } | undefined {
  let quote = from + 1;
  for (;;) {
    quote = text.indexOf('"', quote);
    if (quote === -1) return undefined;
    if (text[quote + 1] !== '"') break;
    quote += 2;
  }
  return { value: text.slice(from + 1, quote).replaceAll('""', '"'), end: quote + 1 };
}

function countLines(text: string): number {
  return text.split('\n').length - 1;
}

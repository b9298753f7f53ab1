// The rows of a roster as they stand in its text: who is on it, with or without a login, and how a login is written into a row.
import { splitCsv, type CsvRecord } from '../text/split-csv.ts';
import { readHeader, type Places, type RosterColumn } from './roster-columns.ts';
import { readLogin } from './read-login.ts';
import { isNoStudent } from './roster.ts';

/** `key` names the person within the course: the id of the institution, or the name where there is no id. */
export type RosterRow = { line: number; key: string; login: string; id: string; name: string };

type Read = {
  rows: (RosterRow & { record: CsvRecord })[];
  /** All below the header. */
  others: CsvRecord[];
  places: Places;
  header: CsvRecord;
  separator: string;
};

/** Spelt without case and repeated spaces: how people type their own id or name. */
export function spellKey(text: string): string {
  return text.normalize('NFC').trim().toLowerCase().replaceAll(/\s+/g, ' ');
}

/** Every row with an id or a name, in the order of the file. Empty where there is no header to go by. */
export function rosterRows(text: string): RosterRow[] {
  return (readText(text)?.rows ?? []).map(({ line, key, login, id, name }) => ({ line, key, login, id, name }));
}

/** Rows that can be told apart by what a person knows of themselves: id first, then the full name. */
export function findRows(rows: readonly RosterRow[], typed: string): RosterRow[] {
  const key = spellKey(typed);
  if (key === '') return [];
  const byId = rows.filter(({ id }) => spellKey(id) === key);
  return byId.length > 0 ? byId : rows.filter(({ name }) => spellKey(name) === key);
}

/**
 * The roster with these logins, by key, and everything else as it was: separators, quotes, line ends. An empty login
 * empties the cell. A roster without the column `login` gets one at its end. Keys that are not there are passed over.
 */
export function writeLogins(text: string, logins: ReadonlyMap<string, string>): string {
  const mark = text.startsWith('\uFEFF') ? '\uFEFF' : '';
  const end = text.includes('\r\n') ? '\r\n' : '\n';
  const plain = text.slice(mark.length).replaceAll(/\r\n?/g, '\n');
  const read = readText(plain);
  if (!read) return text;
  const written = read.places.at.has('login') ? fillCells(plain, read, logins) : addColumn(plain, read, logins);
  return mark + (end === '\n' ? written : written.replaceAll('\n', end));
}

function readText(text: string): Read | undefined {
  const { records, separator } = splitCsv(text.replaceAll(/\r\n?/g, '\n').replace(/^"?sep=(.)"?\n/i, '\n'));
  const [header, ...others] = records;
  const quiet = (): void => undefined;
  const places = header && readHeader(header, quiet);
  if (!header || !places) return undefined;
  const rows = others.flatMap((record) => {
    const cell = (column: RosterColumn): string =>
      (places.at.get(column) ?? [])
        .map((index) => record.fields[index]?.text.trim() ?? '')
        .filter(Boolean)
        .join(' ')
        .replaceAll(/\s+/g, ' ');
    const [id, name] = [cell('id'), cell('name')];
    const login = readLogin({ text: cell('login'), line: record.line, column: 1 }, quiet) ?? cell('login');
    const key = spellKey(id || name);
    return key === '' || isNoStudent(name) ? [] : [{ line: record.line, key, login, id, name, record }];
  });
  return { rows, others, places, header, separator };
}

type Edit = { start: number; end: number; text: string };

function fillCells(text: string, { rows, places, separator }: Read, logins: ReadonlyMap<string, string>): string {
  const at = places.at.get('login')![0]!;
  const shift = shiftOf(text);
  const edits = rows.flatMap(({ key, record }): Edit[] => {
    const login = logins.get(key);
    if (login === undefined) return [];
    const field = record.fields[at];
    if (field) return [{ start: field.start + shift, end: field.end + shift, text: login }];
    // The row ends before the column: what is missing in between is empty.
    const last = record.fields.at(-1)!.end + shift;
    return [{ start: last, end: last, text: separator.repeat(at - record.fields.length + 1) + login }];
  });
  return apply(text, edits);
}

function addColumn(
  text: string,
  { rows, others, header, separator }: Read,
  logins: ReadonlyMap<string, string>,
): string {
  const shift = shiftOf(text);
  const endOf = (record: CsvRecord): number => record.fields.at(-1)!.end + shift;
  const width = header.fields.length;
  const keys = new Map(rows.map(({ record, key }) => [record, key]));
  const edits = others.map((record): Edit => {
    const missing = separator.repeat(Math.max(0, width - record.fields.length));
    return {
      start: endOf(record),
      end: endOf(record),
      text: `${missing}${separator}${logins.get(keys.get(record) ?? '') ?? ''}`,
    };
  });
  return apply(text, [{ start: endOf(header), end: endOf(header), text: `${separator}login` }, ...edits]);
}

/** Excel's line that names the separator is read as an empty one: what is behind it stands further back than it was read. */
function shiftOf(text: string): number {
  const line = /^"?sep=(.)"?\n/i.exec(text);
  return line ? line[0].length - 1 : 0;
}

function apply(text: string, edits: readonly Edit[]): string {
  let written = '';
  let from = 0;
  for (const { start, end, text: put } of edits.toSorted((a, b) => a.start - b.start)) {
    written += text.slice(from, start) + put;
    from = end;
  }
  return written + text.slice(from);
}

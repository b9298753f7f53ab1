// CSV text → records that remember their line. For small files that people write; data goes through the dataset engine.

/** `start` to `end` is where the field stands in the text, quotes included. */
type CsvField = { text: string; column: number; start: number; end: number };
export type CsvRecord = { line: number; fields: CsvField[] };
type SplitCsv = {
  records: CsvRecord[];
  separator: string;
  /** Where a quoted field begins that never ends. */
  unclosed?: { line: number; column: number };
};

type Cursor = { text: string; separator: string; index: number; line: number; lineStart: number };

/** Empty records are skipped. */
export function splitCsv(text: string): SplitCsv {
  const at: Cursor = { text, separator: separatorOf(text), index: 0, line: 1, lineStart: 0 };
  const records: CsvRecord[] = [];
  while (at.index < text.length) {
    const record: CsvRecord = { line: at.line, fields: [] };
    do {
      const begin = { line: at.line, column: at.index - at.lineStart + 1 };
      const start = at.index;
      const value = readField(at);
      if (value === undefined) return { records, separator: at.separator, unclosed: begin };
      record.fields.push({ text: value, column: begin.column, start, end: at.index });
    } while (text[at.index++] === at.separator);
    at.line++;
    at.lineStart = at.index;
    if (record.fields.some((field) => field.text.trim() !== '')) records.push(record);
  }
  return { records, separator: at.separator };
}

/** Leaves the cursor on the separator or line end behind the field; undefined when a quote is never closed. */
function readField(at: Cursor): string | undefined {
  let value = '';
  if (at.text[at.index] === '"') {
    const quoted = readQuoted(at);
    if (quoted === undefined) return undefined;
    value = quoted;
  }
  const start = at.index;
  while (at.index < at.text.length && at.text[at.index] !== at.separator && at.text[at.index] !== '\n') at.index++;
  return value + at.text.slice(start, at.index);
}

function readQuoted(at: Cursor): string | undefined {
  let value = '';
  for (;;) {
    const start = at.index + 1;
    const quote = at.text.indexOf('"', start);
    if (quote === -1) return undefined;
    const part = at.text.slice(start, quote);
    const breaks = part.split('\n').length - 1;
    at.line += breaks;
    if (breaks > 0) at.lineStart = start + part.lastIndexOf('\n') + 1;
    value += part;
    at.index = quote + 1;
    if (at.text[at.index] !== '"') return value;
    value += '"';
  }
}

/** The separator that the first line has most of: spreadsheets of half the world write semicolons. */
export function separatorOf(text: string): string {
  const first = /^\s*([^\n]*)/.exec(text)?.[1] ?? '';
  const count = (value: string): number => first.split(value).length;
  return [',', ';', '\t'].toSorted((a, b) => count(b) - count(a))[0]!;
}

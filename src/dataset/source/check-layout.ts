// The head of a CSV: whether its first line is a header, and its columns are told apart.
import { isUtf8 } from 'node:buffer';
import type { ProblemCode } from '../../domain/text/problem-codes.ts';
import type { Table } from '../table/open-table.ts';
import type { ProblemList } from './problem-list.ts';
import { addBytes, encodingHints, noneSeen, tellEncoding } from './tell-encoding.ts';

/** So many lines tell how a file is laid out. */
const mostLines = 60;

/** `head` is the beginning of the file. False when the rows need not be looked at: the cause is said. */
export function checkLayout(table: Table, head: Buffer, problems: ProblemList): boolean {
  if (table.format !== 'csv') return true;
  if (head.includes('\r\r\n')) {
    const hint = 'save the file with line breaks of Unix or Windows';
    problems.add(1, { code: 'csv-line-breaks', message: 'lines end in two carriage returns and a line feed', hint });
    return false;
  }
  if (head.includes(13) && !head.includes(10)) {
    const hint = 'save the file with line breaks of Unix or Windows';
    problems.add(1, { code: 'csv-line-breaks', message: 'lines end in a carriage return alone, as on old Macs', hint });
    return false;
  }
  const all = head
    .toString('latin1')
    .replace(/^\xef\xbb\xbf/, '')
    .split(/\r?\n|\r/);
  // The last line may be cut off.
  const lines = all.slice(0, Math.min(mostLines, Math.max(1, all.length - 1))).filter((line) => line.trim() !== '');
  const found = tellFirstLines(lines, String.fromCharCode(table.delimiter)) ?? tellDelimiter(lines, table);
  if (!found) return true;
  problems.add(1, found);
  return false;
}

type Finding = { code: ProblemCode; message: string; hint: string };

function tellFirstLines(lines: readonly string[], delimiter: string): Finding | undefined {
  const sep = /^"?sep=(.)"?[,;\t]*$/i.exec(lines[0] ?? '');
  if (sep) {
    const hint = 'remove the line: the delimiter is found by the header';
    return { code: 'csv-sep-line', message: `the first line (\`${lines[0]}\`) is for Excel, and no header`, hint };
  }
  if (/^\s*'[^']*'(?:[,;\t]\s*'[^']*')+\s*$/.test(lines[0] ?? '')) {
    const message = 'the fields stand in single quotes, which are read as a part of them';
    return { code: 'csv-quotes', message, hint: 'save the file with double quotes (`"`), or without' };
  }
  const quoted = tellQuotes(lines, delimiter);
  if (quoted) return quoted;
  const body = lines.findIndex((line) => !/^\s*[#%]/.test(line));
  const counts = lines.map((line) => countFields(line, bestDelimiter(lines, delimiter)));
  const usual = mostFrequent(counts.slice(Math.max(1, Math.floor(counts.length / 2))));
  if (body > 0 && (body > 1 || counts[0] !== usual) && counts[body] === usual) {
    const message = `the first ${body === 1 ? 'line is a comment' : `${body} lines are comments`}, and no header`;
    return { code: 'csv-comments', message, hint: 'remove the lines that begin with `#` or `%`' };
  }
  return tellPreamble(lines, counts, usual);
}

/** Quotes that open no field: around the whole row, or behind a blank. */
function tellQuotes(lines: readonly string[], delimiter: string): Finding | undefined {
  const head = lines.slice(0, 10);
  if (head.length > 1 && head.every((line) => /^\s*"[^"]*[,;\t][^"]*(?:""[^"]*)*"\s*$/.test(line))) {
    const message = 'each row stands in quotes as a whole, and so is one field';
    return { code: 'csv-quotes', message, hint: 'take the quotes around the rows away, or export the file again' };
  }
  const [first = ''] = lines;
  if (!first.includes(delimiter) || !/[,;\t] +"[^"]*"/.test(first)) return undefined;
  const message = `blanks stand before the quotes (\`${first.slice(0, 60)}\`), which are read as a part of the field then`;
  return { code: 'csv-quotes', message, hint: 'take the blanks behind the delimiters away' };
}

/** Lines before the header. One field less in the first line may also be R's row names: then the next line is no header. */
function tellPreamble(lines: readonly string[], counts: readonly number[], usual: number): Finding | undefined {
  const first = counts.indexOf(usual);
  if (usual < 2 || first < 1 || counts.length < first + 3) return undefined;
  if (first === 1 && counts[0]! >= usual - 1 && !isHeader(lines, first)) return undefined;
  const at = lines[first]!.slice(0, 60);
  const message = `the header is not in the first line: before \`${at}\`, ${first === 1 ? 'one line is' : `${first} lines are`} of another form`;
  return { code: 'csv-preamble', message, hint: 'remove what stands before the header' };
}

/** No number in it, but some behind it. */
function isHeader(lines: readonly string[], at: number): boolean {
  const hasNumber = (line: string): boolean => /(?:^|[,;\t"])\s*[+-]?[\d.,]*\d\s*(?:$|[,;\t"])/.test(line);
  return !hasNumber(lines[at]!) && lines.slice(at + 1).some(hasNumber);
}

/** A file whose first line has but one field may be told apart by what its other lines have most of. */
function bestDelimiter(lines: readonly string[], found: string): string {
  const rest = lines.slice(-Math.max(1, Math.ceil(lines.length / 2)));
  const signs = [found, ',', ';', '\t'];
  const scored = signs.map((sign) => ({ sign, count: mostFrequent(rest.map((line) => countFields(line, sign))) }));
  const own = scored[0]!.count;
  return own > 1 ? found : scored.toSorted((a, b) => b.count - a.count)[0]!.sign;
}

const otherDelimiters: [name: string, pattern: RegExp][] = [
  ['`|`', /\s*\|\s*/],
  ['blanks', /\s+/],
  ['`:`', /:/],
  ['`^`', /\^/],
  ['`~`', /~/],
  ['a control sign', /\p{Cc}/u],
];

function tellDelimiter(lines: readonly string[], { columns, delimiter }: Table): Finding | undefined {
  if (columns.length !== 1 || lines.length < 2) return undefined;
  const sign = String.fromCharCode(delimiter);
  const late = bestDelimiter(lines, sign);
  if (late !== sign && mostFrequent(lines.slice(1).map((line) => countFields(line, late))) > 1) {
    const message = `the header has one column, but the rows are divided by \`${late === '\t' ? 'tab' : late}\``;
    return { code: 'csv-delimiter', message, hint: 'divide the header as the rows are' };
  }
  for (const [name, pattern] of otherDelimiters) {
    const counts = lines.map(
      (line) =>
        line
          .trim()
          .replaceAll(/"[^"]*"/g, 'q')
          .split(pattern).length,
    );
    if (counts[0]! < 2 || counts.some((count) => count !== counts[0])) continue;
    const message = `there is one column: the fields seem to be divided by ${name}, which is not read`;
    return { code: 'csv-delimiter', message, hint: 'save the file with `,`, `;` or tabs between the fields' };
  }
  return undefined;
}

/** Delimiters outside of quotes, plus one. */
function countFields(line: string, delimiter: string): number {
  let count = 1;
  let quoted = false;
  for (const sign of line) {
    if (sign === '"') quoted = !quoted;
    else if (sign === delimiter && !quoted) count += 1;
  }
  return count;
}

function mostFrequent(counts: readonly number[]): number {
  const seen = new Map<number, number>();
  for (const count of counts) seen.set(count, (seen.get(count) ?? 0) + 1);
  return [...seen].toSorted((a, b) => b[1] - a[1] || b[0] - a[0])[0]?.[0] ?? 0;
}

export const notUtf8 = 'the text is not valid UTF-8';

/** `bytes` are the first that are no UTF-8. */
export function utf8Hint({ format }: Pick<Table, 'format'>, bytes: Uint8Array): string {
  if (format !== 'csv') return 'convert the file to UTF-8';
  const seen = noneSeen();
  addBytes(seen, bytes);
  return encodingHints[tellEncoding(seen)];
}

/** Names that are missing or twice. A column without a name is kept: nothing can refer to it, and nothing has to. */
type Header = Pick<Table, 'columns' | 'encoding' | 'format' | 'header'>;

export function checkHeader(table: Header, problems: ProblemList): void {
  if (table.encoding === 'utf8' && !isUtf8(table.header)) {
    problems.add(1, { code: 'not-utf8', message: notUtf8, hint: utf8Hint(table, table.header) });
  }
  const seen = new Set<string>();
  for (const [index, column] of table.columns.entries()) {
    const unseen = /[\u00A0\u00AD\u200B-\u200F\u2028\u2029\u2060\uFEFF]/.exec(column)?.[0];
    if (unseen !== undefined) {
      const sign = `U+${unseen.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`;
      const message = `the name of column ${index + 1} (\`${column}\`) has a sign in it that is not seen (${sign})`;
      problems.add(1, { code: 'column-unseen', level: 'warning', message, hint: 'take the sign out of the header' });
    }
    if (column.trim() === '') addUnnamed(index, table.columns.length, problems);
    else if (seen.has(column)) {
      problems.add(1, { code: 'duplicate-column', message: `there are two columns named "${column}"` });
    }
    seen.add(column);
  }
}

function addUnnamed(index: number, columns: number, problems: ProblemList): void {
  const [place, hint] =
    index === 0
      ? [
          '',
          'an index that pandas or R wrote? leave it out by `to_csv(…, index=False)` or `row.names = FALSE`, or name it',
        ]
      : index === columns - 1
        ? [' (the last one)', 'take the delimiter at the end of each line away, or name the column']
        : ['', 'name it in the header'];
  const message = `column ${index + 1}${place} has no name: it is kept, but nothing can refer to it`;
  problems.add(1, { code: 'column-unnamed', level: 'warning', message, hint });
}

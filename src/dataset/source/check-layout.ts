// The head of a CSV: whether its first line is a header, and its columns are told apart.
import { isUtf8 } from 'node:buffer';
import type { ProblemCode } from '../../domain/text/problem-codes.ts';
import type { Table } from '../table/open-table.ts';
import type { ProblemList } from './problem-list.ts';
import {
  commentsBefore,
  firstLines,
  isQuotedWhole,
  laterDelimiter,
  otherDelimiter,
  preambleBefore,
} from './tell-layout.ts';
import { addBytes, encodingHints, noneSeen, tellEncoding } from './tell-encoding.ts';

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
  const lines = firstLines(head.toString('latin1'));
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
  const comments = commentsBefore(lines, delimiter);
  if (comments > 0) {
    const message = `the first ${comments === 1 ? 'line is a comment' : `${comments} lines are comments`}, and no header`;
    return { code: 'csv-comments', message, hint: 'remove the lines that begin with `#` or `%`' };
  }
  const before = preambleBefore(lines, delimiter);
  if (before === 0) return undefined;
  const message = `the header is not in the first line: before \`${lines[before]!.slice(0, 60)}\`, ${before === 1 ? 'one line is' : `${before} lines are`} of another form`;
  return { code: 'csv-preamble', message, hint: 'remove what stands before the header' };
}

/** Quotes that open no field: around the whole row, or behind a blank. */
function tellQuotes(lines: readonly string[], delimiter: string): Finding | undefined {
  const head = lines.slice(0, 10);
  if (head.length > 1 && head.every(isQuotedWhole)) {
    const message = 'each row stands in quotes as a whole, and so is one field';
    return { code: 'csv-quotes', message, hint: 'take the quotes around the rows away, or export the file again' };
  }
  const [first = ''] = lines;
  if (!first.includes(delimiter) || !/[,;\t] +"[^"]*"/.test(first)) return undefined;
  const message = `blanks stand before the quotes (\`${first.slice(0, 60)}\`), which are read as a part of the field then`;
  return { code: 'csv-quotes', message, hint: 'take the blanks behind the delimiters away' };
}

function tellDelimiter(lines: readonly string[], { columns, delimiter }: Table): Finding | undefined {
  const sign = String.fromCharCode(delimiter);
  const later = columns.length === 1 && lines.length > 1 ? laterDelimiter(lines, sign) : undefined;
  if (later !== undefined) {
    const message = `the header has one column, but the rows are divided by \`${later === '\t' ? 'tab' : later}\``;
    return { code: 'csv-delimiter', message, hint: 'divide the header as the rows are' };
  }
  const other = otherDelimiter(lines, sign, columns.length);
  if (!other) return undefined;
  const many = columns.length === 1 ? 'there is one column' : 'tabs divide only some of the fields';
  const message = `${many}: the fields seem to be divided by ${other.name}, which is not read`;
  return { code: 'csv-delimiter', message, hint: 'save the file with `,`, `;` or tabs between the fields' };
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

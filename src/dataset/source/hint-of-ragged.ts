// Why a row has more or fewer fields than the header, as far as it can be told: the way to mend it.
import type { Table } from '../table/open-table.ts';

/** Where each row has a field more than the header. */
export const oneMore =
  'row names that R wrote? use `row.names = FALSE`, or begin the header with a name for them; a delimiter inside a text? put the text in quotes';

export function hintOfRagged(
  row: string,
  fields: number,
  { delimiter, columns }: Pick<Table, 'delimiter' | 'columns'>,
): string {
  const sign = String.fromCharCode(delimiter);
  const bare = row.trimEnd();
  if (/^\s*[#%]/.test(row)) return 'it seems to be a comment: take it out';
  if (/^(?:<{7}|={7}|>{7}|\|{7})(?: |$)/.test(bare))
    return 'git left it when two versions were merged: choose one of them, and take the marks out';
  if (bare === '' || bare === '\x1a') return 'it holds nothing: take the line out';
  if (/\r[^\n]/.test(row))
    return 'a carriage return alone stands in it: save the file with line breaks of Unix or Windows';
  if (row.includes('\\"')) return 'a quote inside a field is doubled in CSV (`""`), not written with a backslash';
  if (fields > columns.length && row.includes(`${sign} "`))
    return 'no blank may stand before the quote that opens a field';
  if (fields > columns.length && bare.endsWith(sign)) return 'take the delimiter at its end away';
  if (fields > columns.length) return `put fields with \`${sign === '\t' ? 'tab' : sign}\` in them into quotes`;
  return fields === 1 ? 'if it is a note below the table, take it out' : 'a field of it is missing, or a delimiter';
}

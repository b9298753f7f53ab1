// A copy of a CSV without a header, with one: many published files have none.
import { createReadStream, createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { csvLiteral } from '../table/csv-fields.ts';
import { openTable } from '../table/open-table.ts';

/** `name` gives the names for so many columns; the bytes of the rows stay as they are. */
export async function addHeader(
  from: string,
  to: string,
  name: (columns: number) => readonly string[],
): Promise<readonly string[]> {
  const { columns, delimiter, header, eol } = await openTable(from, 'csv');
  const names = name(columns.length);
  const copy = createWriteStream(to);
  copy.write(names.map((text) => csvLiteral(text, delimiter, false)).join(String.fromCharCode(delimiter)));
  copy.write(eol);
  // A byte order mark would stand in the first cell.
  await pipeline(createReadStream(from, { start: header[0] === 0xef ? 3 : 0 }), copy);
  return names;
}

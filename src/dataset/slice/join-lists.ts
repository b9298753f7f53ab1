// The row numbers of several lists as one: which of the arranged rows each file of the result has.
import { rmSync } from 'node:fs';
import { openTable } from '../table/open-table.ts';
import { readRecords } from '../table/read-records.ts';
import { SliceOutput } from '../work/slice-output.ts';

/** Where one file of the result is, and which rows of the arranged ones it has. */
export type Part = { path: string; from: number; to: number; release?: string; owner?: string };
type List = { path: string; rows: number; to: string; release?: string; owner?: string };

const lineBreak = Buffer.from('\n');

/** The row numbers of all lists in one file, one after another. */
export async function joinLists(lists: readonly List[], path: string): Promise<Part[]> {
  const picks = new SliceOutput(path, Buffer.alloc(0), 1 << 18);
  const parts: Part[] = [];
  let from = 0;
  for (const { path: list, rows, to, release, owner } of lists) {
    const { start } = await openTable(list, 'csv');
    for await (const { bytes, starts, count } of readRecords(list, { quotes: true, delimiter: 44, start })) {
      for (let row = 0; row < count; row++) {
        let end = starts[row]!;
        while (end < bytes.length && bytes[end]! >= 48 && bytes[end]! <= 57) end += 1;
        picks.append(bytes, starts[row]!, end, 0);
        picks.append(lineBreak, 0, 1, 1);
      }
    }
    rmSync(list);
    const names = { ...(release === undefined ? {} : { release }), ...(owner === undefined ? {} : { owner }) };
    parts.push({ path: to, from, to: from + rows, ...names });
    from += rows;
  }
  picks.finish();
  return parts;
}

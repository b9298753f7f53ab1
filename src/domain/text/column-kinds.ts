// What the cells of a column are: whole numbers, decimals, or of several kinds. One kind for all rows of a column.
import type { Row } from './row.ts';

/** `whole`: known to hold nothing else. `decimal`: tolerance applies. `mixed`: numbers beside text, each cell as it is. */
export type ColumnKind = 'whole' | 'decimal' | 'mixed';
export type ColumnKinds = ReadonlyMap<string, ColumnKind>;

/** From the cells that are there. Whether all are whole numbers by chance cannot be seen in a few of them. */
export function kindsOf(rows: readonly Row[], known: Readonly<Record<string, ColumnKind>> = {}): ColumnKinds {
  const kinds = new Map<string, ColumnKind>(Object.entries(known));
  const seen = new Map<string, { numbers: boolean; decimals: boolean; others: boolean }>();
  for (const row of rows) {
    for (const column of Object.keys(row)) {
      const cell = row[column];
      const kind = seen.get(column) ?? { numbers: false, decimals: false, others: false };
      seen.set(column, kind);
      if (typeof cell === 'number') {
        kind.numbers = true;
        kind.decimals ||= !Number.isInteger(cell);
      } else if (cell !== null && cell !== '') kind.others = true;
    }
  }
  for (const [column, { numbers, decimals, others }] of seen) {
    if (kinds.has(column) || !numbers) continue;
    if (others) kinds.set(column, 'mixed');
    else if (decimals) kinds.set(column, 'decimal');
  }
  return kinds;
}

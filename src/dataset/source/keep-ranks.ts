// The order of a file's rows, as found while they were looked at: who cuts the same file right behind that needs no look of its own.
import { resolve } from 'node:path';
import { stampSource } from './digest-source.ts';
import type { Table } from '../table/open-table.ts';
import { Ranking, type Ranks } from '../table/rank-rows.ts';

/** Of one file and one column, for one process that looks and then cuts. */
export class KeptRanks {
  readonly column: string;
  #found: { path: string; stamp: string; ranks: Ranks } | undefined;

  constructor(column: string) {
    this.column = column;
  }

  /** To be shown every row of the table; `keep` is for the end. */
  async begin(table: Table): Promise<Looking | undefined> {
    if (!table.columns.includes(this.column)) return undefined;
    const stamp = await stampSource(table.path);
    const ranking = new Ranking(table, this.column);
    const keep = (): void => {
      const ranks = ranking.ranks();
      if (ranks) this.#found = { path: resolve(table.path), stamp, ranks };
    };
    return { ranking, keep };
  }

  /** Of the same file, while nobody has written to it. */
  async of(table: Table, column: string): Promise<Ranks | undefined> {
    const found = this.#found;
    const isIt = found && column === this.column && found.path === resolve(table.path);
    return isIt && found.stamp === (await stampSource(table.path)) ? found.ranks : undefined;
  }
}

export type Looking = { ranking: Ranking; keep: () => void };

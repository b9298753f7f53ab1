// The rank of every key of a file, in the file's order: a stable sort that spills to disk when memory is short.
import { sqlText, withDuckDb } from '../work/duckdb.ts';
import { ScratchWriter } from '../work/scratch.ts';

/** `keys` is a CSV with the columns `text`, `number` and `date`, of which one is the key, and `exact` for equal ones. Writes ranks of 6 bytes, little-endian. */
export async function rankByKeys(keys: string, by: 'text' | 'number' | 'date', to: string, dir: string): Promise<void> {
  await withDuckDb(
    dir,
    async (connection) => {
      const reading = `header = true, auto_detect = false, delim = ',', quote = '"', escape = '"', columns = {text: 'VARCHAR', number: 'DOUBLE', date: 'DOUBLE', exact: 'VARCHAR'}`;
      const source = `read_csv(${sqlText(keys)}, ${reading})`;
      const [key, exact] = by === 'text' ? ["nullif(text, '')", 'null'] : [by, 'exact'];
      await connection.run(`create table keys as select ${key} as key, ${exact} as exact from ${source}`);
      await connection.run(
        'create table ranked as select rowid as row from keys order by key nulls last, exact nulls first, rowid',
      );
      const result = await connection.stream('select rowid::double as rank from ranked order by row');
      const writer = new ScratchWriter(to, 6);
      for (let chunk = await result.fetchChunk(); chunk && chunk.rowCount > 0; chunk = await result.fetchChunk()) {
        for (const rank of chunk.getColumnValues(0)) {
          writer.append((block, offset) => void block.writeUIntLE(Number(rank), offset, 6));
        }
      }
      writer.close();
    },
    [keys],
  );
}

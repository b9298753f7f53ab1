// What a Parquet file holds, asked of the engine: where types tell what every cell is, no cell becomes text.
import type { DuckDBConnection } from '@duckdb/node-api';
import { type CellReader, cellReader, type CellWords, plainCells } from '../../domain/dataset/cell-reader.ts';
import { ColumnEvidence } from '../../domain/dataset/column-evidence.ts';
import type { DatasetColumn } from '../../domain/dataset/facts.ts';
import { sqlName, sqlText, withDuckDb } from '../work/duckdb.ts';
import { checkHeader } from './check-layout.ts';
import {
  columnsOfParquet,
  kindOfType,
  namesInParquet,
  ordinary,
  type ParquetColumn,
  rowNumber,
  unreadable,
} from './convert-parquet.ts';
import { ProblemList } from './problem-list.ts';
import { firstRows, type Scan } from './row-scan.ts';

type Asked = { name: string; watch?: readonly string[]; words?: CellWords };
type Seen = ParquetColumn & { evidence: ColumnEvidence; whole: boolean };

/** How many columns are asked about at once: each takes memory in the engine. */
const together = 200;

/** Undefined where the file has a column of the name by which the engine numbers rows. */
export async function scanParquet(path: string, work: string, asked: Asked): Promise<Scan | undefined> {
  return withDuckDb(work, (connection) => new ParquetScan(connection, path, asked).run(path), [path]).catch(
    unreadable(path),
  );
}

class ParquetScan {
  readonly #connection: DuckDBConnection;
  readonly #source: string;
  readonly #asked: Asked;
  readonly #cells: CellReader;

  constructor(connection: DuckDBConnection, path: string, asked: Asked) {
    this.#connection = connection;
    this.#source = `read_parquet(${sqlText(path)}, ${rowNumber} = true)`;
    this.#asked = asked;
    this.#cells = asked.words ? cellReader(asked.words) : plainCells;
  }

  async run(path: string): Promise<Scan | undefined> {
    const columns = await columnsOfParquet(this.#connection, path);
    const names = columns.map(({ name }) => name);
    if (names.some((name) => name.toLowerCase() === rowNumber)) return undefined;
    const problems = new ProblemList(this.#asked.name);
    checkNames(names, await namesInParquet(this.#connection, path), problems);
    checkHeader({ columns: names, encoding: 'utf8', format: 'csv', header: Buffer.alloc(0) }, problems);
    const counted = await this.#connection.runAndReadAll(`select count(*) from ${this.#source}`);
    const rows = Number(counted.getRows()[0]![0]);
    if (rows === 0) problems.add(1, { code: 'source-empty', message: 'there is not one row' });
    const { watch = [], words } = this.#asked;
    const seen = columns.map((column): Seen => {
      // A declared word may be a number, and a date may be declared to be text: then cells are looked at.
      const typed = words === undefined && kindOfType(column.type) !== undefined;
      const whole = typed || watch.includes(column.name) || rows <= firstRows;
      return { ...column, evidence: new ColumnEvidence(this.#cells, column.name), whole };
    });
    await this.#look(seen, words === undefined);
    return { rows, columns: seen.map(columnOf), problems: problems.list() };
  }

  async #look(seen: readonly Seen[], plain: boolean): Promise<void> {
    const typed = plain ? seen.filter(({ type }) => kindOfType(type) !== undefined) : [];
    const others = seen.filter((column) => !typed.includes(column));
    for (const part of parts(typed)) await this.#countTyped(part);
    for (const column of others.filter(({ whole }) => whole)) await this.#groupCells(column);
    for (const part of parts(others.filter(({ whole }) => !whole))) await this.#sampleCells(part);
  }

  /** Columns whose type says what a cell is, but for what is no number and no date: NaN, infinity. */
  async #countTyped(columns: readonly Seen[]): Promise<void> {
    // A `filter` for each column would take the engine minutes for a thousand columns.
    const asked = columns.flatMap((column) => {
      const name = sqlName(column.name);
      const good = ordinary(column);
      return ['count(*)', `count(${name})`, `count_if(${good})`, `max(case when ${good} then ${name} end)::varchar`];
    });
    const found = await this.#connection.runAndReadAll(`select ${asked.join(', ')} from ${this.#source}`);
    const values = found.getRows()[0] ?? [];
    for (const [index, column] of columns.entries()) {
      const [all, filled, good] = values.slice(index * 4, index * 4 + 3).map(Number) as [number, number, number];
      column.evidence.add('', () => 0, all - filled);
      if (good > 0) column.evidence.add(String(values[index * 4 + 3]), () => 2, good);
      if (good < filled) await this.#addOdd(column);
    }
  }

  async #addOdd(column: Seen): Promise<void> {
    const name = sqlName(column.name);
    const rest = `${this.#source} where ${name} is not null and not ${ordinary(column)}`;
    await this.#each(`select ${name}::varchar, min(${rowNumber}), count(*) from ${rest} group by 1 order by 2`, (row) =>
      column.evidence.add(String(row[0]), () => Number(row[1]) + 2, Number(row[2])),
    );
  }

  async #groupCells({ name, evidence }: Seen): Promise<void> {
    const cells = `select coalesce(${sqlName(name)}::varchar, ''), min(${rowNumber}), count(*) from ${this.#source}`;
    await this.#each(`${cells} group by 1 order by 2`, (row) =>
      evidence.add(String(row[0]), () => Number(row[1]) + 2, Number(row[2])),
    );
  }

  async #sampleCells(columns: readonly Seen[]): Promise<void> {
    const list = columns.map(({ name }) => `coalesce(${sqlName(name)}::varchar, '')`).join(', ');
    const some = `${rowNumber} < ${firstRows} or ${rowNumber} % 64 = 63`;
    await this.#each(`select ${rowNumber}, ${list} from ${this.#source} where ${some}`, (row) => {
      for (const [index, { evidence }] of columns.entries()) {
        evidence.add(String(row[index + 1]), () => Number(row[0]) + 2);
      }
    });
  }

  async #each(sql: string, use: (row: readonly unknown[]) => void): Promise<void> {
    const result = await this.#connection.stream(sql);
    for (let chunk = await result.fetchChunk(); chunk && chunk.rowCount > 0; chunk = await result.fetchChunk()) {
      for (const row of chunk.getRows()) use(row);
    }
  }
}

/** Slices carry the engine's names: where those are not the file's, that is said. */
function checkNames(names: readonly string[], own: readonly string[], problems: ProblemList): void {
  for (const [index, name] of own.entries()) {
    const called = names[index];
    if (called === undefined || called === name) continue;
    if (name === '') {
      const message = `column ${index + 1} has no name: it is called \`${called}\``;
      problems.add(1, { code: 'column-unnamed', level: 'warning', message, hint: 'name it in the file' });
      continue;
    }
    const other = own.find((candidate, at) => at < index && candidate.toLowerCase() === name.toLowerCase());
    const message = `there are two columns named "${name}"${other === undefined || other === name ? '' : ` and "${other}", which differ in case only`}`;
    problems.add(1, { code: 'duplicate-column', message, hint: 'rename one of them' });
  }
}

function parts<T>(list: readonly T[]): T[][] {
  return Array.from({ length: Math.ceil(list.length / together) }, (_, part) =>
    list.slice(part * together, (part + 1) * together),
  );
}

function columnOf({ name, evidence, whole }: Seen): DatasetColumn {
  const cells = evidence.summary();
  return { name, ...(cells.kind === undefined ? {} : { kind: cells.kind }), ...(whole ? { cells } : {}) };
}

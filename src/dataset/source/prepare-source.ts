// From whatever a teacher points at to a table that can be cut: converted and ordered copies go to a work folder.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { DatasetError } from '../work/dataset-error.ts';
import { cellReader, type CellWords, wordsOf } from '../../domain/dataset/cell-reader.ts';
import type { Dataset, Order } from '../../domain/dataset/dataset.ts';
import { parquetToCsv, type ParquetColumn } from './convert-parquet.ts';
import { bareName, detectFormat, type SourceFormat } from './detect-format.ts';
import { openFolder } from './list-folder.ts';
import { type Encoding, openTable, type Table } from '../table/open-table.ts';
import type { KeptRanks } from './keep-ranks.ts';
import { orderTable } from '../table/order-table.ts';
import { jsonArrayToLines, unpack, utf16ToUtf8 } from './transcode.ts';

export type SourceOptions = {
  /** The source as the teacher wrote it: its extension decides between CSV and JSON. */
  name?: string;
  /** Of a CSV without a byte order mark; UTF-8 when not given. Latin-1 text passes through byte by byte. */
  encoding?: Encoding;
  /** For a folder: the CSV in it that lists its files. */
  index?: string;
  /** How its cells are to be read. */
  words?: CellWords;
  /** The columns that are needed, where it is cheaper to bring no others. */
  only?: readonly string[];
};

/** What a challenge says about its source. */
export function sourceOptions(dataset: Dataset): SourceOptions {
  const { source, index, encoding } = dataset;
  const words = wordsOf(dataset);
  return {
    name: source,
    ...(index === undefined ? {} : { index }),
    ...(encoding === undefined ? {} : { encoding }),
    ...(Object.keys(words).length === 0 ? {} : { words }),
  };
}

export type PreparedSource = { table: Table; format: SourceFormat; types: ParquetColumn[] };

/** Opens a local source. `dir` receives the copies that conversion needs; plain CSV and JSON lines need none. */
export async function prepareSource(path: string, dir: string, options: SourceOptions = {}): Promise<PreparedSource> {
  const { table, ...rest } = await openSource(path, dir, options);
  return { ...rest, table: options.words ? { ...table, cells: cellReader(options.words) } : table };
}

/** Nobody packs a table more often. */
const mostLayers = 2;

async function openSource(path: string, dir: string, options: SourceOptions, layer = 0): Promise<PreparedSource> {
  const { name = path, encoding = 'utf8' } = options;
  const { format, utf16, packed } = await detectFormat(path, name);
  await mkdir(dir, { recursive: true });
  if (packed) {
    if (layer >= mostLayers)
      throw new DatasetError('source_unreadable', `${name} is packed more than ${mostLayers} times over`);
    const unpacked = join(dir, 'unpacked');
    await unpack(path, unpacked, packed);
    return openSource(unpacked, join(dir, 'inside'), { ...options, name: bareName(name) }, layer + 1);
  }
  if (format === 'folder') {
    const table = await openFolder(path, join(dir, 'index.csv'), options);
    return { table, format, types: [] };
  }
  if (format === 'parquet') {
    const types = await parquetToCsv(path, join(dir, 'table.csv'), dir, options.only);
    const table = await openTable(join(dir, 'table.csv'), 'csv');
    return { table: { ...table, everyLine: true }, format, types };
  }
  const text = utf16 ? join(dir, `utf8.${format}`) : path;
  if (utf16) await utf16ToUtf8(path, text, utf16);
  if (format === 'json') {
    await jsonArrayToLines(text, join(dir, 'table.jsonl'));
    return { table: await openTable(join(dir, 'table.jsonl'), 'jsonl'), format, types: [] };
  }
  return { table: await openTable(text, format, utf16 ? 'utf8' : encoding), format, types: [] };
}

/** The table in release order. */
export async function inOrder(table: Table, order: Order, dir: string, kept?: KeptRanks): Promise<Table> {
  if (order.kind === 'file') return table;
  return orderTable(table, order, dir, order.kind === 'column' ? await kept?.of(table, order.column) : undefined);
}

// A folder of files as a table: the teacher's index, or one row per file, sorted by path.
import { readdir, stat, writeFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { pathFault } from '../../domain/text/repository-path.ts';
import type { SliceFile } from '../../ports/slices.ts';
import { csvLiteral } from '../table/csv-fields.ts';
import { DatasetError } from '../work/dataset-error.ts';
import { insideOf } from './inside-of.ts';
import { type Encoding, openTable, RowView, splittingOf, type Table } from '../table/open-table.ts';
import { readRecords } from '../table/read-records.ts';

/** The column of an index of our own making. */
const pathColumn = 'path';

/** Opens the index, or writes one (`path,bytes`) to `to` and opens that. Hidden files are no data. */
export async function openFolder(
  folder: string,
  to: string,
  { index, encoding }: { index?: string; encoding?: Encoding },
): Promise<Table> {
  if (index !== undefined) return openTable(join(folder, index), 'csv', encoding);
  const files = await filesBelow(folder);
  if (files.length === 0) throw new DatasetError('source_empty', `${folder} holds no files`);
  const lines = await Promise.all(
    files.map(async (file) => `${csvLiteral(file, 44, false)},${(await stat(join(folder, file))).size}\n`),
  );
  await writeFile(to, [`${pathColumn},bytes\n`, ...lines].join(''));
  return openTable(to, 'csv');
}

/** Relative paths with `/`, in code-unit order. */
export async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'));
  return files.filter((file) => !file.split('/').some((part) => part.startsWith('.'))).toSorted();
}

/** The files that a slice of an index names. Throws when one is missing or would lie outside the folder. */
export async function filesOfSlice(slicePath: string, folder: string, encoding?: Encoding): Promise<SliceFile[]> {
  const table = await openTable(slicePath, 'csv', encoding);
  const files = new Map<string, SliceFile>();
  const column = pathColumnOf(table);
  const view = new RowView(table);
  for await (const batch of readRecords(slicePath, { ...splittingOf(table), start: table.start })) {
    for (let row = 0; row < batch.count; row++) {
      const path = view.set(batch.bytes, batch.starts[row]!, batch.ends[row]!).text(column);
      // Drift may have taken the name of a file away.
      if (path !== '' && !files.has(path)) files.set(path, await fileOf(path, folder));
    }
  }
  return [...files.values()];
}

/** What a row of an index names. */
export async function fileOf(path: string, folder: string): Promise<SliceFile> {
  const fault = pathFault(path);
  if (fault !== undefined) throw new DatasetError('source_unreadable', `the index names \`${path}\`, which ${fault}`);
  // A link could lead out of the folder: what is copied is what the path really names.
  const from = await insideOf(folder, path);
  const info = await stat(from);
  if (!info.isFile()) throw new DatasetError('source_unreadable', `the index names \`${path}\`, which is not a file`);
  return { path, from, bytes: info.size, ...((info.mode & 0o100) === 0 ? {} : { executable: true }) };
}

/** `path`, `file` or `filename`, in that order; else the first column. */
export function pathColumnOf(table: Table): number {
  return ['path', 'file', 'filename'].map((name) => table.columns.indexOf(name)).find((at) => at >= 0) ?? 0;
}

// The CSV of a folder that lists its other files, where there is one.
import { join } from 'node:path';
import { filesBelow } from '../source/list-folder.ts';
import { openTable } from '../table/open-table.ts';

export async function findIndex(folder: string): Promise<string | undefined> {
  const tables = (await filesBelow(folder)).filter((file) => !file.includes('/') && /\.csv$/i.test(file));
  for (const file of tables) {
    const { columns } = await openTable(join(folder, file), 'csv');
    if (['path', 'file', 'filename'].some((name) => columns.includes(name))) return file;
  }
  return undefined;
}

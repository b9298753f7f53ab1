// What `practicum new` does with a folder of folders, one for each class: it writes down which file is of which.
import { constants } from 'node:fs';
import { copyFile, link, mkdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { filesBelow } from '../../dataset/source/list-folder.ts';
import { csvLiteral } from '../../dataset/table/csv-fields.ts';

export type Labelled = { path: string; index: string; note: string };

const index = 'labels.csv';
const mostClasses = 200;

/** A copy in `work` with an index, where the folders look like classes; else undefined. */
export async function withLabels(folder: string, work: string): Promise<Labelled | undefined> {
  const files = (await filesBelow(folder)).filter((file) => file.includes('/'));
  const labels = files.map((file) => basename(dirname(file)));
  const classes = new Set(labels);
  if (classes.size < 2 || classes.size > mostClasses || files.length < classes.size * 2) return undefined;
  const copy = join(work, 'labelled', basename(folder));
  for (const place of new Set(files.map((file) => dirname(file)))) await mkdir(join(copy, place), { recursive: true });
  for (const file of files) await linkOrCopy(join(folder, file), join(copy, file));
  const rows = files.map((file, at) => `${csvLiteral(file, 44, false)},${csvLiteral(labels[at]!, 44, false)}\n`);
  await writeFile(join(copy, index), `path,label\n${rows.join('')}`);
  const some = [...classes].slice(0, 3).map((label) => `\`${label}\``);
  const note = `each file's label is the folder that it is in (${some.join(', ')}${classes.size > 3 ? ', …' : ''}); \`${index}\` in the copy says so.`;
  return { path: copy, index, note };
}

/** Another disk takes no links. */
async function linkOrCopy(from: string, to: string): Promise<void> {
  await link(from, to).catch(() => copyFile(from, to, constants.COPYFILE_FICLONE));
}

// What `practicum new` does with a file whose columns have no names: it gives them some, or those that it was told.
import { mkdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { addHeader } from '../../dataset/source/add-header.ts';
import { detectFormat } from '../../dataset/source/detect-format.ts';
import { WrongUse } from './wrong-use.ts';

export type Headed = { path: string; note: string };

/** A copy in `work`; undefined where the file is no CSV, and no names are given. */
export async function withHeader(
  path: string,
  names: readonly string[] | undefined,
  work: string,
): Promise<Headed | undefined> {
  const { format } = await detectFormat(path);
  if (format !== 'csv') {
    if (names === undefined) return undefined;
    throw new WrongUse('--columns is for CSV files');
  }
  const copy = join(work, 'headed', basename(path));
  await mkdir(join(work, 'headed'), { recursive: true });
  const given = await addHeader(path, copy, (columns) => namesFor(columns, names));
  const note =
    names === undefined
      ? `the file has no header: its columns are called \`${given[0]}\` to \`${given.at(-1)}\` in the copy; \`--columns\` names them.`
      : 'the file has no header: the copy has the names that you gave.';
  return { path: copy, note };
}

function namesFor(columns: number, names: readonly string[] | undefined): readonly string[] {
  if (names === undefined) return Array.from({ length: columns }, (_, index) => `column_${index + 1}`);
  if (names.length !== columns) {
    throw new WrongUse(
      `--columns: the rows have ${columns} field${columns === 1 ? '' : 's'}, and there are ${names.length} names`,
    );
  }
  const bad = names.find((name, index) => name === '' || names.indexOf(name) < index);
  if (bad !== undefined) throw new WrongUse(`--columns: \`${bad}\` is ${bad === '' ? 'no name' : 'there twice'}`);
  return names;
}

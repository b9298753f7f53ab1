// What `practicum new` does with a file that is not read as it is, but tells how it is meant: a copy of it that is.
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { isMendable, mendText } from '../../dataset/propose/mend-text.ts';
import { describeSource, type SourceFacts } from '../../dataset/source/describe-source.ts';
import { bareName, detectFormat } from '../../dataset/source/detect-format.ts';
import type { SourceOptions } from '../../dataset/source/prepare-source.ts';
import { unpack, utf16ToUtf8 } from '../../dataset/source/transcode.ts';
import { openTable } from '../../dataset/table/open-table.ts';
import { encodingHints } from '../../dataset/source/tell-encoding.ts';
import { isAcceptable, type Problem } from '../../domain/text/problem.ts';
import { type Headed, withHeader } from './with-header.ts';

/** `notes` say how the copy differs from the file. Without any, there is none. */
export type AsTable = { path: string; found: SourceFacts; notes: string[] };

const mostBytes = 128 * 2 ** 20;
/** Comments, then blanks, then a header: no file is known that needs more. */
const mostCopies = 6;

/** Where no copy can be read either, it is as if none was made: problems are of lines that a person has. */
export async function asTable(
  path: string,
  by: SourceOptions & { name: string },
  names: readonly string[] | undefined,
  work: string,
): Promise<AsTable> {
  const first: AsTable = { path, found: await describeSource(path, by), notes: [] };
  let last = first;
  let headed = false;
  for (let copies = 0; copies < mostCopies; copies++) {
    const into = join(work, `copy-${copies}`);
    await mkdir(into, { recursive: true });
    const mended = await mend(last, into);
    const next = mended ?? (headed ? undefined : await head(last, names, into));
    if (!next) break;
    headed ||= mended === undefined;
    last = { path: next.path, found: await describeSource(next.path, by), notes: [...last.notes, next.note] };
  }
  return isReadable(last.found.problems) ? last : first;
}

/** That the text is Latin-1 is said below `dataset`. */
export function isReadable(problems: readonly Problem[]): boolean {
  return isAcceptable(problems.filter(({ code, hint }) => code !== 'not-utf8' || hint !== encodingHints.latin1));
}

async function mend({ path, found }: AsTable, into: string): Promise<{ path: string; note: string } | undefined> {
  const faults = found.problems.filter(({ level, code }) => level === 'error' && isMendable(code));
  if (faults.length === 0 || (await stat(path)).isDirectory()) return undefined;
  const plain = await plainCopy(path, into);
  if ((await stat(plain)).size > mostBytes) return undefined;
  const text = (await readFile(plain, 'latin1')).replace(/^\xef\xbb\xbf/, '');
  const { delimiter, columns } = await openTable(plain, 'csv');
  const layout = { text, delimiter: String.fromCharCode(delimiter), columns: columns.length };
  for (const { code } of faults) {
    const mended = mendText(code, layout);
    if (!mended || mended.text === text) continue;
    const to = join(into, mended.commas ? `${stemOf(plain)}.csv` : basename(plain));
    await writeFile(to, mended.text, 'latin1');
    return { path: to, note: mended.note };
  }
  return undefined;
}

async function head(
  { path, found }: AsTable,
  names: readonly string[] | undefined,
  into: string,
): Promise<Headed | undefined> {
  const isMissing = found.problems.some(({ code, level }) => code === 'header-missing' && level === 'error');
  return isMissing || names !== undefined ? withHeader(await plainCopy(path, into), names, into) : undefined;
}

function stemOf(path: string): string {
  return basename(path).replace(/\.[A-Za-z0-9]+$/, '');
}

/** Neither packed nor in UTF-16. */
async function plainCopy(path: string, into: string): Promise<string> {
  if ((await stat(path)).isDirectory()) return path;
  const { packed, utf16 } = await detectFormat(path, 'data').catch(() => ({ packed: undefined, utf16: undefined }));
  if (!packed && !utf16) return path;
  const name = basename(path);
  await mkdir(join(into, 'plain'), { recursive: true });
  const copy = join(into, 'plain', name.slice(0, bareName(name).length));
  if (packed) await unpack(path, copy, packed);
  else await utf16ToUtf8(path, copy, utf16!);
  return packed ? plainCopy(copy, join(into, 'inside')) : copy;
}

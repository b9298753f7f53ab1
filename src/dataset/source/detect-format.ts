// What kind of dataset a path is: by its first bytes where they tell, else by its name. What is no table is refused here.
import { open, stat } from 'node:fs/promises';
import { DatasetError, NotTableError } from '../work/dataset-error.ts';
import { tellBytes } from './first-bytes.ts';

export type SourceFormat = 'csv' | 'jsonl' | 'json' | 'parquet' | 'folder';
export type Packed = 'gzip' | 'zstd';
/** `packed`: what is in it is told when it is unpacked. */
export type Detected = { format: SourceFormat; utf16?: 'le' | 'be'; packed?: Packed };

const headBytes = 8192;

/** `name` is the source as the teacher wrote it: a cached copy may be called otherwise. Throws `source_not_table`. */
export async function detectFormat(path: string, name: string = path): Promise<Detected> {
  const info = await stat(path).catch((cause: unknown) => {
    throw new DatasetError('source_missing', `${name} does not exist`, cause);
  });
  if (info.isDirectory()) return { format: 'folder' };
  const head = await readHead(path);
  const packed = packedBy(head);
  if (packed) return { format: 'csv', packed };
  const bare = bareName(name);
  if (head.subarray(0, 4).toString('latin1') === 'PAR1') {
    if (isText(bare) || isJson(bare)) throw misnamed('is Parquet', bare, 'rename it to `.parquet`');
    return { format: 'parquet' };
  }
  const told = tellBytes(head, bare);
  if (told) throw new NotTableError(`this is ${told.what}`, told.code, told.hint);
  const utf16 = head[0] === 0xff && head[1] === 0xfe ? 'le' : head[0] === 0xfe && head[1] === 0xff ? 'be' : undefined;
  return { format: textFormat(head, bare), ...(utf16 ? { utf16 } : {}) };
}

function packedBy(head: Buffer): Packed | undefined {
  if (head[0] === 0x1f && head[1] === 0x8b) return 'gzip';
  return head.subarray(0, 4).equals(Buffer.from([0x28, 0xb5, 0x2f, 0xfd])) ? 'zstd' : undefined;
}

/** The name without what an address adds, and without the ending of what it was packed by. */
export function bareName(name: string): string {
  return name
    .replace(/[?#].*$/, '')
    .toLowerCase()
    .replace(/\.(?:gz|gzip|zst|zstd)$/, '');
}

const isText = (bare: string): boolean => /\.(?:csv|tsv|tab)$/.test(bare);
const isJson = (bare: string): boolean => /\.(?:json|jsonl|ndjson|geojson)$/.test(bare);

function textFormat(head: Buffer, bare: string): SourceFormat {
  // UTF-16 leaves a NUL beside each ASCII character.
  const text = head
    .toString('latin1')
    .replaceAll('\0', '')
    .replace(/^(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)/, '')
    .trimStart();
  const json = /^(?:\[\s*(?:[[{\]]|$)|\{\s*(?:["}]|$))/.test(text);
  if (bare.endsWith('.parquet')) {
    throw misnamed(json ? 'is JSON' : 'is text, and no Parquet', bare, `rename it to \`${json ? '.json' : '.csv'}\``);
  }
  if (isText(bare) && json) {
    throw misnamed('is JSON', bare, `rename it to \`${text.startsWith('[') ? '.json' : '.jsonl'}\``);
  }
  if (isJson(bare) && !json && text !== '') throw misnamed('is no JSON', bare, 'rename it to `.csv` if it is CSV');
  if (!json) return isJson(bare) ? 'jsonl' : 'csv';
  if (text.startsWith('[')) return 'json';
  const line = /^([^\n]*)\n/.exec(text)?.[1];
  if (line !== undefined && !isWhole(line)) {
    const hint = 'write one object per line, or an array of objects: `[{…}, {…}]`';
    throw new NotTableError('this is one JSON value over several lines, and not one object per row', 'json-rows', hint);
  }
  return 'jsonl';
}

function isWhole(line: string): boolean {
  try {
    JSON.parse(line);
    return true;
  } catch {
    // A line that is broken inside is told with its number.
    return line.trimEnd().endsWith('}');
  }
}

function misnamed(what: string, bare: string, hint: string): NotTableError {
  const ending = /\.[^./]+$/.exec(bare)?.[0] ?? bare;
  return new NotTableError(`the name ends in \`${ending}\`, but the file ${what}`, 'source-misnamed', hint);
}

async function readHead(path: string): Promise<Buffer> {
  const file = await open(path, 'r');
  try {
    const buffer = Buffer.alloc(headBytes);
    const { bytesRead } = await file.read(buffer, 0, buffer.length, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

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
  const line = /^([^\n]*)(?:\n|$)/.exec(text)![1]!;
  const alone = text.length < headBytes / 2 && text.slice(line.length).trim() === '';
  if (json && text.startsWith('{') && (alone || !isWhole(line)) && (alone || text.includes('\n')))
    throw oneValue(line, alone);
  if (isText(bare) && json) {
    throw misnamed('is JSON', bare, `rename it to \`${text.startsWith('[') ? '.json' : '.jsonl'}\``);
  }
  if (isJson(bare) && !json && text !== '') throw noRows(line, bare);
  if (!json) return isJson(bare) ? 'jsonl' : 'csv';
  return text.startsWith('[') ? 'json' : 'jsonl';
}

const rowsHint = 'write one object per line, or an array of objects: `[{…}, {…}]`';

/** One object that is the whole file: an answer of a server, columns as lists, rows below a key. */
function oneValue(line: string, alone: boolean): NotTableError {
  const what = alone
    ? `this is one JSON object (\`${line.slice(0, 60)}\`)`
    : 'this is one JSON value over several lines';
  return new NotTableError(`${what}, and not one object per row`, 'json-rows', rowsHint);
}

/** JSON, but of numbers, texts or lists; or none. */
function noRows(line: string, bare: string): NotTableError {
  if (isParsed(line) || /^\[\s*[-\d"]/.test(line)) {
    return new NotTableError('this is JSON, but not of one object per row', 'json-rows', rowsHint);
  }
  if (/^\[?\s*\{\s*'/.test(line)) {
    const hint = 'write it by `json.dumps`, or by pandas `to_json(…, orient="records", lines=True)`';
    return new NotTableError(
      "this is Python's writing of an object, and no JSON: names stand in single quotes",
      'json-rows',
      hint,
    );
  }
  return misnamed('is no JSON', bare, 'rename it to `.csv` if it is CSV');
}

function isParsed(line: string): boolean {
  try {
    JSON.parse(line);
    return true;
  } catch {
    return false;
  }
}

function isWhole(line: string): boolean {
  // A line that is broken inside is told with its number.
  return isParsed(line) || line.trimEnd().endsWith('}');
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

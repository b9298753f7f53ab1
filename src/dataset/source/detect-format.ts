// What kind of dataset a path is: by its first bytes where they tell, else by its name.
import { open, stat } from 'node:fs/promises';
import { DatasetError } from '../work/dataset-error.ts';

export type SourceFormat = 'csv' | 'jsonl' | 'json' | 'parquet' | 'folder';
export type Detected = { format: SourceFormat; utf16?: 'le' | 'be' };

/** `name` is the source as the teacher wrote it: a cached copy may be called otherwise. */
export async function detectFormat(path: string, name: string = path): Promise<Detected> {
  const info = await stat(path).catch((cause: unknown) => {
    throw new DatasetError('source_missing', `${name} does not exist`, cause);
  });
  if (info.isDirectory()) return { format: 'folder' };
  const head = await readHead(path);
  if (head.subarray(0, 4).toString('latin1') === 'PAR1') return { format: 'parquet' };
  const utf16 = head[0] === 0xff && head[1] === 0xfe ? 'le' : head[0] === 0xfe && head[1] === 0xff ? 'be' : undefined;
  return { format: textFormat(head, name), ...(utf16 ? { utf16 } : {}) };
}

function textFormat(head: Buffer, name: string): SourceFormat {
  const bare = name.replace(/[?#].*$/, '').toLowerCase();
  if (/\.(jsonl|ndjson)$/.test(bare)) return 'jsonl';
  if (!bare.endsWith('.json')) return 'csv';
  // UTF-16 leaves a NUL beside each ASCII character.
  const first = head
    .toString('latin1')
    .replaceAll('\0', '')
    .replace(/^[^[{]*/, '')[0];
  return first === '[' ? 'json' : 'jsonl';
}

async function readHead(path: string): Promise<Buffer> {
  const file = await open(path, 'r');
  try {
    const buffer = Buffer.alloc(4096);
    const { bytesRead } = await file.read(buffer, 0, buffer.length, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

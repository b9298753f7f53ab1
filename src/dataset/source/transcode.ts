// Brings what cannot be cut as it is into a form that can: packed files, UTF-16 into UTF-8, a JSON array into JSON lines.
import { createReadStream, createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { DatasetError } from '../work/dataset-error.ts';
import { mostTimes, mostUnpacked, unpacker } from './unpack-limit.ts';

/** Of an array's element, which is a row. */
const longestElement = 16 << 20;

/** Throws `source_unreadable` for a file that is damaged or ends too early, or was made to fill the disk. */
export async function unpack(
  from: string,
  to: string,
  packed: 'gzip' | 'zstd',
  { freeBytes }: { freeBytes?: number } = {},
): Promise<void> {
  const most = await mostUnpacked(from, freeBytes);
  async function* bounded(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    let bytes = 0;
    for await (const chunk of chunks) {
      bytes += chunk.length;
      if (bytes > most)
        throw new DatasetError('source_unreadable', `${from} unpacks to more than ${mostTimes} times its size`);
      yield chunk;
    }
  }
  try {
    await pipeline(
      createReadStream(from, { highWaterMark: 1 << 20 }),
      unpacker(packed),
      bounded,
      createWriteStream(to),
    );
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? '';
    if (!/^(?:Z_|ERR_ZSTD|ZSTD)/.test(code)) throw cause;
    throw new DatasetError('source_unreadable', `${from} cannot be unpacked: it is damaged, or not whole`, cause);
  }
}

/** Writes the text as UTF-8 with a byte order mark, as the source had one. */
export async function utf16ToUtf8(from: string, to: string, order: 'le' | 'be'): Promise<void> {
  const decoder = new TextDecoder(order === 'le' ? 'utf-16le' : 'utf-16be', { ignoreBOM: true });
  async function* recode(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of source) yield Buffer.from(decoder.decode(chunk, { stream: true }));
    yield Buffer.from(decoder.decode());
  }
  await pipeline(createReadStream(from, { highWaterMark: 1 << 20 }), recode, createWriteStream(to));
}

/** One line per element. Elements keep their bytes, but line breaks between tokens become blanks. */
export async function jsonArrayToLines(from: string, to: string): Promise<void> {
  await pipeline(createReadStream(from, { highWaterMark: 1 << 18 }), linesOf, createWriteStream(to));
}

type State = { depth: number; inString: boolean; escaped: boolean; parts: number[]; ended: boolean };

async function* linesOf(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const state: State = { depth: 0, inString: false, escaped: false, parts: [], ended: false };
  for await (const chunk of source) {
    const lines: Buffer[] = [];
    for (const byte of chunk) {
      if (readByte(state, byte)) {
        lines.push(Buffer.from(state.parts), Buffer.from('\n'));
        state.parts = [];
      }
    }
    if (state.parts.length > longestElement)
      throw new DatasetError('record_too_long', 'an element of the JSON array is longer than 16 MB');
    yield Buffer.concat(lines);
  }
  if (!state.ended)
    throw new DatasetError(
      'source_unreadable',
      'the JSON array is not closed: the file was cut off (fetch or export it again)',
    );
}

const blank = new Set([32, 9, 10, 13]);

/** True when this byte ends an element. Depth 1 is inside the array, depth 2 inside an element. */
function readByte(state: State, byte: number): boolean {
  if (state.inString) {
    state.parts.push(byte);
    if (state.escaped) state.escaped = false;
    else if (byte === 92) state.escaped = true;
    else if (byte === 34) state.inString = false;
    return false;
  }
  if (state.depth === 0) {
    if (byte === 91 && !state.ended) state.depth = 1;
    return false;
  }
  const atTop = state.depth === 1;
  if (byte === 34) state.inString = true;
  else if (byte === 123 || byte === 91) state.depth += 1;
  else if (byte === 125 || byte === 93) state.depth -= 1;
  if (atTop && (byte === 44 || byte === 93)) {
    if (byte === 93) state.ended = true;
    return state.parts.length > 0;
  }
  if (!(atTop && blank.has(byte))) state.parts.push(byte === 10 || byte === 13 ? 32 : byte);
  return false;
}

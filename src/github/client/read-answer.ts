// What GitHub answers, read from the wire by us: counted as it comes, and bytes where bytes were asked for. Octokit looks at every value
// for integers beyond 2^53, which GitHub has none of: a folder with many files took twelve times as long to read.
import { countCost } from '../../ports/costs.ts';
import { Failure } from '../../domain/text/failure.ts';
import type { Ask, Options } from './ask.ts';

/** More than GitHub ever sends by its API: blobs have at most 100 MB. */
const mostBytes = 150_000_000;

/** A call whose answer is read here. */
export function readingAnswers<Given extends Options>(call: Ask<Given>): Ask<Given> {
  return async (options) => {
    const answer = await call({ ...options, request: { ...options.request, parseSuccessResponseBody: false } });
    const { data, headers } = answer;
    if (data === null) return { ...answer, data: '' };
    if (!(data instanceof ReadableStream)) return answer;
    return { ...answer, data: understand(await readAll(data), String(headers['content-type'] ?? 'text/plain')) };
  };
}

async function readAll(stream: ReadableStream<Uint8Array>): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const piece of stream) {
      size += piece.byteLength;
      if (size > mostBytes)
        throw new Failure('answer-too-large', 'GitHub sends more than it ever does', { permanent: true });
      pieces.push(piece);
    }
  } finally {
    countCost('megabytes', size);
  }
  // Memory of its own: what goes on to a thread takes nothing else along.
  const all = new Uint8Array(size);
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.byteLength;
  }
  return all;
}

/** JSON as its value, text as text; what is neither, and a file as it is, as bytes. */
function understand(bytes: Uint8Array, contentType: string): unknown {
  const type = contentType.toLowerCase();
  if (/\.raw\b|^application\/octet-stream/.test(type)) return bytes;
  if (/^application\/(?:scim\+)?json\b/.test(type)) {
    const text = textOf(bytes);
    try {
      return JSON.parse(text);
    } catch {
      return text;
    }
  }
  return /^text\/|charset="?utf-8/.test(type) ? textOf(bytes) : bytes;
}

function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

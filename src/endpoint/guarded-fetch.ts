// HTTP to addresses that strangers chose: public addresses only, with a limit on time, size and redirects.
import { Agent, request } from 'undici';
import { checkUrl } from './check-url.ts';
import type { UrlRule } from './check-url.ts';
import { decodeBody } from './decode-body.ts';
import { GuardError, toGuardError } from './guard-error.ts';
import { guardedConnector } from './guarded-connect.ts';
import type { Lookup } from './guarded-connect.ts';

export type GuardOptions = UrlRule & {
  /** How names are resolved; by default DNS. */
  lookup?: Lookup;
  connectTimeoutMs?: number;
  /** Connections kept open per host. */
  connections?: number;
};

export type GuardedInit = {
  method?: 'GET' | 'HEAD' | 'POST';
  headers?: Record<string, string>;
  body?: string;
  /** For everything from the look-up of the name to the last byte. */
  timeoutMs?: number;
  maxBytes?: number;
  /** How many redirects to follow, each checked like the first address; 0 by default. */
  redirects?: number;
};

type GuardedResponse = {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  /** Where the answer came from, after redirects. */
  url: string;
  /** The body as it arrives, without its content codings. It must be read or closed; more than `maxBytes` throws `body-too-large`. */
  chunks: AsyncIterable<Buffer>;
  bytes: () => Promise<Buffer>;
  close: () => void;
};

export type GuardedFetch = {
  (url: string | URL, init?: GuardedInit): Promise<GuardedResponse>;
  /** Closes the connections that are kept open. */
  close: () => Promise<void>;
};

const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/** A fetch that cannot be used to reach the inside of our network. Failures are GuardErrors with a stable code. */
export function createGuardedFetch(options: GuardOptions = {}): GuardedFetch {
  const connect = guardedConnector({ ...options, connectTimeoutMs: options.connectTimeoutMs ?? 5000 });
  const agent = new Agent({
    connect,
    connections: options.connections ?? 4,
    pipelining: 1,
    keepAliveTimeout: 4000,
    keepAliveMaxTimeout: 30_000,
    maxHeaderSize: 16_384,
  });
  const guardedFetch = async (url: string | URL, init: GuardedInit = {}): Promise<GuardedResponse> => {
    const limits = { timeoutMs: init.timeoutMs ?? 10_000, maxBytes: init.maxBytes ?? 1_048_576 };
    const abort = new AbortController();
    const late = new GuardError('timeout', `no complete answer within ${limits.timeoutMs} ms`);
    const timer = setTimeout(() => abort.abort(late), limits.timeoutMs);
    try {
      return await follow(checkUrl(url, options), init, { options, agent, abort, timer, maxBytes: limits.maxBytes });
    } catch (error) {
      clearTimeout(timer);
      throw toGuardError(abort.signal.aborted ? abort.signal.reason : error);
    }
  };
  return Object.assign(guardedFetch, { close: () => agent.destroy() });
}

type Attempt = { options: GuardOptions; agent: Agent; abort: AbortController; timer: NodeJS.Timeout; maxBytes: number };

async function follow(first: URL, init: GuardedInit, attempt: Attempt): Promise<GuardedResponse> {
  let url = first;
  let headers = init.headers ?? {};
  for (let left = init.redirects ?? 0; ; left--) {
    const response = await request(url, {
      dispatcher: attempt.agent,
      method: init.method ?? 'GET',
      headers: { 'user-agent': 'practicum', accept: '*/*', ...headers },
      body: init.body ?? null,
      signal: attempt.abort.signal,
    });
    const location = REDIRECTS.has(response.statusCode) ? response.headers['location'] : undefined;
    if (location === undefined) return open(response, url, attempt);
    response.body.on('error', () => {}).destroy();
    if (left <= 0 || init.method === 'POST') {
      throw new GuardError('redirect', 'the address redirects elsewhere; give the final address');
    }
    const next = checkUrl(new URL(String(location), url), attempt.options);
    if (url.protocol === 'https:' && next.protocol === 'http:') {
      throw new GuardError('redirect-insecure', 'the address redirects from https to http');
    }
    // Whatever the headers prove, they prove it to the first host only.
    if (next.origin !== url.origin) headers = {};
    url = next;
  }
}

function open(response: Awaited<ReturnType<typeof request>>, url: URL, attempt: Attempt): GuardedResponse {
  const { body, statusCode, headers } = response;
  // A body that nobody reads must not bring the process down when its time is over.
  body.on('error', () => {});
  const close = (): void => {
    clearTimeout(attempt.timer);
    body.destroy();
  };
  const chunks = read(
    decodeBody(body, headers['content-encoding'], attempt.maxBytes),
    attempt,
    Number(headers['content-length'] ?? 0),
    close,
  );
  const bytes = async (): Promise<Buffer> => {
    const all: Buffer[] = [];
    for await (const chunk of chunks) all.push(chunk);
    return Buffer.concat(all);
  };
  return { status: statusCode, headers, url: url.href, chunks, bytes, close };
}

async function* read(
  body: AsyncIterable<Buffer>,
  { maxBytes, abort }: Attempt,
  announced: number,
  close: () => void,
): AsyncGenerator<Buffer> {
  const tooLarge = (): GuardError => new GuardError('body-too-large', `the answer is larger than ${maxBytes} bytes`);
  let size = 0;
  try {
    if (announced > maxBytes) throw tooLarge();
    for await (const chunk of body) {
      size += chunk.length;
      if (size > maxBytes) throw tooLarge();
      yield chunk;
    }
  } catch (error) {
    throw toGuardError(abort.signal.aborted ? abort.signal.reason : error);
  } finally {
    close();
  }
}

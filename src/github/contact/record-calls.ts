// Keeps every call to GitHub and its answer as they went over the wire, for the first contact.
import type { Recorded } from '../../domain/contact/anonymise.ts';

export type Recorder = {
  fetch: typeof globalThis.fetch;
  exchanges: Recorded[];
  /** What the calls to come are made for. */
  step: string;
};

const keptHeaders = ['content-type', 'link', 'location', 'retry-after', 'date', 'x-oauth-scopes'];

/** `apiUrl` without a slash at its end. Never keeps what authorises a call. */
export function recordCalls(apiUrl: string, ask: typeof globalThis.fetch = globalThis.fetch): Recorder {
  const base = apiUrl.replace(/\/v3$/, '');
  const recorder: Recorder = {
    exchanges: [],
    step: '',
    fetch: async (input, init) => {
      const url = new URL(input instanceof Request ? input.url : input);
      const method = init?.method ?? 'GET';
      const keep = async (response: Response, at = url): Promise<void> => {
        recorder.exchanges.push({
          step: recorder.step,
          method,
          url: at.href,
          path: pathBelow(at, [apiUrl, base]),
          request: readRequest(init?.body),
          status: response.status,
          headers: headersOf(response),
          response: await readResponse(response.clone()),
        });
      };
      // Followed here, so that the answer which sends elsewhere is seen.
      const first = await ask(url, { ...init, redirect: 'manual' });
      const place = first.headers.get('location');
      const isFollowed = init?.redirect !== 'manual' && place !== null && first.status >= 300 && first.status < 400;
      if (!isFollowed) {
        await keep(first);
        return first;
      }
      const next = new URL(place, url);
      const isHome = next.origin === url.origin;
      if (isHome) await keep(first);
      const headers = new Headers(init?.headers);
      // Files lie elsewhere, at an address that is good for a minute: no token goes there.
      if (!isHome) headers.delete('authorization');
      const last = await ask(next, { ...init, headers });
      await keep(last, isHome ? next : url);
      return last;
    },
  };
  return recorder;
}

function pathBelow(url: URL, bases: readonly string[]): string {
  const address = `${url.origin}${url.pathname}`;
  const base = bases.find((candidate) => address.startsWith(`${candidate}/`));
  return base === undefined ? url.pathname : address.slice(base.length);
}

function headersOf({ headers }: Response): Record<string, string> {
  return Object.fromEntries(
    [...headers].filter(([name]) => keptHeaders.includes(name) || name.startsWith('x-ratelimit-')),
  );
}

function readRequest(body: unknown): unknown {
  if (typeof body !== 'string') return undefined;
  try {
    return JSON.parse(body) as unknown;
  } catch {
    return body;
  }
}

async function readResponse(response: Response): Promise<unknown> {
  const bytes = Buffer.from(await response.arrayBuffer());
  const type = response.headers.get('content-type') ?? '';
  if (!/json|text|html/.test(type)) return bytes.length === 0 ? '' : { base64: bytes.toString('base64') };
  try {
    return JSON.parse(bytes.toString('utf8')) as unknown;
  } catch {
    return bytes.toString('utf8');
  }
}

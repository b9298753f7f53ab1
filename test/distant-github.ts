// Stands between the app and its GitHub, and is away, or says no to everything, for as long as it is told to.
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What GitHub says while it is away; without a status nothing: the connection breaks. */
export type Absence = { status?: number; headers?: () => Record<string, string>; body?: (path: string) => string };

const limit = 'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.';
const message = (text: string) => (): string => JSON.stringify({ message: text });
/** A limit is said in GraphQL as a success as well. */
const limitedBody = (path: string): string =>
  path.endsWith('/graphql')
    ? JSON.stringify({ data: null, errors: [{ type: 'RATE_LIMITED', message: limit }] })
    : JSON.stringify({ message: limit });

export const absences: Record<string, Absence> = {
  'connections that break': {},
  '503': { status: 503, body: message('No server is currently available to service your request.') },
  'a page of the proxy': { status: 502, body: () => '<html><body><h1>502 Bad Gateway</h1></body></html>' },
  'a suspended installation': { status: 403, body: message('This installation has been suspended') },
  'a revoked token': { status: 401, body: message('Bad credentials') },
  'a secondary limit': { status: 403, headers: () => ({ 'retry-after': '40' }), body: limitedBody },
  '429': { status: 429, headers: () => ({ 'retry-after': '40' }), body: message('Too many requests') },
  'a used hour': {
    status: 403,
    headers: () => ({
      'x-ratelimit-limit': '5000',
      'x-ratelimit-remaining': '0',
      'x-ratelimit-reset': String(Math.ceil(Date.now() / 1000) + 40),
    }),
    body: message('API rate limit exceeded for installation ID 1.'),
  },
};

export type DistantGitHub = {
  url: string;
  /** Requests that came by, and of these the ones that found nobody. */
  passed: () => number;
  refused: () => number;
  /** From now on, until it is told undefined. */
  leave: (absence: Absence | undefined) => void;
  close: () => Promise<void>;
};

/** `onRequest` hears of each request before it is passed on. */
export async function openDistant(target: string, onRequest: () => void): Promise<DistantGitHub> {
  const { hostname, port } = new URL(target);
  let absence: Absence | undefined;
  let [passed, refused] = [0, 0];
  const pass = (incoming: IncomingMessage, outgoing: ServerResponse): void => {
    const { method, url: path, headers } = incoming;
    const there = request({ hostname, port, method, path, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode!, answer.headers);
      answer.pipe(outgoing);
    });
    there.on('error', () => outgoing.destroy());
    outgoing.on('close', () => there.destroy());
    incoming.pipe(there);
  };
  const server = createServer((incoming, outgoing) => {
    onRequest();
    if (!absence) {
      passed += 1;
      return pass(incoming, outgoing);
    }
    refused += 1;
    const { status, headers, body } = absence;
    if (status === undefined) return void incoming.socket.destroy();
    incoming.resume();
    outgoing.writeHead(status, { 'content-type': 'application/json', ...headers?.() }).end(body?.(incoming.url ?? ''));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    passed: () => passed,
    refused: () => refused,
    leave: (next) => void (absence = next),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

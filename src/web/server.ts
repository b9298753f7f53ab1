// The app's one HTTP server: webhooks at their own door, everything else to the pages, with limits before anything is kept.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { isForMachines, isStreamed, largestBody, sayTooLarge } from './body-limits.ts';
import { gatherBody } from './gather-body.ts';
import { messagePage } from './pages/message-page.ts';
import { mostReportBytes } from './report-route.ts';
import { webhookDoor, type Webhook } from './webhook-door.ts';

const webhookPath = '/api/github/webhooks';
/** Reports of the Action; their own door says how much it takes in what words. */
const reportPath = '/api/report';
/** A request is here within this time, whoever sends it, however slowly. */
const limits = {
  headersTimeout: 10_000,
  requestTimeout: 20_000,
  keepAliveTimeout: 5000,
  connectionsCheckingInterval: 1000,
};
/** Whoever takes nothing of an answer for so long is gone; the longest that a page may be silent is half of that. */
const idleMs = 60_000;

type Settings = {
  secret: string;
  host: string;
  port: number;
  /** Keeps one verified webhook; when it throws, or takes too long, GitHub is told that the delivery failed. */
  accept: (webhook: Webhook) => Promise<unknown>;
  failed?: (error: unknown) => void;
  readLarge?: (body: Uint8Array) => Promise<object | undefined>;
  /** How long a webhook may take to be stored. */
  patienceMs?: number;
  /** How long a connection may be silent. */
  idleMs?: number;
  pages: (request: Request) => Response | Promise<Response>;
};

export type WebServer = { port: number; close: () => Promise<void> };

export async function startServer(settings: Settings): Promise<WebServer> {
  const { host, port, pages } = settings;
  const receive = webhookDoor(settings);
  const show = getRequestListener(pages);
  const server = createServer(limits, (request, response) => {
    const path = request.url?.split('?')[0] ?? '';
    if (path === webhookPath) return receive(request, response);
    endWithAnswer(request, response);
    if (path !== reportPath && !limitBody(request, response, path)) return undefined;
    if (request.headers['transfer-encoding'] === undefined || isStreamed(path)) return void show(request, response);
    // Whoever hung up meanwhile waits for nothing.
    return void gatherBody(request, path === reportPath ? mostReportBytes : largestBody(path)).then(
      () => show(request, response),
      () => undefined,
    );
  });
  server.setTimeout(settings.idleMs ?? idleMs);
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, host, resolve));
  return { port: (server.address() as AddressInfo).port, close: () => close(server) };
}

/** Refuses by the announced length; a body that announces none is counted as it is read (the pages do that). */
function limitBody({ headers }: IncomingMessage, response: ServerResponse, path: string): boolean {
  const length = headers['content-length'];
  if (length === undefined || Number(length) <= largestBody(path)) return true;
  const { title, text } = sayTooLarge(path);
  if (isForMachines(path)) {
    response.writeHead(413, { 'content-type': 'application/json', connection: 'close' });
    response.end(JSON.stringify({ code: 'too-large', message: text }));
    return false;
  }
  response.writeHead(413, { 'content-type': 'text/html; charset=utf-8', connection: 'close' });
  void Promise.resolve(messagePage(title, text)).then((page) => response.end(String(page)));
  return false;
}

/** Once the answer is out, what is still coming in is nobody's: an endless body ends here. */
function endWithAnswer(request: IncomingMessage, response: ServerResponse): void {
  response.once('finish', () => {
    if (!request.complete) request.destroy();
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

// The app's one HTTP server: webhooks through Probot, everything else through the pages.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { createNodeMiddleware, Probot, type ApplicationFunction } from 'probot';

/** GitHub delivers no payload above this many bytes; what is larger is not from GitHub. */
const maxBody = 25 * 1024 * 1024;
const webhookPath = '/api/github/webhooks';

type Settings = {
  appId: number;
  privateKey: string;
  secret: string;
  apiUrl: string;
  host: string;
  port: number;
  /** Keeps one verified webhook; when it throws, GitHub is told that the delivery failed. */
  accept: (webhook: { id: string; name: string; payload: unknown }) => Promise<unknown>;
  pages: (request: Request) => Response | Promise<Response>;
};

export type WebServer = { port: number; close: () => Promise<void> };

export async function startServer(settings: Settings): Promise<WebServer> {
  const { appId, privateKey, secret, apiUrl, host, port, accept, pages } = settings;
  const probot = new Probot({ appId, privateKey, secret, baseUrl: apiUrl, logLevel: 'silent' as 'fatal' });
  const application: ApplicationFunction = (app) => {
    app.onAny(async ({ id, name, payload }) => void (await accept({ id, name, payload })));
  };
  const receive = await createNodeMiddleware(application, { probot, webhooksPath: webhookPath });
  const show = getRequestListener(pages);
  const server = createServer((request, response) => {
    if (request.url?.split('?')[0] !== webhookPath) return void show(request, response);
    if (request.method === 'POST' && !limitBody(request, response)) return undefined;
    return void receive(request, response);
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, host, resolve));
  return { port: (server.address() as AddressInfo).port, close: () => close(server) };
}

/** Refuses an oversized body by its announced length, and one that announces none: GitHub always does. */
function limitBody({ headers }: IncomingMessage, response: ServerResponse): boolean {
  const length = headers['content-length'];
  if (length !== undefined && Number(length) <= maxBody) return true;
  const [status, text] = length === undefined ? [411, 'length required'] : [413, 'payload too large'];
  response.writeHead(status, { 'content-type': 'text/plain', connection: 'close' }).end(`${text}\n`);
  return false;
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

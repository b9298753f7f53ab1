// A channel as smee.io has them, on this machine.
import { createServer, type ServerResponse } from 'node:http';

export type Channel = { url: string; close: () => void };

/** What smee.io does: what is posted to a channel goes to whoever listens there. */
export async function startChannel(): Promise<Channel> {
  const listeners = new Set<ServerResponse>();
  const server = createServer((request, response) => {
    if (request.method === 'GET') {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write('event: ready\ndata: {}\n\n');
      return void listeners.add(response);
    }
    const pieces: Buffer[] = [];
    request.on('data', (piece: Buffer) => pieces.push(piece));
    request.on('end', () => {
      const body: unknown = JSON.parse(Buffer.concat(pieces).toString());
      for (const listener of listeners)
        listener.write(`data: ${JSON.stringify({ ...request.headers, body, query: {}, timestamp: 1 })}\n\n`);
      response.end('ok');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = (): void => {
    server.closeAllConnections();
    server.close();
  };
  return { url: `http://127.0.0.1:${(server.address() as { port: number }).port}/channel`, close };
}

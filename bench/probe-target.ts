// The other side of bench/probe.ts: any number of services in one process, told apart by the first part of the path.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const down = new Set<string>();
process.on('message', ({ name, up }: { name: string; up: boolean }) => void (up ? down.delete(name) : down.add(name)));

const server = createServer((request, response) => {
  const [, name = '', path = ''] = (request.url ?? '').split('/');
  if (down.has(name)) return void request.socket.destroy();
  if (path === 'health') return void response.end('{"status":"ok"}');
  let body = '';
  request.on('data', (chunk) => (body += String(chunk)));
  request.on('end', () => {
    const asked = JSON.parse(body) as { request_id: string; instances: Record<string, unknown>[] };
    if (typeof asked.instances[0]?.['x'] !== 'number') return response.writeHead(422).end('{}');
    const predictions = asked.instances.map(() => 'sun');
    return response.end(
      JSON.stringify({ request_id: asked.request_id, predictions, api_version: '1', model_version: '1' }),
    );
  });
});
server.keepAliveTimeout = 1000;
server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }));

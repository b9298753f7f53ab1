// What a job asks by HTTP, against servers that redirect, hang, break off, or are not there.
import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { askHttp } from '../../src/runner/ask-http.ts';

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  open.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text;
}

test('status, headers and text come as they were sent, over one connection', async () => {
  const ports = new Set<number | undefined>();
  const url = await serve(async (request, response) => {
    ports.add(request.socket.remotePort);
    const { method, headers } = request;
    response.writeHead(422, { 'Retry-After': '7' });
    response.end(`${method} ${headers['x-a']} ${headers['content-length']} ${await textOf(request)}`);
  });
  for (let times = 0; times < 3; times++) {
    const answer = await askHttp(url, { method: 'POST', headers: { 'x-a': 'b' }, body: 'grün', waitMs: 5_000 });
    expect(answer).toMatchObject({ status: 422, ok: false, text: 'POST b 5 grün' });
    expect([answer.headers.get('Retry-After'), answer.headers.get('location')]).toEqual(['7', null]);
  }
  expect(ports.size).toBe(1);
});

test('a redirection is followed, writes only where the server insists, and no secret goes to another server', async () => {
  const other = await serve(async (request, response) =>
    response.end(`${request.method} ${request.headers.authorization ?? 'nothing'} ${await textOf(request)}`),
  );
  const url = await serve((request, response) => {
    const [, status = '', where] = request.url!.split('/');
    response.writeHead(Number(status), { location: where === 'away' ? `${other}/` : '/204' }).end();
  });
  const ask = (path: string) =>
    askHttp(`${url}${path}`, { method: 'POST', headers: { Authorization: 'x' }, body: 'b', waitMs: 5_000 });
  expect((await ask('/307/away')).text).toBe('POST nothing b');
  expect((await ask('/303/away')).text).toBe('GET nothing ');
  expect((await ask('/308/here')).status).toBe(204);
  const round = await serve((_request, response) => response.writeHead(302, { location: '/' }).end());
  await expect(askHttp(round, { waitMs: 5_000 })).rejects.toThrow('more than 5 redirections');
});

test.each([
  ['says nothing', (): void => undefined],
  ['stops in the middle', (_: IncomingMessage, response: Parameters<RequestListener>[1]) => void response.write('a')],
])('a server that %s is given up in time', async (_, listener) => {
  const url = await serve(listener);
  await expect(askHttp(url, { waitMs: 50 })).rejects.toThrow();
});

test('nobody there', async () => {
  const url = await serve(() => undefined);
  await open.pop()!();
  await expect(askHttp(url, { waitMs: 5_000 })).rejects.toMatchObject({ code: 'ECONNREFUSED' });
});

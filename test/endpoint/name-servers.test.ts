// A name is looked up at whatever name server its owner chose: what that one answers is never taken for a fault of ours.
import { createSocket, type Socket } from 'node:dgram';
import { afterEach, expect, test } from 'vitest';
import { causeOf } from '../../src/domain/endpoint/probe-policy.ts';
import { resolveName } from '../../src/endpoint/guarded-connect.ts';
import { openEndpoints } from '../../src/endpoint/open-endpoints.ts';
import { probeKey } from '../../src/endpoint/sign-request.ts';

const open: Socket[] = [];
afterEach(() => {
  for (const socket of open.splice(0)) socket.close();
});

/** A name server that answers every question with this code. */
async function nameServer(code: number): Promise<string> {
  const socket = createSocket('udp4');
  open.push(socket);
  socket.on('message', (question, { port, address }) => {
    const answer = Buffer.from(question);
    answer.writeUInt16BE(0x8180 | code, 2);
    answer.writeUInt16BE(0, 10);
    socket.send(answer, port, address);
  });
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  return `127.0.0.1:${socket.address().port}`;
}

test.each([
  ['SERVFAIL', 2, 'dns-failed'],
  ['NXDOMAIN', 3, 'dns-not-found'],
  ['NOTIMP', 4, 'dns-failed'],
  ['REFUSED', 5, 'dns-failed'],
])('%s is the fault of whoever owns the name', async (_, code, expected) => {
  const failed = await resolveName('service.example.org', [await nameServer(code)]).catch((error: unknown) => error);
  expect(failed).toMatchObject({ code: expected });
  expect(causeOf(expected, new Date(), [])).toBe('student');
});

const endpoints = (knownHost: string, works: boolean) =>
  openEndpoints({
    key: probeKey('a secret of the installation'),
    allowLoopback: false,
    confirmAfterSeconds: 10,
    timing: 'timing',
    knownHost,
    lookup: async () => {
      if (!works) throw new Error('SERVFAIL');
      return ['140.82.121.6'];
    },
  });

test('whether names can be looked up at all is tried with one that must be known', async () => {
  expect(await endpoints('api.github.com', true).namesWork()).toBe(true);
  expect(await endpoints('api.github.com', false).namesWork()).toBe(false);
  for (const host of ['127.0.0.1', '[::1]', 'localhost'])
    expect(await endpoints(host, false).namesWork()).toBeUndefined();
});

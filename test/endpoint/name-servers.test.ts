// A name is looked up at whatever name server its owner chose: what that one answers is never taken for a fault of ours, and leads nowhere inside.
import { expect, onTestFinished, test } from 'vitest';
import { causeOf } from '../../src/domain/endpoint/probe-policy.ts';
import { createGuardedFetch } from '../../src/endpoint/guarded-fetch.ts';
import { resolveName } from '../../src/endpoint/guarded-connect.ts';
import { openEndpoints } from '../../src/endpoint/open-endpoints.ts';
import { probeKey } from '../../src/endpoint/sign-request.ts';
import { nameServer, type Answering } from './name-server.ts';
import { serve } from './serve.ts';

const publicAddress = '93.184.216.34';
const host = 'service.example.org';

async function lookupBy(answering: Answering): Promise<(name: string) => Promise<string[]>> {
  const server = await nameServer(answering);
  onTestFinished(() => server.close());
  return (name) => resolveName(name, [server.address]);
}

/** What becomes of a request to a name of which its owner's server says this. */
async function askedOf(answering: Answering, rule: { allowLoopback?: boolean; port?: string } = {}) {
  const { port = '80', allowLoopback = false } = rule;
  const lookup = await lookupBy(answering);
  const fetch = createGuardedFetch({ lookup, allowLoopback, ports: [Number(port)], connectTimeoutMs: 300 });
  onTestFinished(() => fetch.close());
  return () =>
    fetch(`http://${host}:${port}/`, { timeoutMs: 1500 }).then(
      async (answer) => String(await answer.bytes()),
      (error: unknown) => (error as { code: string }).code,
    );
}

const forA =
  (addresses: string[], aliases: string[] = []): Answering =>
  (_, type) =>
    type === 'A' ? { addresses, aliases } : {};

test.each<[string, string, Answering]>([
  ['SERVFAIL', 'dns-failed', () => ({ code: 'SERVFAIL' })],
  ['NXDOMAIN', 'dns-not-found', () => ({ code: 'NXDOMAIN' })],
  ['REFUSED', 'dns-failed', () => ({ code: 'REFUSED' })],
  [
    'SERVFAIL for one family, and nothing for the other',
    'dns-failed',
    (_, type) => (type === 'A' ? { code: 'SERVFAIL' } : {}),
  ],
  ['an answer without addresses', 'dns-not-found', () => ({})],
  ['aliases in a circle', 'dns-not-found', () => ({ aliases: ['b.example.org', host] })],
  ['what is no answer', 'dns-failed', () => 'garbage'],
  ['a cut answer, whose rest is not to be had', 'dns-failed', () => ({ cut: true })],
  ['silence', 'timeout', () => 'silence'],
])('%s is the fault of whoever owns the name: %s', async (_, expected, answering) => {
  const ask = await askedOf(answering);
  expect(await ask()).toBe(expected);
  expect(causeOf(expected, new Date(), [])).toBe('student');
});

test.each<[string, string, Answering]>([
  ['a private address', 'address-private', forA(['10.0.0.1'])],
  ['this machine', 'address-loopback', forA(['127.0.0.1'])],
  ['the metadata of a cloud', 'address-metadata', forA(['169.254.169.254'])],
  ['one public and one private address', 'address-private', forA([publicAddress, '192.168.1.1'])],
  [
    'a private address in the other family alone',
    'address-private',
    (_, type) => ({ addresses: [type === 'A' ? publicAddress : 'fd00::1'] }),
  ],
  [
    'this machine within IPv6',
    'address-ipv4-mapped',
    (_, type) => ({ addresses: [type === 'A' ? publicAddress : '::ffff:7f00:1'] }),
  ],
  [
    'twenty aliases, and then a private address',
    'address-private',
    forA(
      ['10.0.0.1'],
      Array.from({ length: 20 }, (_, at) => `a${at}.example.org`),
    ),
  ],
])('a name that leads to %s is refused: %s', async (_, expected, answering) => {
  expect(await (await askedOf(answering))()).toBe(expected);
});

test('a name that leads elsewhere at the second question is refused then', async () => {
  const service = await serve((_, response) => response.writeHead(200, { connection: 'close' }).end('there'));
  const { port } = new URL(service);
  const answering: Answering = (_, type, nth) =>
    type === 'A' ? { addresses: [nth === 0 ? '127.0.0.1' : '169.254.169.254'] } : {};
  const ask = await askedOf(answering, { allowLoopback: true, port });
  expect(await ask()).toBe('there');
  expect(await ask()).toBe('address-metadata');
});

test('whether names can be looked up at all is tried with one that must be known', async () => {
  const lookup = await lookupBy((name, type) =>
    name === 'api.github.com' && type === 'A' ? { addresses: ['140.82.121.6'] } : { code: 'SERVFAIL' },
  );
  const endpoints = (knownHost: string, port = 443) =>
    openEndpoints({
      key: probeKey('a secret of the installation'),
      allowLoopback: false,
      confirmAfterSeconds: 10,
      timing: 'timing',
      knownHost,
      knownPort: port,
      lookup,
    });
  expect(await endpoints('api.github.com').namesWork()).toBe(true);
  expect(await endpoints('github.example.org').namesWork()).toBe(false);
  for (const known of ['127.0.0.1', '[::1]', 'localhost']) {
    expect(await endpoints(known).namesWork()).toBeUndefined();
    expect(await endpoints(known).networkWorks()).toBeUndefined();
  }
  const there = new URL(await serve((_, response) => response.end())).port;
  // This machine in a spelling that is no address here, and one for the system.
  expect(await endpoints('127.1', Number(there)).networkWorks()).toBe(true);
  expect(await endpoints('127.1', 1).networkWorks()).toBe(false);
});

import { createServer as createTcpServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import ipaddr from 'ipaddr.js';
import { afterAll, describe, expect, onTestFinished, test } from 'vitest';
import { refuseAddress } from '../../src/endpoint/check-address.ts';
import { GuardError } from '../../src/endpoint/guard-error.ts';
import { createGuardedFetch } from '../../src/endpoint/guarded-fetch.ts';
import type { GuardedInit } from '../../src/endpoint/guarded-fetch.ts';
import { serve } from './serve.ts';

const names: Record<string, string[]> = {
  'public-then-private.example': ['93.184.216.34', '10.0.0.7'],
  'loopback.example': ['127.0.0.1'],
  'mapped.example': ['::ffff:127.0.0.1'],
  'metadata.example': ['169.254.169.254'],
  'azure.example': ['168.63.129.16'],
  'nothing.example': [],
  'garbage.example': ['not an address'],
};
const strict = createGuardedFetch({ lookup: async (host) => names[host] ?? [], connectTimeoutMs: 300 });
const local = createGuardedFetch({ allowLoopback: true, connectTimeoutMs: 300 });
afterAll(() => Promise.all([strict.close(), local.close()]));

async function codeOf(url: string, init?: GuardedInit, fetch = strict): Promise<string> {
  try {
    await (await fetch(url, init)).bytes();
    return 'answered';
  } catch (error) {
    expect(error).toBeInstanceOf(GuardError);
    return (error as GuardError).code;
  }
}

const vectors: [url: string, code: string][] = [
  ['http://127.0.0.1/', 'address-loopback'],
  ['http://127.8.9.10/', 'address-loopback'],
  ['http://127.1/', 'address-loopback'],
  ['http://0x7f.0.0.1/', 'address-loopback'],
  ['http://0177.0.0.1/', 'address-loopback'],
  ['http://2130706433/', 'address-loopback'],
  ['http://017700000001/', 'address-loopback'],
  ['http://0x7f000001/', 'address-loopback'],
  ['http://127。0。0。1/', 'address-loopback'],
  ['http://１２７.0.0.1/', 'address-loopback'],
  ['http://⑫7.0.0.1/', 'address-loopback'],
  ['http://%31%32%37.0.0.1/', 'address-loopback'],
  ['http://127.0.0.1./', 'address-loopback'],
  ['http://[::1]/', 'address-loopback'],
  ['http://[0:0:0:0:0:0:0:1]/', 'address-loopback'],
  ['http://0/', 'address-unspecified'],
  ['http://[::]/', 'address-unspecified'],
  ['http://10.0.0.1/', 'address-private'],
  ['http://172.16.0.1/', 'address-private'],
  ['http://192.168.0.1/', 'address-private'],
  ['http://[fd12:3456::1]/', 'address-private'],
  ['http://[fec0::1]/', 'address-private'],
  ['http://100.64.0.1/', 'address-carrier-nat'],
  ['http://169.254.1.1/', 'address-link-local'],
  ['http://[fe80::1]/', 'address-link-local'],
  ['http://169.254.169.254/latest/meta-data/', 'address-metadata'],
  ['http://0xa9fea9fe/', 'address-metadata'],
  ['http://169.254.170.2/', 'address-metadata'],
  ['http://168.63.129.16/', 'address-metadata'],
  ['http://100.100.100.200/', 'address-metadata'],
  ['http://192.0.0.192/', 'address-metadata'],
  ['http://[fd00:ec2::254]/', 'address-metadata'],
  ['http://[::127.0.0.1]/', 'address-ipv4-compatible'],
  ['http://[::8.8.8.8]/', 'address-ipv4-compatible'],
  ['http://[::ffff:127.0.0.1]/', 'address-ipv4-mapped'],
  ['http://[::ffff:7f00:1]/', 'address-ipv4-mapped'],
  ['http://[::ffff:0:127.0.0.1]/', 'address-ipv4-translated'],
  ['http://[64:ff9b::7f00:1]/', 'address-nat64'],
  ['http://[64:ff9b:1::a9fe:a9fe]/', 'address-nat64'],
  ['http://[2002:7f00:1::]/', 'address-6to4'],
  ['http://[2001:0:4136:e378::]/', 'address-teredo'],
  ['http://[2001:4860::5efe:7f00:1]/', 'address-isatap'],
  ['http://[4000::1]/', 'address-reserved'],
  ['http://127.1:80/', 'address-loopback'],
  ['http://[::ffff:a9fe:a9fe]/', 'address-ipv4-mapped'],
  ['http://[64:ff9b::169.254.169.254]/', 'address-nat64'],
  ['http://metadata.google.internal./', 'url-local-name'],
  ['http://8.8.8.8:0/', 'url-port'],
  ['http://224.0.0.1/', 'address-multicast'],
  ['http://[ff02::1]/', 'address-multicast'],
  ['http://255.255.255.255/', 'address-broadcast'],
  ['http://240.0.0.1/', 'address-reserved'],
  ['http://198.18.0.1/', 'address-reserved'],
  ['http://[fe80::1%25eth0]/', 'url-invalid'],
  ['http://localhost/', 'url-local-name'],
  ['http://LOCALHOST./', 'url-local-name'],
  ['http://ⓛocalhost/', 'url-local-name'],
  ['http://app.localhost/', 'url-local-name'],
  ['http://metadata.google.internal/', 'url-local-name'],
  ['http://router.home.arpa/', 'url-local-name'],
  ['http://kubernetes/', 'url-local-name'],
  ['http://loopback.example/', 'address-loopback'],
  ['http://mapped.example/', 'address-ipv4-mapped'],
  ['http://metadata.example/', 'address-metadata'],
  ['http://azure.example/', 'address-metadata'],
  ['http://public-then-private.example/', 'address-private'],
  ['http://garbage.example/', 'address-invalid'],
  ['http://nothing.example/', 'dns-not-found'],
  ['http://user@8.8.8.8/', 'url-userinfo'],
  ['http://user:secret@8.8.8.8/', 'url-userinfo'],
  ['http://8.8.8.8@127.0.0.1/', 'url-userinfo'],
  ['http://8.8.8.8:22/', 'url-port'],
  ['http://8.8.8.8:6379/', 'url-port'],
  ['https://8.8.8.8:25/', 'url-port'],
  ['file:///etc/passwd', 'url-scheme'],
  ['gopher://8.8.8.8/', 'url-scheme'],
  ['data:text/plain,x', 'url-scheme'],
  ['ftp://8.8.8.8/', 'url-scheme'],
  ['http://8.8.8.8\\@127.0.0.1/', 'url-invalid'],
  ['http://8.8.8.8\t.example/', 'url-invalid'],
  ['http://8.8.8.8/\r\nHost: x', 'url-invalid'],
  ['http://', 'url-invalid'],
  ['', 'url-invalid'],
];

test.each(vectors)('%j is refused: %s', async (url, code) => expect(await codeOf(url)).toBe(code));
test('there are many ways in, and each is tried once', () => {
  expect(new Set(vectors.map(([url]) => url)).size).toBe(vectors.length);
  expect(vectors.length).toBeGreaterThanOrEqual(80);
});

describe('addresses', () => {
  test.each(['8.8.8.8', '1.1.1.1', '2606:4700:4700::1111', '2a00:1450:400f:80d::200e'])('%s is public', (address) => {
    expect(refuseAddress(address, {})).toBeUndefined();
  });
  test('no IPv4 address hides in IPv6', () => {
    fc.assert(
      fc.property(fc.ipV4(), (v4) => {
        const [a, b, c, d] = v4.split('.').map(Number) as [number, number, number, number];
        const hex = `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
        const forms = [
          `::${hex}`,
          `::ffff:${hex}`,
          `::ffff:0:${hex}`,
          `64:ff9b::${hex}`,
          `2002:${hex}::`,
          `2600::5efe:${hex}`,
        ];
        for (const form of forms) expect(refuseAddress(form, {})).toBeDefined();
      }),
    );
  });
  test('the setting for the sandbox opens this machine and nothing else', () => {
    expect(refuseAddress('127.0.0.1', { allowLoopback: true })).toBeUndefined();
    for (const other of ['10.0.0.1', '169.254.169.254', '::ffff:127.0.0.1', '0.0.0.0', '::']) {
      expect(refuseAddress(other, { allowLoopback: true })?.code, other).toBeDefined();
    }
  });
  test('every refusal names its range', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (address) => {
        const refused = refuseAddress(address, {});
        if (refused) expect(refused.code).toMatch(/^address-[a-z0-9-]+$/);
        else expect(ipaddr.parse(address).range()).toBe('unicast');
      }),
    );
  });
});

test('a name that changes its address between check and connection gains nothing', async () => {
  let hits = 0;
  const url = new URL(await serve((_, response) => response.end(String(hits++))));
  let lookups = 0;
  const fetch = createGuardedFetch({
    lookup: async () => [lookups++ === 0 ? '93.184.216.34' : '127.0.0.1'],
    ports: [Number(url.port)],
    connectTimeoutMs: 200,
  });
  // The public address is the one that is connected to (and does not answer there): the name is not asked again.
  expect(await codeOf(`http://rebind.example:${url.port}/`, {}, fetch)).toMatch(/connect|network|unreachable/);
  expect([lookups, hits]).toEqual([1, 0]);
  expect(await codeOf(`http://rebind.example:${url.port}/`, {}, fetch)).toBe('address-loopback');
  expect([lookups, hits]).toEqual([2, 0]);
  await fetch.close();
});

describe('answers', () => {
  test('an ordinary answer is read, with its headers', async () => {
    const url = await serve((request, response) => {
      response.setHeader('x-seen', `${request.method} ${request.url}`);
      request.pipe(response);
    });
    const response = await local(`${url}/a?b=c`, { method: 'POST', body: 'hello' });
    expect(response.headers['x-seen']).toBe('POST /a?b=c');
    expect((await response.bytes()).toString()).toBe('hello');
  });
  test('redirects are refused, or followed only to where a first request might go', async () => {
    const url = await serve((request, response) => {
      const to = new URLSearchParams(request.url!.split('?')[1]).get('to');
      response.writeHead(to ? 302 : 200, to ? { location: to } : {}).end('here');
    });
    const redirect = (to: string): string => `${url}/?to=${encodeURIComponent(to)}`;
    expect(await codeOf(redirect('/there'), {}, local)).toBe('redirect');
    expect(await codeOf(redirect('/there'), { redirects: 1 }, local)).toBe('answered');
    expect(await codeOf(redirect(redirect('/there')), { redirects: 1 }, local)).toBe('redirect');
    expect(await codeOf(redirect('/there'), { redirects: 1, method: 'POST' }, local)).toBe('redirect');
    expect(await codeOf(redirect('http://169.254.169.254/'), { redirects: 5 }, local)).toBe('address-metadata');
    expect(await codeOf(redirect('http://10.0.0.1/'), { redirects: 5 }, local)).toBe('address-private');
    expect(await codeOf(redirect('file:///etc/passwd'), { redirects: 5 }, local)).toBe('url-scheme');
    expect(await codeOf(redirect('//user@127.0.0.1/'), { redirects: 5 }, local)).toBe('url-userinfo');
  });
  test('headers do not follow a redirect to another host', async () => {
    const seen: unknown[] = [];
    const other = await serve((request, response) => response.end(String(seen.push(request.headers['authorization']))));
    const url = await serve((_, response) => response.writeHead(307, { location: other }).end());
    await (await local(url, { redirects: 1, headers: { authorization: 'secret' } })).bytes();
    expect(seen).toEqual([undefined]);
  });
  test('an endless body is cut off', async () => {
    const url = await serve((_, response) => {
      const push = (): void => {
        while (response.write(Buffer.alloc(65_536)));
        response.once('drain', push);
      };
      push();
    });
    expect(await codeOf(url, { maxBytes: 1_000_000 }, local)).toBe('body-too-large');
  });
  test('a body that announces too much is not read at all', async () => {
    const url = await serve((_, response) => response.writeHead(200, { 'content-length': '5000000' }).write('x'));
    expect(await codeOf(url, { maxBytes: 1000 }, local)).toBe('body-too-large');
  });
  test('slow headers and slow bodies end with the time allowed', async () => {
    const silent = await serve(() => {});
    expect(await codeOf(silent, { timeoutMs: 100 }, local)).toBe('timeout');
    const drip = await serve((_, response) => {
      const timer = setInterval(() => response.write('.'), 10);
      response.on('close', () => clearInterval(timer));
    });
    expect(await codeOf(drip, { timeoutMs: 150 }, local)).toBe('timeout');
  });
  test('an answer that nobody reads ends with its time, and takes nothing down with it', async () => {
    let closed: () => void;
    const ended = new Promise<void>((resolve) => (closed = resolve));
    const url = await serve((_, response) => void response.on('close', () => closed()).write('.'));
    expect((await local(url, { timeoutMs: 3000 })).status).toBe(200);
    await ended;
    expect(await codeOf(url, { timeoutMs: 100 }, local)).toBe('timeout');
  });
  test('endless headers and answers that are not HTTP are named', async () => {
    const raw = async (text: string): Promise<string> => {
      const server = createTcpServer((socket) => socket.on('error', () => {}).end(text));
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      onTestFinished(() => void server.close());
      return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    };
    expect(await codeOf(await raw(`HTTP/1.1 200 OK\r\n${'x: y\r\n'.repeat(10_000)}\r\n`), {}, local)).toBe(
      'headers-too-large',
    );
    expect(await codeOf(await raw('SSH-2.0-OpenSSH_9.6\r\n'), {}, local)).toBe('not-http');
    expect(await codeOf(await raw(''), {}, local)).toBe('connect-reset');
  });
  test('a closed port is named', async () => {
    const server = createTcpServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    expect(await codeOf(`http://127.0.0.1:${port}/`, {}, local)).toBe('connect-refused');
  });
});

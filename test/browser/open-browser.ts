// Debian's Chromium, driven without a display, and the app's real pages on a port of this machine.
import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { chromium, type Browser } from 'playwright-core';

const given = process.env['CHROMIUM_PATH'];
const places = given ? [given] : ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

export async function openBrowser(): Promise<Browser> {
  const executablePath = places.find((place) => existsSync(place));
  if (!executablePath)
    throw new Error(
      'The browser tests need Chromium: `apt-get install -y chromium`, or set CHROMIUM_PATH to where it is.',
    );
  return chromium.launch({
    executablePath,
    args: [
      // Chromium refuses to sandbox itself as root, which containers usually are.
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      '--disable-gpu',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

export type Served = { url: string; close: () => Promise<void> };

export async function serve(fetch: (request: Request) => Response | Promise<Response>): Promise<Served> {
  const server = createServer(getRequestListener(fetch));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

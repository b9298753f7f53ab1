// The app beside a GitHub that answers at once, for measurements that are of the app alone, and what a process takes, by Linux.
import { generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Says who the App is, and that there is nothing else. */
export async function openGitHub(): Promise<{ url: string; close: () => void }> {
  const server = createServer((asked, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(asked.url?.endsWith('/app') ? '{"id":1,"slug":"practicum"}' : '[]');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = (): void => {
    server.close();
    server.closeAllConnections();
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close };
}

type Wanted = { github: string; secret: string; port: number; home: string; databaseUrl?: string };

/** The environment of `practicum serve`. */
export function settingsOf({ github, secret, port, home, databaseUrl }: Wanted): Record<string, string | undefined> {
  return {
    PATH: process.env['PATH'],
    APP_ID: '1',
    PRIVATE_KEY: newKey(),
    WEBHOOK_SECRET: secret,
    GITHUB_API_URL: github,
    PORT: String(port),
    PRACTICUM_HOME: home,
    PRACTICUM_DASHBOARD_TOKEN: 'open',
    LOG_LEVEL: 'error',
    ...(databaseUrl === undefined ? {} : { DATABASE_URL: databaseUrl }),
  };
}

export function newKey(): string {
  const { privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  return privateKey;
}

/** Of `/proc/PID/stat`, from the state on. */
export function fieldsOf(pid: number): number[] {
  return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)!.split(' ').map(Number);
}

/** Processor time of a process so far, in hundredths of a second. */
export function ticksOf(pid: number): number {
  const fields = fieldsOf(pid);
  return fields[11]! + fields[12]!;
}

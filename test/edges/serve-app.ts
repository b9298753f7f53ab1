// The app as a process of its own, so that it can be killed, with its database behind a way that can fall silent.
import { spawn, type ChildProcess } from 'node:child_process';
import { createHmac, generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bareEnvironment } from '../bare-environment.ts';
import { freePort } from '../../src/free-port.ts';
import { cloneDatabase, type TestDatabase } from '../database.ts';
import { startProxy, type StallingProxy } from '../../scripts/chaos/stalling-proxy.ts';

const main = join(import.meta.dirname, '../../src/main.ts');
const secret = 'a secret of a test, on this machine alone';
const { privateKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
});

export type Served = {
  port: number;
  pid: number;
  database: TestDatabase;
  proxy: StallingProxy;
  github: FakeGitHub;
  home: string;
  /** Everything that the process wrote. */
  output: () => string;
  /** Resolves with the exit code, or the signal, when the process has ended. */
  ended: Promise<number | string>;
  kill: (signal: NodeJS.Signals) => void;
  post: (guid: string, event?: string, more?: object) => Promise<number>;
  get: (path: string) => Promise<{ status: number; text: string }>;
  stored: () => Promise<string[]>;
  stop: () => Promise<void>;
};

/** Just the one answer that the app asks for when it starts. */
export type FakeGitHub = {
  port: number;
  mode: 'answers' | 'refuses' | 'hangs' | 'fails' | 'is another';
  asked: number;
};

async function startGitHub(mode: FakeGitHub['mode']): Promise<FakeGitHub & { server: Server }> {
  const github = { port: 0, mode, asked: 0 };
  const server = createServer((request, response) => {
    github.asked++;
    if (github.mode === 'hangs') return;
    if (github.mode === 'fails') return void response.writeHead(502).end('bad gateway');
    if (github.mode === 'is another')
      return void response.writeHead(404, { 'content-type': 'text/html' }).end('<h1>Sign in to this network</h1>');
    if (github.mode === 'refuses')
      return void response
        .writeHead(401, { 'content-type': 'application/json' })
        .end('{"message":"A JSON web token could not be decoded"}');
    const body = request.url?.endsWith('/app') ? { id: 1, slug: 'practicum' } : [];
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  github.port = (server.address() as { port: number }).port;
  return Object.assign(github, { server });
}

type Environment = Record<string, string | undefined>;
/** How the process is started with these settings: as this checkout's, where nothing else is said. */
export type Command = (env: Environment) => { program: string; args: string[]; env: Environment };
const fromCheckout: Command = (env) => ({ program: process.execPath, args: [main, 'serve'], env });

export async function serveApp(
  settings: {
    github?: FakeGitHub['mode'];
    env?: Record<string, string>;
    database?: TestDatabase;
    command?: Command;
    /** The database does not answer from the first moment on; the process is not waited for. */
    silent?: boolean;
  } = {},
): Promise<Served> {
  const database = settings.database ?? (await cloneDatabase());
  const at = new URL(database.url);
  const proxy = await startProxy({ host: at.hostname, port: Number(at.port) });
  if (settings.silent) proxy.stall();
  at.port = String(proxy.port);
  const github = await startGitHub(settings.github ?? 'answers');
  const folder = mkdtempSync(join(tmpdir(), 'practicum-edges-'));
  const port = await freePort();
  const home = join(folder, 'app');
  const { program, args, env } = (settings.command ?? fromCheckout)({
    ...bareEnvironment,
    APP_ID: '1',
    PRIVATE_KEY: privateKey,
    WEBHOOK_SECRET: secret,
    GITHUB_API_URL: `http://127.0.0.1:${github.port}`,
    DATABASE_URL: at.href,
    PORT: String(port),
    PRACTICUM_HOME: home,
    PRACTICUM_DASHBOARD_TOKEN: 'open',
    LOG_LEVEL: 'error',
    ...settings.env,
  });
  const child: ChildProcess = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout!, child.stderr!])
    stream.setEncoding('utf8').on('data', (text) => (output += text));
  const ended = new Promise<number | string>((resolve) => {
    child.once('exit', (code, signal) => resolve(code ?? signal ?? 'unknown'));
  });
  const base = `http://127.0.0.1:${port}`;
  const get: Served['get'] = async (path) => {
    const response = await fetch(base + path, { signal: AbortSignal.timeout(10_000) });
    return { status: response.status, text: await response.text() };
  };
  const listening = (async () => {
    while (child.exitCode === null && child.signalCode === null) {
      if (
        await get('/healthz').then(
          ({ status }) => status === 200,
          () => false,
        )
      )
        return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  })();
  if (!settings.silent) await listening;
  return {
    port,
    pid: child.pid!,
    database,
    proxy,
    github,
    home,
    output: () => output,
    ended,
    kill: (signal) => void child.kill(signal),
    async post(guid, event = 'installation', more = {}) {
      const body = JSON.stringify({
        action: 'suspend',
        installation: { id: 7, account: { login: 'nobody', id: 9 } },
        ...more,
      });
      const response = await fetch(`${base}/api/github/webhooks`, {
        method: 'POST',
        body,
        headers: {
          'content-type': 'application/json',
          'x-github-event': event,
          'x-github-delivery': guid,
          'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
        },
        signal: AbortSignal.timeout(20_000),
      });
      return response.status;
    },
    get,
    stored: async () =>
      (await database.pool.query<{ guid: string }>('select guid from delivery order by guid')).rows.map(
        ({ guid }) => guid,
      ),
    async stop() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
      await ended;
      github.server.closeAllConnections();
      github.server.close();
      await proxy.close();
      await database.drop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

// The set-up from nothing: register the App on the sandbox's GitHub, install it, and hear its webhooks through a channel.
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, request as rawRequest, type Server, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { movableClock, startSandbox, type Sandbox } from '@practicum/sandbox';
import { freePort } from '../../src/free-port.ts';
import { writeEnvFile } from '../../src/life/write-env-file.ts';
import { cloneDatabase, type TestDatabase } from '../database.ts';

const main = join(import.meta.dirname, '../../src/main.ts');
const folder = mkdtempSync(join(tmpdir(), 'practicum-set-up-'));
let sandbox: Sandbox;
let database: TestDatabase;
let channel: { url: string; server: Server };
let child: ChildProcess;
let port: number;
let output = '';

/** What smee.io does: what is posted to a channel goes to whoever listens there. */
async function startChannel(): Promise<{ url: string; server: Server }> {
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
      for (const one of listeners)
        one.write(`data: ${JSON.stringify({ ...request.headers, body, query: {}, timestamp: 1 })}\n\n`);
      response.end('ok');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as { port: number }).port}/channel`, server };
}

beforeAll(async () => {
  sandbox = await startSandbox({ dir: join(folder, 'github'), clock: movableClock(new Date('2027-01-04T08:00:00Z')) });
  sandbox.admin.createUser({ login: 'teacher' });
  sandbox.admin.createOrganization({ login: 'mlops', owner: 'teacher' });
  database = await cloneDatabase();
  channel = await startChannel();
  port = await freePort();
  writeFileSync(join(folder, '.env'), '# mine\nPRACTICUM_HOME=home\n');
  child = spawn(process.execPath, [main, 'serve'], {
    cwd: folder,
    env: {
      PATH: process.env['PATH'],
      GITHUB_API_URL: `${sandbox.url}/api/v3`,
      GITHUB_SERVER_URL: sandbox.url,
      DATABASE_URL: database.url,
      PORT: String(port),
      WEBHOOK_PROXY_URL: channel.url,
      LOG_LEVEL: 'warn',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const stream of [child.stdout!, child.stderr!])
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  await until(() => output.includes('once:'));
}, 120_000);

afterAll(async () => {
  child.kill('SIGKILL');
  channel.server.closeAllConnections();
  channel.server.close();
  await sandbox.close();
  await database.drop();
  rmSync(folder, { recursive: true, force: true });
});

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  const end = performance.now() + 60_000;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`not in time; ${output}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

const url = (path: string): string => `http://127.0.0.1:${port}${path}`;
const ask = (path: string, init: RequestInit = {}): Promise<Response> =>
  fetch(path.startsWith('http') ? path : url(path), { redirect: 'manual', ...init });
const cookieOf = (answer: Response): string => answer.headers.getSetCookie()[0]!.split(';')[0]!;
const form = (fields: Record<string, string>, cookie = ''): RequestInit => ({
  method: 'POST',
  body: new URLSearchParams(fields),
  headers: { origin: url(''), cookie },
});

/** As a browser that was led here under another name, or a proxy on this machine. */
const askAs = (headers: Record<string, string>, path = '/setup'): Promise<number> =>
  new Promise((resolve, reject) => {
    rawRequest({ port, host: '127.0.0.1', path, headers }, (answer) => {
      answer.resume();
      resolve(answer.statusCode!);
    })
      .on('error', reject)
      .end();
  });

test('the set-up is open at this machine; elsewhere, to the token that the terminal shows, once', async () => {
  expect((await ask('/setup')).status).toBe(200);
  const elsewhere = { host: 'practicum.example.edu' };
  expect(await askAs(elsewhere)).toBe(403);
  expect(await askAs({ host: `127.0.0.1:${port}`, 'x-forwarded-for': '203.0.113.9' })).toBe(403);
  expect(await askAs({ host: '127.0.0.1.example.edu' })).toBe(403);
  const token = /token=(\S+)/.exec(output)![1]!;
  expect(await askAs(elsewhere, '/setup?token=wrong')).toBe(403);
  expect(await askAs(elsewhere, `/setup?token=${token}`)).toBe(303);
  expect(await askAs(elsewhere, `/setup?token=${token}`)).toBe(403);
});

test('a form of another site, a wrong name and a foreign registration change nothing', async () => {
  const foreign = { ...form({ organisation: 'mlops' }), headers: { origin: 'https://evil.example' } };
  expect((await ask('/setup/manifest', foreign)).status).toBe(403);
  expect((await ask('/setup/manifest', form({ organisation: '../x' }))).status).toBe(400);
  expect((await ask('/setup/manifest', form({ organisation: 'mlops', address: 'http://plain' }))).status).toBe(400);
  expect((await ask('/setup/registered?code=abc&state=')).status).toBe(403);
  expect(
    (await ask('/setup/registered?code=abc&state=x', { headers: { cookie: 'practicum_register=y' } })).status,
  ).toBe(403);
  expect(readFileSync(join(folder, '.env'), 'utf8')).toBe('# mine\nPRACTICUM_HOME=home\n');
});

test(
  'registered, the keys are in .env for nobody else, the app runs, is installed, and hears of it',
  { timeout: 120_000 },
  async () => {
    const asked = await ask('/setup/manifest', form({ organisation: 'mlops' }));
    const page = await asked.text();
    const unescape = (text: string): string => text.replaceAll('&quot;', '"').replaceAll('&amp;', '&');
    const manifest = unescape(/name="manifest"\s+value="([^"]*)"/.exec(page)![1]!);
    const action = unescape(/action="([^"]*)"/.exec(page)![1]!);
    expect(JSON.parse(manifest)).toMatchObject({
      name: 'Practicum mlops',
      public: false,
      hook_attributes: { url: channel.url },
    });
    const github = await ask(action, { method: 'POST', body: new URLSearchParams({ manifest }) });
    const back = github.headers.get('location')!;
    const done = await ask(back, { headers: { cookie: cookieOf(asked) } });
    expect(done.status).toBe(200);
    const text = await done.text();
    const env = parseEnv(readFileSync(join(folder, '.env'), 'utf8'));
    expect(statSync(join(folder, '.env')).mode & 0o777).toBe(0o600);
    expect(env).toMatchObject({ PRACTICUM_HOME: 'home', WEBHOOK_PROXY_URL: channel.url });
    for (const name of ['APP_ID', 'PRIVATE_KEY', 'WEBHOOK_SECRET', 'CLIENT_ID', 'CLIENT_SECRET'])
      expect(env[name], name).toBeTruthy();
    expect(text).not.toContain(env['CLIENT_SECRET']);
    await until(() => output.includes('Practicum is running'));
    const install = /href="([^"]*\/installations\/new)"/.exec(text)![1]!;
    await ask(install, { method: 'POST', body: new URLSearchParams({ account: 'mlops' }) });
    await until(async () => (await database.pool.query('select from course')).rows.length === 1);
    const entered = await ask(/href="([^"]*\/setup\?token=[^"]*)"/.exec(text)![1]!);
    expect(entered.headers.get('location')).toBe('/setup');
    const state = await (await ask('/setup', { headers: { cookie: cookieOf(entered) } })).text();
    expect(state).toMatch(/installed<\/th>\s*<td>done/);
    expect((await ask('/setup')).status).toBe(403);
  },
);

test('what .env held stays, also where a value has several lines', async () => {
  const own = mkdtempSync(join(folder, 'env-'));
  writeFileSync(join(own, '.env'), '# first\nexport APP_ID=1\nPRIVATE_KEY="a\nb\nc"\nOTHER=\'x\ny\'\nLAST=1');
  await writeEnvFile(own, { APP_ID: '2', PRIVATE_KEY: 'k\nl\n' });
  const text = readFileSync(join(own, '.env'), 'utf8');
  expect(text).toBe('# first\nOTHER=\'x\ny\'\nLAST=1\nAPP_ID=2\nPRIVATE_KEY="k\\nl\\n"\n');
  expect(parseEnv(text)).toMatchObject({ APP_ID: '2', PRIVATE_KEY: 'k\nl\n', OTHER: 'x\ny', LAST: '1' });
});

// Side by side, webhooks reach an app many at a time; those about one repository come one after another, in order.
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildWorld, movableClock, startSandbox, type Sandbox } from '../src/index.ts';

type Heard = { repository: string; title: string; response: ServerResponse };
let server: Server;
let sandbox: Sandbox;
let dir = '';
let token = '';
const heard: Heard[] = [];

beforeAll(async () => {
  server = createServer(async (request, response) => {
    const { repository, issue } = (await json(request)) as { repository?: { name: string }; issue?: { title: string } };
    if (repository && issue) heard.push({ repository: repository.name, title: issue.title, response });
    else response.end();
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  dir = await mkdtemp(join(tmpdir(), 'sandbox-many-'));
  const clock = movableClock(new Date('2027-01-11T08:00:00Z'));
  sandbox = await startSandbox({ dir, clock, settings: { webhooksSideBySide: true } });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const manifest =
    'name: listener\nurl: http://localhost\ndefault_permissions: { issues: read }\ndefault_events: [issues]\n';
  const { owner } = await buildWorld(sandbox, {
    organisation: 'course',
    members: [],
    repositories: ['one', 'two'].map((name) => ({ name, files: { 'README.md': 'x' } })),
    app: { manifest, webhook: { url, secret: 'a-long-secret' } },
  });
  token = owner.token;
});
afterAll(async () => {
  await sandbox.close();
  server.close();
  await rm(dir, { recursive: true, force: true });
});

async function open(repository: string, title: string): Promise<void> {
  const { status } = await fetch(`${sandbox.url}/api/v3/repos/course/${repository}/issues`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
    body: JSON.stringify({ title }),
  });
  expect(status).toBe(201);
}
const titles = (): string[] => heard.map(({ repository, title }) => `${repository} ${title}`);

test('one that is not answered yet holds up its own repository and no other', async () => {
  await open('one', 'a');
  await open('one', 'b');
  await open('two', 'c');
  await expect.poll(titles).toEqual(['one a', 'two c']);
  expect(sandbox.idle().idle).toBe(false);
  heard[0]!.response.end();
  await expect.poll(titles).toEqual(['one a', 'two c', 'one b']);
  for (const { response } of heard) response.end();
  await expect.poll(() => sandbox.idle().idle).toBe(true);
});

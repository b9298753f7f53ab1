// A sandbox with an organisation, a template and the App, a receiver of its webhooks, and `practicum doctor --live` against it.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSandbox, type BuiltWorld, type OpenSandbox } from '@practicum/sandbox';
import { runWith, type Ran } from '../cli/run-command.ts';

export type ContactPlace = {
  sandbox: OpenSandbox & { built: BuiltWorld };
  dir: string;
  doctor: (...more: string[]) => Promise<Ran>;
  /** Names of the organisation's repositories. */
  repositories: () => string[];
  settings: Record<string, string>;
  stop: () => Promise<void>;
};

export const school = 'greenfield';

export async function startContact(): Promise<ContactPlace> {
  const dir = mkdtempSync(join(tmpdir(), 'practicum-contact-'));
  const receiver = createServer((request, response) => {
    request.resume().on('end', () => response.writeHead(200).end());
  });
  await new Promise<void>((done) => receiver.listen(0, '127.0.0.1', done));
  const secret = 'f0e1d2c3b4a5968778695a4b3c2d1e0f';
  const sandbox = await openSandbox({
    settings: { emptyWindow: { reads: 2, milliseconds: 0 } },
    plan: {
      organisation: school,
      owner: { login: 'mrs-brown', name: 'Margaret Brown' },
      members: ['ada'],
      outsiders: ['grace-h'],
      repositories: [{ name: 'student-template', template: true, files: { 'README.md': '# A start\n' } }],
      app: {
        slug: 'practicum-greenfield',
        manifest: readFileSync(join(import.meta.dirname, '../../app.yml'), 'utf8'),
        webhook: { url: `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`, secret },
      },
    },
  });
  const app = sandbox.built.app!;
  const settings = {
    APP_ID: String(app.appId),
    PRIVATE_KEY: app.privateKey,
    WEBHOOK_SECRET: secret,
    GITHUB_API_URL: `${sandbox.url}/api/v3`,
    GITHUB_SERVER_URL: sandbox.url,
    PRACTICUM_PACE: '1000',
    PRACTICUM_HOME: join(dir, 'home'),
  };
  return {
    sandbox,
    dir,
    settings,
    doctor: (...more) =>
      runWith(settings, 'doctor', '--live', school, '--yes', '--record', join(dir, 'recording.json'), ...more),
    repositories: () => sandbox.state.repositoriesOf(sandbox.state.accountByLogin(school)!.id).map(({ name }) => name),
    stop: async () => {
      await sandbox.close();
      receiver.closeAllConnections();
      receiver.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

// Steering shipments and carrying one out by hand, as the commands do it, against the sandbox and a real database.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runCli } from '../../../src/cli.ts';
import { syncJob } from '../../../src/flows/jobs/queue-jobs.ts';
import { organisation, startApp, type App } from '../start-app.ts';

let app: App;
beforeEach(async () => void (app = await startApp({ students: ['ada', 'bob'], releases: 2 })));
afterEach(() => app.stop());

async function practicum(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const result = { code: 0, out: '', err: '' };
  await runCli(args, {
    out: (text) => void (result.out += text),
    err: (text) => void (result.err += text),
    env: app.environment,
    cwd: app.dir,
    now: () => app.clock.now(),
    progress: false,
    exit: (code) => void (result.code = code),
  });
  return result;
}
const idOf = async (owner: string, release: string) =>
  (await app.shipments()).find(({ shipment }) => shipment.owner === owner && shipment.release === release)!.shipment.id;
const states = async (...args: string[]) =>
  Object.fromEntries(
    JSON.parse((await practicum('shipments', '--json', ...args)).out).map(
      (row: { owner: string; release: string; state: string; held?: string }) => [
        `${row.owner} ${row.release}`,
        row.held ?? row.state,
      ],
    ),
  );

test('what is held is not sent when it is due, and goes on when it is let go', async () => {
  const id = await idOf('ada', 'release-1');
  expect(await practicum('shipments', 'pause', id)).toMatchObject({ code: 0, out: expect.stringContaining('is held') });
  expect(await practicum('shipments', 'pause', id)).toMatchObject({ code: 1, err: expect.stringContaining('already') });
  app.release();
  await app.until(
    'bob has his',
    async () => (await states())['bob release-1'] === 'dispatched' && (await app.atRest()),
  );
  expect(await states('--release', 'release-1')).toEqual({ 'ada release-1': 'paused', 'bob release-1': 'dispatched' });
  // Applying the course again does not let it go.
  await app.ports.store.enqueue([syncJob(organisation, app.clock.now())]);
  await app.until('at rest', app.atRest);
  expect((await states())['ada release-1']).toBe('paused');
  expect(await practicum('shipments', 'resume', '--challenge', 'prices')).toMatchObject({ code: 0 });
  await app.until('ada has hers', async () => (await states())['ada release-1'] === 'dispatched');
});

test('cancelled by hand stays cancelled through a sync, and is sent when asked for again, before its time', async () => {
  const id = await idOf('bob', 'release-2');
  expect(await practicum('shipments', 'cancel', id)).toMatchObject({ code: 0 });
  await app.ports.store.enqueue([syncJob(organisation, app.clock.now())]);
  await app.until('at rest', app.atRest);
  expect(await states('--state', 'cancelled')).toEqual({ 'bob release-2': 'cancelled' });
  expect(await practicum('shipments', 'resend', id)).toMatchObject({ code: 0 });
  await app.until('sent', async () => (await states())['bob release-2'] === 'dispatched');
  expect(await states('--state', 'planned')).toEqual({
    'ada release-1': 'planned',
    'bob release-1': 'planned',
    'ada release-2': 'planned',
  });
  const again = await practicum('shipments', 'cancel', id);
  expect(again).toMatchObject({ code: 1, err: expect.stringContaining('never changes') });
});

test('a failed shipment is listed with its error and sent again', async () => {
  app.sandbox.faults.add({ match: { operation: 'createCommitOnBranch' }, status: 422 });
  app.release();
  await app.until('both given up', async () => (await app.ports.store.parkedJobs()).length === 2);
  const { out } = await practicum('shipments', '--state', 'failed');
  expect(out.match(/parked +8 .*unprocessable/g)).toHaveLength(2);
  app.sandbox.faults.clear();
  expect(await practicum('shipments', 'resend', '--release', 'release-1')).toMatchObject({ code: 0 });
  await app.until('both arrived', async () => Object.keys(await states('--state', 'dispatched')).length === 2);
});

test('wrong use is answered with 2, an unknown id with 1', async () => {
  expect(await practicum('shipments', 'cancel')).toMatchObject({ code: 2 });
  expect(await practicum('shipments', '--state', 'lost')).toMatchObject({ code: 2 });
  expect(await practicum('shipments', 'cancel', 'ffff')).toMatchObject({ code: 1, err: 'ffff is not known\n' });
});

test('practicum dispatch carries one out from its JSON alone: dispatched, then already there', async () => {
  const { shipment } = (await app.shipments())[0]!;
  const file = join(app.dir, 'shipment.json');
  await writeFile(file, JSON.stringify(shipment));
  const first = await practicum('dispatch', file);
  expect(first).toMatchObject({ code: 0, out: expect.stringMatching(/^dispatched: release-1 for ada/) });
  const second = await practicum('dispatch', file, '--json');
  expect(JSON.parse(second.out)).toMatchObject({ already: true });
  expect(app.carrying('prices-ada', shipment.trailer)).toEqual([JSON.parse(second.out).commit]);
  // The app finds what was carried by hand, and records it.
  app.release();
  await app.until('recorded', async () => (await states())['ada release-1'] === 'dispatched');
  expect(app.carrying('prices-ada', shipment.trailer)).toHaveLength(1);
});

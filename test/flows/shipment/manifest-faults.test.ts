// A student spoils data/MANIFEST.json: the next release arrives all the same, and both sides read what was wrong.
import { afterEach, expect, test } from 'vitest';
import { showStudent } from '../../../src/flows/pages/show-student.ts';
import { showShipments } from '../../../src/flows/pages/show-shipments.ts';
import { studentPage } from '../../../src/web/pages/student-page.ts';
import { shipmentsPage } from '../../../src/web/pages/shipments-page.ts';
import { organisation, startApp, type App } from '../start-app.ts';

let app: App;
afterEach(() => app.stop());

const repo = 'prices-ada';
const manifestPath = 'data/MANIFEST.json';
const second = new Date('2027-01-18T09:00:00Z');

type Manifest = { releases: { release: string }[] };

async function dispatched(count: number): Promise<void> {
  const isDone = async () => (await app.shipments()).filter(({ state }) => state === 'dispatched').length === count;
  await app.until(`${count} dispatched`, isDone);
}

async function spoil(how: (text: string) => string | undefined): Promise<void> {
  const where = { owner: organisation, repo, path: manifestPath, message: 'Merge' };
  const text = app.git(repo, 'show', `main:${manifestPath}`);
  const sha = app.git(repo, 'rev-parse', `main:${manifestPath}`).trim();
  const spoilt = how(text);
  const ada = app.as('ada');
  if (spoilt === undefined) await ada.request('DELETE /repos/{owner}/{repo}/contents/{path}', { ...where, sha });
  else {
    const content = Buffer.from(spoilt).toString('base64');
    await ada.request('PUT /repos/{owner}/{repo}/contents/{path}', { ...where, sha, content });
  }
}

test.each([
  ['commit', 'conflict markers', (text: string) => `<<<<<<< HEAD\n${text}=======\n${text}>>>>>>> theirs\n`],
  ['pull_request', 'half of it', (text: string) => text.slice(0, -4)],
  ['asset', 'another form', (text: string) => text.replace('"version": 1', '"version": "mine"')],
])('%s onto %s', async (carrier, _, how) => {
  app = await startApp({ carrier, releases: 2 });
  app.release();
  await dispatched(1);
  if (carrier === 'pull_request') {
    const [pull] = (await app.as('ada').request('GET /repos/{owner}/{repo}/pulls', { owner: organisation, repo })).data;
    const where = { owner: organisation, repo, pull_number: pull!.number };
    await app.as('ada').request('PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge', where);
  }
  await spoil(how);
  app.clock.set(second);
  await dispatched(2);
  const { receipt } = (await app.shipments()).find(({ shipment }) => shipment.release === 'release-2')!;
  expect(receipt!.fault).toContain(manifestPath);
  expect(app.git(repo, 'log', '-1', '--format=%B', receipt!.commit)).toContain(receipt!.fault);
  const manifest = JSON.parse(app.git(repo, 'show', `${receipt!.commit}:${manifestPath}`)) as Manifest;
  expect(manifest.releases.map(({ release }) => release)).toEqual(['release-1', 'release-2']);
  const student = await showStudent(app.ports.store, organisation, 'ada', second);
  expect(String(await studentPage(student!, 'https://github.test', false, {}))).toContain(receipt!.fault);
  const staff = await showShipments(app.ports.store, organisation, second);
  expect(String(await shipmentsPage(staff!, 'https://github.test', {}))).toContain(receipt!.fault);
});

test('deleted: it begins anew, which is no fault', async () => {
  app = await startApp({ carrier: 'commit', releases: 2 });
  app.release();
  await dispatched(1);
  await spoil(() => undefined);
  app.clock.set(second);
  await dispatched(2);
  const { receipt } = (await app.shipments()).find(({ shipment }) => shipment.release === 'release-2')!;
  expect(receipt!.fault).toBeUndefined();
});

// Carriers for what git or its API does not take: each against the sandbox over HTTP, with answers lost on the way.
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { checkSizes } from '../../../src/course-folder/check-sizes.ts';
import { readCourseFolder } from '../../../src/course-folder/read-course-folder.ts';
import { courseFiles, header, organisation, startApp, tenRows, type App } from '../start-app.ts';
import { testWith } from '../../needs.ts';

const withRclone = testWith('rclone');

let app: App | undefined;
let folder: string | undefined;
afterEach(async () => {
  await app?.stop();
  app = undefined;
  if (folder) rmSync(folder, { recursive: true });
  folder = undefined;
});
const repo = 'prices-ada';
const path = 'data/incoming/release-1.csv';
const slice = `${[header, ...tenRows].join('\n')}\n`;
const md5 = createHash('md5').update(slice).digest('hex');
const pointer = `outs:\n- md5: ${md5}\n  size: ${slice.length}\n  hash: md5\n  path: release-1.csv\n`;
const theOne = async () => (await app!.shipments())[0]!;
const isDispatched = async () => (await theOne()).state === 'dispatched';

async function expectPointer(): Promise<string> {
  const { shipment, receipt } = await theOne();
  const [commit, ...others] = app!.carrying(repo, shipment.trailer);
  expect(others).toEqual([]);
  expect(receipt).toMatchObject({ commit, path: `${path}.dvc` });
  expect(app!.git(repo, 'show', `${commit}:${path}.dvc`)).toBe(pointer);
  const manifest = JSON.parse(app!.git(repo, 'show', `${commit}:data/MANIFEST.json`));
  expect(manifest.releases).toMatchObject([{ path, shipment: shipment.id, bytes: slice.length }]);
  return app!.git(repo, 'log', '-1', '--format=%B', commit!);
}

test('asset: one release with the slice, one pointer commit, whatever answer is lost', async () => {
  app = await startApp({ carrier: 'asset' });
  for (const match of [
    { method: 'POST', path: '/releases$' },
    { method: 'POST', path: '/assets$' },
    { operation: 'createCommitOnBranch' },
  ])
    app.sandbox.faults.add({ match, dropAfterDoing: true, times: 1 });
  app.release();
  await app.until('dispatched', isDispatched);
  expect(app.sandbox.faults.list().map(({ struck }) => struck)).toEqual([1, 1, 1]);
  const message = await expectPointer();
  const { data: releases } = await app
    .as('ada')
    .request('GET /repos/{owner}/{repo}/releases', { owner: organisation, repo });
  expect(releases).toMatchObject([{ assets: [{ name: 'release-1.csv', size: slice.length }] }]);
  expect(message).toContain(releases[0]!.assets[0]!.browser_download_url);
  const { data } = await app.as('ada').request('GET /repos/{owner}/{repo}/releases/assets/{asset_id}', {
    owner: organisation,
    repo,
    asset_id: releases[0]!.assets[0]!.id,
    headers: { accept: 'application/octet-stream' },
  });
  expect(Buffer.from(data as unknown as ArrayBuffer).toString()).toBe(slice);
});

withRclone('rclone: the slice at the remote, one pointer commit', async () => {
  folder = mkdtempSync(join(tmpdir(), 'practicum-remote-'));
  mkdirSync(join(folder, 'disk'));
  const config = join(folder, 'rclone.conf');
  writeFileSync(config, `[store]\ntype = alias\nremote = ${join(folder, 'disk')}\n`);
  app = await startApp({ carrier: '{ rclone: "store:course/{owner}" }', environment: { RCLONE_CONFIG: config } });
  app.sandbox.faults.add({ match: { operation: 'createCommitOnBranch' }, dropAfterDoing: true, times: 1 });
  app.release();
  await app.until('dispatched', isDispatched);
  expect(await expectPointer()).toContain(`store:course/ada/${path}`);
  expect(readFileSync(join(folder, 'disk/course/ada', path), 'utf8')).toBe(slice);
});

withRclone('a remote that is not configured is said in the plan, and given up at once when due', async () => {
  folder = mkdtempSync(join(tmpdir(), 'practicum-remote-'));
  const config = join(folder, 'rclone.conf');
  writeFileSync(config, '');
  app = await startApp({ carrier: '{ rclone: "store:course/{owner}" }', environment: { RCLONE_CONFIG: config } });
  const record = (await app.ports.store.course(organisation))!;
  const { problems } = await app.ports.github(record).courseRepository.snapshot('course', record.commitSha!);
  expect(problems).toContainEqual(expect.objectContaining({ level: 'warning', code: 'remote-unusable' }));
  app.release();
  await app.until('parked', async () => (await app!.ports.store.parkedJobs()).length === 1);
  expect(await theOne()).toMatchObject({ attempts: 1, lastError: expect.stringMatching(/^remote_missing/) });
});

test('more than the API takes goes by git push, once, on top of what a student pushed in between', async () => {
  const rows = Array.from({ length: 240_000 }, (_, row) => `2027-01-01,${row}.5${'0'.repeat(80)}`);
  app = await startApp({ rows });
  const pushed = Promise.withResolvers<void>();
  app.sandbox.faults.add({ match: { method: 'POST', path: 'git-receive-pack$' }, hold: pushed.promise, times: 1 });
  app.sandbox.faults.add({ match: { method: 'POST', path: 'git-receive-pack$' }, dropAfterDoing: true, times: 1 });
  app.release();
  await app.until('the push is under way', () => app!.sandbox.faults.list()[0]!.struck === 1);
  await app.as('ada').request('PUT /repos/{owner}/{repo}/contents/{path}', {
    owner: organisation,
    repo,
    path: 'work.txt',
    message: 'My work',
    content: 'aGk=',
  });
  pushed.resolve();
  await app.until('dispatched', isDispatched);
  const { shipment, receipt } = await theOne();
  expect(receipt!.bytes).toBeGreaterThan(20 * 2 ** 20);
  expect(app.carrying(repo, shipment.trailer)).toEqual([receipt!.commit]);
  expect(app.git(repo, 'rev-parse', `${receipt!.commit}:${path}`).trim()).toBe(receipt!.blob);
  expect(app.git(repo, 'show', `${receipt!.commit}:${path}`)).toBe(`${[header, ...rows].join('\n')}\n`);
  expect(app.git(repo, 'show', 'main:work.txt')).toBe('hi');
});

test('a slice that git would not take is an error in the plan, unless it does not go to git', async () => {
  folder = mkdtempSync(join(tmpdir(), 'practicum-large-'));
  for (const [file, text] of Object.entries(courseFiles())) {
    mkdirSync(join(folder, file, '..'), { recursive: true });
    writeFileSync(join(folder, file), text);
  }
  const { challenges, facts } = await readCourseFolder(folder);
  const pathOf = (source: string): string => join(folder!, source);
  expect(await checkSizes(challenges, facts, {}, pathOf)).toEqual([]);
  truncateSync(join(folder, 'data/prices.csv'), 150 * 2 ** 20);
  expect(await checkSizes(challenges, facts, {}, pathOf)).toMatchObject([{ level: 'error', code: 'slice-too-large' }]);
  // Of ten rows, a condition leaves six.
  expect(await checkSizes(challenges, facts, { [challenges[0]!.file]: [6] }, pathOf)).toEqual([]);
  const elsewhere = challenges.map((challenge) => ({ ...challenge, carriers: [{ kind: 'asset' as const }] }));
  expect(await checkSizes(elsewhere, facts, {}, pathOf)).toEqual([]);
});

withRclone(
  'asset and a remote together: the same pointer, a commit and a line in the manifest each, though answers are lost',
  async () => {
    folder = mkdtempSync(join(tmpdir(), 'practicum-remote-'));
    mkdirSync(join(folder, 'disk'));
    const config = join(folder, 'rclone.conf');
    writeFileSync(config, `[store]\ntype = alias\nremote = ${join(folder, 'disk')}\n`);
    const carrier = '[asset, { rclone: "store:course/{owner}" }]';
    app = await startApp({ carrier, environment: { RCLONE_CONFIG: config } });
    app.sandbox.faults.add({ match: { operation: 'createCommitOnBranch' }, dropAfterDoing: true, times: 2 });
    app.release();
    await app.until('dispatched', async () => (await app!.shipments()).every(({ state }) => state === 'dispatched'));
    const both = await app.shipments();
    for (const { shipment, receipt } of both) {
      expect(app.carrying(repo, shipment.trailer)).toEqual([receipt!.commit]);
      expect(receipt).toMatchObject({ path: `${path}.dvc`, blob: both[0]!.receipt!.blob });
    }
    const manifest = JSON.parse(app.git(repo, 'show', 'main:data/MANIFEST.json'));
    expect(manifest.releases.map((release: { shipment: string }) => release.shipment).toSorted()).toEqual(
      both.map(({ shipment }) => shipment.id).toSorted(),
    );
    expect(app.git(repo, 'show', `main:${path}.dvc`)).toBe(pointer);
  },
);

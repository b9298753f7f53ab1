// Folders of files: every carrier brings all that a slice names, byte for byte, with its mode, once.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { organisation, startApp, type App, type CourseOptions } from '../start-app.ts';
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
/** Every byte there is, line endings and an invalid UTF-8 sequence among them. */
const binary = Buffer.from(Array.from({ length: 4096 }, (_, at) => (at * 7 + (at >> 8)) % 256));
const long = `cats/${'a'.repeat(90)}/${'b'.repeat(60)}.png`;
const files: Record<string, string | Buffer> = {
  'data/pets/cats/1.png': binary,
  'data/pets/cats/2 of 3.png': Buffer.concat([Buffer.from('\r\n'), binary]),
  'data/pets/dogs/1.png': Buffer.alloc(0),
  'data/pets/tools/view.sh': '#!/bin/sh\necho ok\n',
  [`data/pets/${long}`]: 'long',
};
const names = Object.keys(files).map((path) => path.slice('data/pets/'.length));
const index = `path,label\n${names.map((path) => `${path},${path.split('/')[0]}\n`).join('')}`;
const pets: CourseOptions = {
  source: 'data/pets',
  dataset: 'target: label, index: index.csv',
  files: { ...files, 'data/pets/index.csv': index },
  executable: ['data/pets/tools/view.sh'],
};

/** What the archive or the tree holds: path → mode and bytes. */
type Tree = Map<string, { executable: boolean; bytes: Buffer }>;

function expectPets(tree: Tree, slice: string): void {
  expect([...tree.keys()].toSorted()).toEqual([slice, ...names].toSorted());
  for (const name of names) {
    const found = tree.get(name)!;
    expect(found.bytes.equals(Buffer.from(files[`data/pets/${name}`]!)), name).toBe(true);
    expect(found.executable, name).toBe(name === 'tools/view.sh');
  }
  expect(tree.get(slice)!.bytes.toString()).toBe(index);
}

function treeOf(commit: string): Tree {
  const dir = join(app!.dir, 'github/git', organisation, `${repo}.git`);
  const git = (...args: string[]): Buffer => execFileSync('git', ['--git-dir', dir, ...args]);
  const listed = git('ls-tree', '-rz', commit, 'data/incoming/').toString().split('\0').filter(Boolean);
  return new Map(
    listed.map((line) => {
      const [, mode, blob, path] = /^(\d+) blob ([0-9a-f]+)\t(.*)$/s.exec(line)!;
      const bytes = git('cat-file', 'blob', blob!);
      return [path!.slice('data/incoming/'.length), { executable: mode === '100755', bytes }];
    }),
  );
}

function untar(archive: Buffer): Tree {
  folder ??= mkdtempSync(join(tmpdir(), 'practicum-tar-'));
  const file = join(folder, 'archive.tar');
  writeFileSync(file, archive);
  const listed = execFileSync('tar', ['-tvf', file], { encoding: 'utf8' }).trim().split('\n');
  return new Map(
    listed.map((line) => {
      const [, mode, path] = /^(\S+) \S+ +\d+ \S+ \S+ (.*)$/.exec(line)!;
      return [path!, { executable: mode!.includes('x'), bytes: execFileSync('tar', ['-xOf', file, path!]) }];
    }),
  );
}

const theOne = async () => (await app!.shipments())[0]!;

async function released(options: CourseOptions): Promise<string> {
  app = await startApp({ ...pets, ...options });
  app.release();
  await app.until('dispatched', async () => (await theOne()).state === 'dispatched');
  const { shipment, receipt } = await theOne();
  expect(app.carrying(repo, shipment.trailer)).toEqual([receipt!.commit]);
  const manifest = JSON.parse(app.git(repo, 'show', `${receipt!.commit}:data/MANIFEST.json`));
  expect(manifest.releases).toMatchObject([{ path: 'data/incoming/release-1.csv', rows: 5, files: 5 }]);
  return receipt!.commit;
}

describe('a folder of files', () => {
  test.each(['commit', 'pull_request'])('by %s', async (carrier) => {
    expectPets(treeOf(await released({ carrier })), 'release-1.csv');
  });

  test('without modes of its own, in one call', async () => {
    const commit = await released({ carrier: 'commit', executable: [] });
    expect(treeOf(commit).get('cats/1.png')!.bytes.equals(binary)).toBe(true);
  });

  test('of many files, by one push', async () => {
    const many = Object.fromEntries(Array.from({ length: 25 }, (_, at) => [`data/many/${at}.bin`, Buffer.from([at])]));
    const options = { source: 'data/many', dataset: 'order: file', files: many, executable: ['data/many/7.bin'] };
    app = await startApp(options);
    app.release();
    await app.until('dispatched', async () => (await theOne()).state === 'dispatched');
    const tree = treeOf((await theOne()).receipt!.commit);
    expect(tree.size).toBe(26);
    expect(tree.get('20.bin')!.bytes).toEqual(Buffer.from([20]));
    expect([...tree].filter(([, { executable }]) => executable).map(([path]) => path)).toEqual(['7.bin']);
  });

  test('by asset, as one archive', async () => {
    await released({ carrier: 'asset' });
    const teacher = app!.as('ada');
    const { data: releases } = await teacher.request('GET /repos/{owner}/{repo}/releases', {
      owner: organisation,
      repo,
    });
    const { id, name } = releases[0]!.assets[0]!;
    expect(name).toBe('release-1.csv.tar');
    const { data } = await teacher.request('GET /repos/{owner}/{repo}/releases/assets/{asset_id}', {
      owner: organisation,
      repo,
      asset_id: id,
      headers: { accept: 'application/octet-stream' },
    });
    expectPets(untar(Buffer.from(data as unknown as ArrayBuffer)), 'release-1.csv');
  });

  withRclone('by rclone, as one archive', async () => {
    folder = mkdtempSync(join(tmpdir(), 'practicum-remote-'));
    mkdirSync(join(folder, 'disk'));
    const config = join(folder, 'rclone.conf');
    writeFileSync(config, `[store]\ntype = alias\nremote = ${join(folder, 'disk')}\n`);
    const commit = await released({
      carrier: '{ rclone: "store:course/{owner}" }',
      environment: { RCLONE_CONFIG: config },
    });
    const archive = execFileSync('cat', [join(folder, 'disk/course/ada/data/incoming/release-1.csv.tar')]);
    expectPets(untar(archive), 'release-1.csv');
    expect(app!.git(repo, 'show', `${commit}:data/incoming/release-1.csv.tar.dvc`)).toContain(
      `size: ${archive.length}\n`,
    );
  });

  test('per student: each has the files of their own rows, and no others', async () => {
    const many = Object.fromEntries(Array.from({ length: 40 }, (_, at) => [`data/many/${at}.bin`, Buffer.from([at])]));
    app = await startApp({
      students: ['ada', 'bob'],
      source: 'data/many',
      dataset: 'order: file',
      files: many,
      per: 'student',
    });
    app.release();
    await app.until('dispatched', async () => (await app!.shipments()).every(({ state }) => state === 'dispatched'));
    const seen = ['ada', 'bob'].map((login) => {
      const listed = app!
        .git(`prices-${login}`, 'ls-tree', '-r', '--name-only', 'main', 'data/incoming/')
        .trim()
        .split('\n');
      const rows = app!.git(`prices-${login}`, 'show', 'main:data/incoming/release-1.csv').trim().split('\n').slice(1);
      expect(listed.filter((path) => path.endsWith('.bin')).toSorted()).toEqual(
        rows.map((row) => `data/incoming/${row.split(',')[0]}`).toSorted(),
      );
      return rows;
    });
    expect(seen.map(({ length }) => length)).toEqual([20, 20]);
    expect(seen[0]).not.toEqual(seen[1]);
  });
});

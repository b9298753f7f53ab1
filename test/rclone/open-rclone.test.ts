// rclone for real: its local backend, and WebDAV served by rclone itself.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect } from 'vitest';
import { freePort } from '../../src/free-port.ts';
import { openRclone } from '../../src/rclone/open-rclone.ts';
import { testWith } from '../needs.ts';
import { workFolder } from '../dataset/work-folder.ts';

const dir = workFolder();
const config = join(dir, 'rclone.conf');
const disk = join(dir, 'disk');
const shared = join(dir, 'shared');
let server: ChildProcess;

beforeAll(async () => {
  mkdirSync(disk);
  mkdirSync(shared);
  const port = await freePort();
  writeFileSync(
    config,
    `[disk]\ntype = alias\nremote = ${disk}\n\n[dav]\ntype = webdav\nurl = http://127.0.0.1:${port}\nvendor = other\n`,
  );
  server = spawn(
    'rclone',
    ['serve', 'webdav', shared, '--addr', `127.0.0.1:${port}`, '--config', config, '--dir-cache-time', '0s'],
    {
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  );
  await new Promise<void>((resolve, reject) => {
    server.stderr!.on('data', (text: Buffer) => {
      if (/Serving on|WebDav Server started/i.test(text.toString())) resolve();
    });
    server.once('exit', (code) => reject(new Error(`rclone serve ended with ${code}`)));
  });
});

afterAll(() => {
  server?.kill();
});

const test = testWith('rclone');
const rclone = openRclone({ config, env: process.env });

test('it knows its version and its remotes', async () => {
  expect(await rclone.version()).toMatch(/^\d+\.\d+/);
  expect(await rclone.remotes()).toEqual(['dav', 'disk']);
});

test.each([
  ['disk:', disk],
  ['dav:', shared],
])('on %s a file is put once, whatever its time says, and again only when its bytes differ', async (remote, folder) => {
  const file = join(dir, 'slice.csv');
  writeFileSync(file, 'a,b\n1,.2\n');
  const first = await rclone.put(file, `${remote}challenge/alice`, 'data/release 1.csv');
  expect(first).toEqual({ target: `${remote}challenge/alice/data/release 1.csv`, bytes: 9, already: false });
  const there = join(folder, 'challenge/alice/data/release 1.csv');
  expect(readFileSync(there, 'utf8')).toBe('a,b\n1,.2\n');
  const time = statSync(there).mtimeMs;
  utimesSync(file, 1, 1);
  expect((await rclone.put(file, `${remote}challenge/alice`, 'data/release 1.csv')).already).toBe(true);
  expect(statSync(there).mtimeMs).toBe(time);
  // The same size, other bytes: what a half-written or altered file can look like.
  writeFileSync(there, 'a,b\n1,.3\n');
  expect((await rclone.put(file, `${remote}challenge/alice`, 'data/release 1.csv')).already).toBe(false);
  expect(readFileSync(there, 'utf8')).toBe('a,b\n1,.2\n');
});

test.each([
  ['disk:', disk],
  ['dav:', shared],
])('from %s a file and a folder are fetched', async (remote, folder) => {
  mkdirSync(join(folder, 'set/images'), { recursive: true });
  writeFileSync(join(folder, 'set/images/one.txt'), 'one');
  await rclone.fetch(`${remote}set/images/one.txt`, join(dir, `one-${remote.slice(0, -1)}`));
  expect(readFileSync(join(dir, `one-${remote.slice(0, -1)}`), 'utf8')).toBe('one');
  await rclone.fetch(`${remote}set`, join(dir, `set-${remote.slice(0, -1)}`));
  expect(readFileSync(join(dir, `set-${remote.slice(0, -1)}/images/one.txt`), 'utf8')).toBe('one');
  await expect(rclone.fetch(`${remote}none.csv`, join(dir, 'none'))).rejects.toMatchObject({ code: 'fetch_failed' });
});

test('what is missing is said before the due time', async () => {
  expect(await rclone.fault('disk:x')).toBeUndefined();
  expect(await rclone.fault('s3:bucket/x')).toBe('rclone has no remote "s3"; there are: dav, disk');
  expect(await rclone.fault('s3://bucket/x')).toBe('rclone has no remote "s3"; there are: dav, disk');
  expect(await rclone.fault('disk:../x')).toContain('".."');
  for (const hostile of ['/etc', '-v:x', ':local:/etc', ':http,url="http://x":', '']) {
    expect(await rclone.fault(hostile)).toContain('does not name a remote');
  }
  const without = openRclone({ program: join(dir, 'no-rclone'), env: process.env });
  expect(await without.version()).toBeUndefined();
  expect(await without.fault('disk:x')).toBe('rclone is not installed where the app runs');
  await expect(rclone.put(join(dir, 'slice.csv'), 's3:bucket', 'x')).rejects.toMatchObject({ code: 'remote_missing' });
});

test('a server that is gone is a failure that may be tried again', async () => {
  const gone = join(dir, 'gone.conf');
  writeFileSync(gone, `[dav]\ntype = webdav\nurl = http://127.0.0.1:${await freePort()}\nvendor = other\n`);
  const file = join(dir, 'slice.csv');
  writeFileSync(file, 'a\n1\n');
  const env = { ...process.env, RCLONE_LOW_LEVEL_RETRIES: '1' };
  const put = openRclone({ config: gone, env }).put(file, 'dav:x', 'y');
  await expect(put).rejects.toMatchObject({ code: 'copy_failed', retryable: true });
});

test.each([
  ['disk:', disk],
  ['dav:', shared],
])('the list of %s changes with what is there, and with nothing else', async (remote, folder) => {
  const file = join(folder, 'listed.csv');
  writeFileSync(file, 'a\n1\n');
  const before = await rclone.list(`${remote}listed.csv`);
  expect(await rclone.list(`${remote}listed.csv`)).toBe(before);
  writeFileSync(file, 'a\n22\n');
  expect(await rclone.list(`${remote}listed.csv`)).not.toBe(before);
  await expect(rclone.list(`${remote}none.csv`)).rejects.toMatchObject({ code: 'fetch_failed' });
});

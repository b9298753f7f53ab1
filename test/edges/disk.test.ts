// A disk that is full, or not ours to write: said by /readyz, and called by its name wherever it comes up.
import { mkdtempSync, rmSync, statSync, writeFileSync, mkdirSync, chmodSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, test } from 'vitest';
import { environmentCode, gitIn } from '../../src/github/repository/git.ts';
import { mountSmallDisk } from '../../scripts/chaos/small-disk.ts';
import { readiness } from '../../src/life/readiness.ts';
import { serveApp, type Served } from './serve-app.ts';

const dir = mkdtempSync(join(tmpdir(), 'practicum-disk-'));
let app: Served | undefined;
afterEach(async () => {
  await app?.stop();
  app = undefined;
});
afterAll(() => rmSync(dir, { recursive: true }));

const ready = (home: string, more: Partial<Parameters<typeof readiness>[0]> = {}): Promise<void> =>
  readiness({ askDatabase: async () => undefined, home, reachedGitHub: () => true, ...more })();

test('all is well', async () => {
  await expect(ready(join(dir, 'fresh'))).resolves.toBeUndefined();
});

test('a home that cannot be written to is told', async () => {
  const file = join(dir, 'a-file');
  writeFileSync(file, '');
  await expect(ready(join(file, 'home'))).rejects.toThrow(/disk-not-writable: PRACTICUM_HOME/);
});

test('everything that is missing is told at once', async () => {
  const away = { askDatabase: () => Promise.reject(new Error('away')), reachedGitHub: () => false };
  await expect(ready(join(dir, 'fresh'), away)).rejects.toThrow(
    /the database does not answer\nGitHub has not answered/,
  );
});

test('a database that never answers is told in time', async () => {
  const began = performance.now();
  await expect(ready(join(dir, 'fresh'), { askDatabase: () => new Promise(() => undefined) })).rejects.toThrow(
    'database',
  );
  expect(performance.now() - began).toBeLessThan(8000);
}, 20_000);

test('what was asked and has not answered is not asked again', async () => {
  let asked = 0;
  const silent = Promise.withResolvers<void>();
  const askDatabase = (): Promise<void> => (asked++, silent.promise);
  const ask = readiness({ askDatabase, home: join(dir, 'fresh'), reachedGitHub: () => true });
  await expect(ask()).rejects.toThrow('the database does not answer');
  await expect(ask()).rejects.toThrow('the database does not answer');
  expect(asked).toBe(1);
  silent.resolve();
  await expect
    .poll(
      () =>
        ask().then(
          () => 'ready',
          () => 'not ready',
        ),
      { timeout: 10_000 },
    )
    .toBe('ready');
}, 30_000);

test('a full disk is told, by the probe and at the end of what git says', async (context) => {
  const small = join(dir, 'small');
  const disk = mountSmallDisk(small, 17);
  if (disk === undefined) return context.annotate('this machine mounts nothing for us');
  try {
    await gitIn(small).init(true);
    disk.fill();
    await expect(ready(small)).rejects.toThrow(/disk-full/);
    const error: unknown = await gitIn(small)
      .raw(['hash-object', '-w', join(import.meta.dirname, '../../package-lock.json')])
      .catch((cause: unknown) => cause);
    expect(error).toMatchObject({ code: 'disk-full' });
  } finally {
    await disk.close();
  }
});

test.each([
  `hint: Using 'master' as the name for the initial branch.\n${'hint: more\n'.repeat(30)}fatal: write error: No space left on device`,
  'error: unable to write file data/x: Disk quota exceeded',
  "fatal: Unable to create 'index.lock': Read-only file system",
])('git names the disk: %j', (words) => {
  expect(environmentCode(new Error(words))).toBe('disk-full');
});

test('the home of the app is for its own account alone, and so is what is in it', async () => {
  const home = join(dir, 'open-home');
  mkdirSync(home);
  chmodSync(home, 0o755);
  app = await serveApp({ env: { PRACTICUM_HOME: home } });
  expect(await app.get('/readyz')).toMatchObject({ status: 200 });
  expect(statSync(home).mode & 0o777).toBe(0o700);
}, 40_000);

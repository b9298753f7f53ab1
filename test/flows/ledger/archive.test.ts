// A term as one file: written from the database and GitHub, checked without them, and a repository opened from it.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runCli } from '../../../src/cli.ts';
import { organisation, startApp, type App } from '../start-app.ts';

type Manifest = { files: { path: string; bytes: number; sha256: string }[] };

let app: App;
beforeEach(async () => void (app = await startApp({ students: ['ada', 'bob'] })));
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

test('written once, sound, altered by one byte, and cut off', async () => {
  const { store } = app.ports;
  await store.addEvidence(organisation, {
    kind: 'cut',
    id: 'cut/prices/prices-ada/x',
    challenge: 'prices',
    owner: 'ada',
    repository: `${organisation}/prices-ada`,
    at: app.clock.now(),
    trust: 'measured',
    commit: '1'.repeat(40),
  });
  const made = await practicum('archive', '--out', 'term.tar', '--tag');
  expect(made).toMatchObject({ code: 0, out: expect.stringContaining('2 repositories') });
  expect(made.err).toBe('prices-ada: GitHub no longer has the commit of prices.\n');
  expect(made.out).toContain('tag practicum/archive/2027-01-10-');
  expect(await practicum('archive', '--verify', 'term.tar')).toMatchObject({
    code: 0,
    out: expect.stringMatching(/^sound/m),
  });
  expect(await practicum('archive', '--out', 'term.tar')).toMatchObject({
    code: 2,
    err: 'practicum archive: term.tar: is there already\n',
  });

  execFileSync('tar', ['-xf', 'term.tar'], { cwd: app.dir });
  execFileSync('git', ['clone', '--quiet', 'repositories/prices-bob.bundle', 'opened'], {
    cwd: app.dir,
    stdio: 'pipe',
  });
  expect(execFileSync('git', ['-C', 'opened', 'log', '--oneline'], { cwd: app.dir, encoding: 'utf8' })).not.toBe('');

  const bytes = await readFile(join(app.dir, 'term.tar'));
  const altered = Buffer.from(bytes);
  altered[bytes.indexOf('title: Test') + 7] = 'B'.charCodeAt(0);
  await writeFile(join(app.dir, 'altered.tar'), altered);
  expect(await practicum('archive', '--verify', 'altered.tar')).toMatchObject({
    code: 1,
    out: expect.stringContaining('course/course.yml: was altered'),
  });
  // A list of one's own behind the true one, whose digest would then be told.
  const tar = (...args: string[]): Buffer => execFileSync('tar', args, { cwd: app.dir });
  const list = JSON.parse(await readFile(join(app.dir, 'manifest.json'), 'utf8')) as Manifest;
  const text = 'title: Mine\n';
  await writeFile(join(app.dir, 'course/course.yml'), text);
  tar('-cf', 'forged.tar', ...list.files.map(({ path }) => path), 'manifest.json');
  const mine = { bytes: text.length, sha256: createHash('sha256').update(text).digest('hex') };
  const files = list.files.map((file) => (file.path === 'course/course.yml' ? { ...file, ...mine } : file));
  await writeFile(join(app.dir, 'manifest.json'), JSON.stringify({ ...list, files }));
  tar('-rf', 'forged.tar', 'manifest.json');
  expect(await practicum('archive', '--verify', 'forged.tar')).toMatchObject({
    code: 1,
    out: expect.stringContaining('manifest.json: is in the file twice'),
  });

  await writeFile(join(app.dir, 'half.tar'), bytes.subarray(0, bytes.length / 2));
  expect(await practicum('archive', '--verify', 'half.tar')).toMatchObject({ code: 2 });
  await writeFile(join(app.dir, 'text.tar'), 'no archive\n');
  expect(await practicum('archive', '--verify', 'text.tar')).toMatchObject({ code: 2 });
  expect(await practicum('archive', '--verify', 'absent.tar')).toMatchObject({ code: 2 });
});

test('without GitHub it says what is not in it', async () => {
  const made = await practicum('archive', '--out', 'small.tar', '--no-repositories');
  expect(made).toMatchObject({ code: 0, err: 'Without 2 repositories: 0 gone, 0 empty, 2 left out.\n' });
  expect(await practicum('archive', '--verify', 'small.tar')).toMatchObject({ code: 0 });
  expect(await practicum('archive', '--tag', '--no-repositories')).toMatchObject({ code: 2 });
});

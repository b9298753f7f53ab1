// Bundles the companion Action, and that of course repositories, into one file each: `npm run bundle` for a release,
// `bundleAction(folder)` for a demonstration.
import { copyFile, mkdir, stat, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'esbuild';

const action = fileURLToPath(new URL('../action/', import.meta.url));

/**
 * Two thirds of the size, and of the time to start, would be code that nothing calls: zod's messages in forty languages, an
 * HTTP client that `@actions/http-client` loads for a kind of proxy agent that `@actions/core` never asks it for, and what
 * `practicum check --fetch` loads, which no Action says.
 */
const leaveOut: Plugin = {
  name: 'leave-out',
  setup(bundle) {
    bundle.onResolve({ filter: /^undici$|locales\/index\.js$|\/fetcher\.ts$/ }, ({ path }) => ({
      path,
      namespace: 'left-out',
    }));
    bundle.onLoad({ filter: /.*/, namespace: 'left-out' }, () => ({
      contents: 'module.exports = {};',
    }));
  },
};

/**
 * Writes `action.yml` and `dist/index.js` into a folder, from which a runner can execute the Action as it is, and the same
 * for course repositories into `course/` below it. Returns the size of the companion's bundle in bytes.
 */
export async function bundleAction(folder: string = action): Promise<number> {
  await bundle(join(action, 'course'), join(folder, 'course'));
  return bundle(action, folder);
}

async function bundle(from: string, to: string): Promise<number> {
  const dist = join(to, 'dist');
  await mkdir(dist, { recursive: true });
  await build({
    entryPoints: [join(from, 'src/index.ts')],
    outfile: join(dist, 'index.js'),
    bundle: true,
    platform: 'node',
    target: 'node24',
    // CommonJS starts faster than ESM here, and its requires of Node's own modules need no shim.
    format: 'cjs',
    plugins: [leaveOut],
    // A database for Parquet, in machine code: a course whose data needs it is told so.
    external: ['@duckdb/node-api'],
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: 'none',
    logLevel: 'warning',
  });
  // Whatever package surrounds the folder, this file is CommonJS.
  await writeFile(join(dist, 'package.json'), '{ "type": "commonjs" }\n');
  if (resolve(to) !== resolve(from)) await copyFile(join(from, 'action.yml'), join(to, 'action.yml'));
  return (await stat(join(dist, 'index.js'))).size;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const size = await bundleAction(process.argv[2] ?? action);
  process.stdout.write(`action/dist/index.js: ${Math.round(size / 1024)} KiB\n`);
}

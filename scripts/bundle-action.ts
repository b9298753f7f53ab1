// Bundles the companion Action, that of course repositories, and the command line for students, into one file each, with
// the licences of what is inside: `npm run bundle` for a release, `bundleAction(folder)` for a demonstration.
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'esbuild';
import { writeLicences } from './licences.ts';

const root = fileURLToPath(new URL('../', import.meta.url));
const action = join(root, 'action/');

/**
 * Two thirds of the size, and of the time to start, would be code that nothing calls: zod's messages in forty languages, an
 * HTTP client that `@actions/http-client` loads for a kind of proxy agent that `@actions/core` never asks it for. What
 * `check --fetch` and `plan --course` load says that it is not here.
 */
const leaveOut: Plugin = {
  name: 'leave-out',
  setup(bundle) {
    bundle.onResolve({ filter: /^undici$|locales\/index\.js$/ }, ({ path }) => ({
      path,
      namespace: 'left-out',
    }));
    bundle.onLoad({ filter: /.*/, namespace: 'left-out' }, () => ({
      contents: 'module.exports = {};',
    }));
    bundle.onResolve({ filter: /\/(?:fetcher|one-course)\.ts$/ }, ({ path }) => ({ path, namespace: 'elsewhere' }));
    bundle.onLoad({ filter: /.*/, namespace: 'elsewhere' }, () => ({
      contents: `throw new Error('not in this file, which asks neither the network nor a database: use the whole of Practicum')`,
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
  const size = await pack(join(from, 'src/index.ts'), dist, 'index.js');
  // Whatever package surrounds the folder, this file is CommonJS.
  await writeFile(join(dist, 'package.json'), '{ "type": "commonjs" }\n');
  if (resolve(to) !== resolve(from)) await copyFile(join(from, 'action.yml'), join(to, 'action.yml'));
  return size;
}

/** Writes `practicum.cjs` into a folder: the commands of a student, for any Node. Returns its size in bytes. */
export function bundleCommands(folder: string = join(root, 'dist')): Promise<number> {
  return pack(join(root, 'src/portable.ts'), folder, 'practicum.cjs', '#!/usr/bin/env node');
}

/** One file from all that `entry` needs, with `licenses.txt` beside it. Returns its size in bytes. */
async function pack(entry: string, folder: string, name: string, banner?: string): Promise<number> {
  await mkdir(folder, { recursive: true });
  const { metafile } = await build({
    entryPoints: [entry],
    outfile: join(folder, name),
    ...(banner === undefined ? {} : { banner: { js: banner } }),
    absWorkingDir: root,
    metafile: true,
    bundle: true,
    platform: 'node',
    // The Action's own Node; students have an older one as well.
    target: name.endsWith('.cjs') ? 'node20' : 'node24',
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
  const [output] = Object.values(metafile.outputs);
  await writeFile(join(folder, 'licenses.txt'), writeLicences(Object.keys(output!.inputs), root));
  return output!.bytes;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const size = await bundleAction(process.argv[2] ?? action);
  const commands = await bundleCommands();
  process.stdout.write(`action/dist/index.js: ${Math.round(size / 1024)} KiB\n`);
  process.stdout.write(`dist/practicum.cjs: ${Math.round(commands / 1024)} KiB\n`);
}

// Bundles the companion Action, that of course repositories, and the command line for students, into one file each, with
// the licences of what is inside: `npm run bundle` for a release, `bundleAction(folder)` for a demonstration.
import { createHash } from 'node:crypto';
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
  const { text, inputs } = await compile(join(from, 'src/index.ts'), 'node24');
  await save(dist, 'index.js', text, inputs);
  // Whatever package surrounds the folder, this file is CommonJS.
  await writeFile(join(dist, 'package.json'), '{ "type": "commonjs" }\n');
  if (resolve(to) !== resolve(from)) await copyFile(join(from, 'action.yml'), join(to, 'action.yml'));
  return text.length;
}

/** Writes `practicum.cjs` into a folder: the commands of a student, for any Node. Returns its size in bytes. */
export async function bundleCommands(folder: string = join(root, 'dist')): Promise<number> {
  const place = '@program@';
  const body = await compile('src/portable.ts', olderNode, { PRACTICUM_PROGRAM: JSON.stringify(place) });
  const program = createHash('sha256').update(body.text).digest('hex');
  const text = JSON.stringify(body.text.replace(place, program));
  const launch = await compile('src/portable-launch.ts', olderNode, { PRACTICUM_BODY: text });
  await save(folder, 'practicum.cjs', `#!/usr/bin/env node\n${launch.text}`, body.inputs);
  return launch.text.length;
}

/** Students have an older Node than the Action. */
const olderNode = 'node20';

type Compiled = { text: string; inputs: string[] };

/** One text, of ASCII alone, from all that `entry` needs. */
async function compile(entry: string, target: string, define: Record<string, string> = {}): Promise<Compiled> {
  const { metafile, outputFiles } = await build({
    entryPoints: [entry],
    write: false,
    define,
    absWorkingDir: root,
    metafile: true,
    bundle: true,
    platform: 'node',
    target,
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
  return { text: outputFiles[0]!.text, inputs: Object.keys(output!.inputs) };
}

/** With the licences of what is inside beside it. */
async function save(folder: string, name: string, text: string, inputs: string[]): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, name), text);
  await writeFile(join(folder, 'licenses.txt'), writeLicences(inputs, root));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const size = await bundleAction(process.argv[2] ?? action);
  const commands = await bundleCommands();
  process.stdout.write(`action/dist/index.js: ${Math.round(size / 1024)} KiB\n`);
  process.stdout.write(`dist/practicum.cjs: ${Math.round(commands / 1024)} KiB\n`);
}

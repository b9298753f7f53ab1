// Changes an operator or a constant of the rules at a time, and asks whether a test notices:
// `npm run test:mutants [FOLDER | FOLDER/FILE …]`. The score of a folder is the share of the changes that its own tests
// notice; below `least` it fails.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, globSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';

type Mutant = {
  id: string;
  fileName: string;
  mutatorName: string;
  replacement: string;
  location: { start: { line: number; column: number } };
};
/** What is used of Stryker's instrumenter, which has no types for use from outside. */
type Instrumenter = {
  instrument: (
    files: { name: string; mutate: boolean; content: string }[],
    options: { plugins: null; ignorers: []; excludedMutations: [] },
  ) => Promise<{ files: { name: string; content: string }[]; mutants: Mutant[] }>;
};

const root = join(import.meta.dirname, '..');
const home = join(import.meta.dirname, 'mutants');
const domain = join(root, 'src/domain');
const folders = ['judge', 'score', 'grade', 'ledger', 'shipment', 'plan'];
const least = 90;
/** A mutant that runs so long without an end, and without passing the place that was changed, never ends. */
const endless = 60_000;

const asked = process.argv.length > 2 ? process.argv.slice(2) : folders;
const unknown = asked.find((name) => !existsSync(join(domain, name)));
if (unknown !== undefined) {
  process.stderr.write(`there is no src/domain/${unknown}\n`);
  process.exit(2);
}

if (!existsSync(join(home, 'node_modules/.package-lock.json'))) install();
const instrumenter = await openInstrumenter();
for (const [folder, names] of Map.groupBy(asked, (name) => name.split('/')[0]!)) {
  const files = names.flatMap((name) =>
    statSync(join(domain, name)).isFile() ? [join(domain, name)] : globSync(join(domain, name, '**/*.ts')),
  );
  const { mutants, states } = await testMutants(folder, files.toSorted());
  const share = report(folder, mutants, states);
  if (share < least) process.exitCode = 1;
}

async function testMutants(folder: string, files: string[]): Promise<{ mutants: Mutant[]; states: States }> {
  const place = join(root, 'dist/mutants', folder);
  rmSync(place, { recursive: true, force: true });
  mkdirSync(place, { recursive: true });
  const written = await instrumenter.instrument(
    files.map((name) => ({ name, mutate: true, content: readFileSync(name, 'utf8') })),
    { plugins: null, ignorers: [], excludedMutations: [] },
  );
  const sources = Object.fromEntries(written.files.map(({ name, content }) => [name, content]));
  writeFileSync(join(place, 'sources.json'), JSON.stringify(sources));
  for (const name of ['loaded', 'run', 'noticed']) writeFileSync(join(place, name), '');
  while ((await runTests(folder, place)) === 'endless') {
    const [id] = readFileSync(join(place, 'trying'), 'utf8').split(' ');
    writeFileSync(join(place, 'noticed'), `${id} (endless)\n`, { flag: 'a' });
  }
  const ids = (name: string): Set<string> =>
    new Set(Array.from(readFileSync(join(place, name), 'utf8').split('\n'), (line) => line.split(' ')[0]!));
  return { mutants: written.mutants, states: { loaded: ids('loaded'), run: ids('run'), noticed: ids('noticed') } };
}

/** Ends the tests when they have been at one mutant for too long. */
async function runTests(folder: string, place: string): Promise<'done' | 'endless'> {
  const vitest = join(root, 'node_modules/vitest/vitest.mjs');
  // The runner writes a mutant here while it is at it, and empties the file afterwards.
  const trying = join(place, 'trying');
  writeFileSync(trying, '');
  const child = spawn(process.execPath, [vitest, 'run', '--config', 'vitest.mutants.config.ts', '--reporter=dot'], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, MUTANTS_OF: folder, MUTANTS_IN: place, NO_COLOR: '1' },
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  let stuck = false;
  const watch = setInterval(() => {
    stuck = statSync(trying).size > 0 && Date.now() - statSync(trying).mtimeMs > endless;
    if (stuck) child.kill('SIGKILL');
  }, 5_000);
  await new Promise((resolve) => child.on('close', resolve));
  clearInterval(watch);
  if (stuck) return 'endless';
  if (!/^ *Tests +\d+ passed/m.test(output)) throw new Error(`the tests of ${folder} do not pass:\n${output}`);
  return 'done';
}

type States = { loaded: Set<string>; run: Set<string>; noticed: Set<string> };

/** Prints what was noticed, and what was not; the share of the former. */
function report(folder: string, mutants: Mutant[], { loaded, run, noticed }: States): number {
  // Tables and schemas are read once, when a module loads: each of their mutants would take a process of its own.
  const tried = mutants.filter(({ id }) => run.has(id) || !loaded.has(id));
  const share = (list: Mutant[]): number =>
    (100 * list.filter(({ id }) => noticed.has(id)).length) / (list.length || 1);
  for (const [file, list] of Map.groupBy(tried, ({ fileName }) => fileName)) {
    process.stdout.write(`${relative(domain, file)}: ${share(list).toFixed(1)} % of ${list.length}\n`);
    for (const { id, location, mutatorName, replacement } of list) {
      if (noticed.has(id)) continue;
      const { line, column } = location.start;
      const untested = run.has(id) ? '' : ' (no test comes here)';
      const text = replacement.replaceAll(/\s+/g, ' ').slice(0, 80);
      process.stdout.write(`  ${line + 1}:${column + 1} ${mutatorName} → ${text}${untested}\n`);
    }
  }
  const left = mutants.length - tried.length;
  process.stdout.write(`${folder}: ${share(tried).toFixed(1)} % of ${tried.length} noticed; ${left} left out\n`);
  return share(tried);
}

async function openInstrumenter(): Promise<Instrumenter> {
  const file = join(home, 'node_modules/@stryker-mutator/instrumenter/dist/src/index.js');
  const { Instrumenter } = (await import(file)) as { Instrumenter: new (logger: object) => Instrumenter };
  const ignore = (): void => {};
  return new Instrumenter({ isDebugEnabled: () => false, debug: ignore, info: ignore, warn: ignore });
}

function install(): void {
  const { status } = spawnSync('npm', ['ci', '--no-audit', '--no-fund'], { cwd: home, stdio: 'inherit' });
  if (status !== 0) throw new Error(`npm ci ended with ${status}`);
}

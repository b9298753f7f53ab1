// Changes an operator or a constant of the rules at a time, and asks whether a test notices: `npm run test:mutants [FOLDER …]`.
// The score of a folder is the share of the changes that its own tests notice; below `least` it fails.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const home = join(import.meta.dirname, 'mutants');
const out = join(root, 'dist/mutants');
const folders = ['judge', 'score', 'grade', 'ledger', 'shipment', 'plan'];
const least = 90;

type Mutant = {
  status: string;
  mutatorName: string;
  replacement?: string;
  location: { start: { line: number; column: number } };
};

const asked = process.argv.slice(2);
const unknown = asked.filter((folder) => !existsSync(join(root, 'src/domain', folder)));
if (unknown.length > 0) {
  process.stderr.write(`there is no src/domain/${unknown[0]}\n`);
  process.exit(2);
}

if (!existsSync(join(home, 'node_modules/.package-lock.json'))) run('npm', ['ci', '--no-audit', '--no-fund'], home);
mkdirSync(out, { recursive: true });
const scores = (asked.length > 0 ? asked : folders).map((folder) => ({ folder, ...test(folder) }));
for (const { folder, score, noticed, all, survivors } of scores) {
  process.stdout.write(`${folder}: ${score.toFixed(1)} % of ${all} noticed (${noticed})\n`);
  for (const line of survivors) process.stdout.write(`  ${line}\n`);
}
process.exitCode = scores.some(({ score }) => score < least) ? 1 : 0;

function test(folder: string): { score: number; noticed: number; all: number; survivors: string[] } {
  const report = join(out, `${folder}.json`);
  const settings = join(out, `${folder}.config.json`);
  writeFileSync(
    settings,
    JSON.stringify({
      mutate: [`src/domain/${folder}/**/*.ts`],
      testRunner: 'vitest',
      plugins: ['@stryker-mutator/vitest-runner'],
      vitest: { configFile: 'vitest.mutants.config.ts' },
      coverageAnalysis: 'perTest',
      concurrency: 1,
      // Tables and schemas, read once when a module loads: each would take a process of its own.
      ignoreStatic: true,
      timeoutMS: 20_000,
      ignorePatterns: ['docs', 'bench', 'deploy', 'dist', 'scripts/mutants/node_modules'],
      tempDirName: join(out, `${folder}-copy`),
      // TypeScript 7 has no programming interface, with which Stryker would rewrite it.
      tsconfigFile: 'none',
      reporters: ['json', 'progress-append-only'],
      jsonReporter: { fileName: report },
    }),
  );
  run(process.execPath, [join(home, 'node_modules/.bin/stryker'), 'run', settings], root, { MUTANTS_OF: folder });
  return judge(JSON.parse(readFileSync(report, 'utf8')) as { files: Record<string, { mutants: Mutant[] }> });
}

function judge({ files }: { files: Record<string, { mutants: Mutant[] }> }): ReturnType<typeof test> {
  const mutants = Object.entries(files).flatMap(([file, { mutants: list }]) =>
    list.map((mutant) => ({ file, ...mutant })),
  );
  const count = (...states: string[]): number => mutants.filter(({ status }) => states.includes(status)).length;
  const noticed = count('Killed', 'Timeout');
  const all = noticed + count('Survived', 'NoCoverage');
  const survivors = mutants
    .filter(({ status }) => status === 'Survived' || status === 'NoCoverage')
    .map(({ file, location, mutatorName, replacement = '' }) => {
      const { line, column } = location.start;
      return `${file}:${line}:${column} ${mutatorName} → ${replacement.replaceAll(/\s+/g, ' ').slice(0, 60)}`;
    });
  return { score: all === 0 ? 100 : (100 * noticed) / all, noticed, all, survivors };
}

function run(command: string, args: string[], cwd: string, env: Record<string, string> = {}): void {
  const { status } = spawnSync(command, args, { cwd, stdio: 'inherit', env: { ...process.env, ...env } });
  if (status !== 0) throw new Error(`${command} ${args[0]} ended with ${status}`);
}

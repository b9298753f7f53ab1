// Runs the demo as a user would and proves from its bare repositories alone that every release arrived once and unaltered.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const dir = mkdtempSync(join(tmpdir(), 'practicum-verify-'));
const problems: string[] = [];
const expect = (what: string, holds: boolean): void => {
  if (!holds) problems.push(what);
};
const home = join(dir, 'app');
const run = (command: string, args: string[]): string =>
  execFileSync(command, args, {
    encoding: 'utf8',
    cwd: root,
    maxBuffer: 1 << 28,
    env: { ...process.env, PRACTICUM_HOME: home },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
const practicum = (...args: string[]): string => run(process.execPath, [join(root, 'src/main.ts'), ...args]);

type Row = { release: string; owner: string; path: string; trailer: string; repository: string };
type Demo = {
  students: number;
  releases: number;
  shipments: { planned: number; dispatched: number; failed: number };
  repositories: string[];
  checkRuns: { name: string; app: string; repository: string; conclusion: string }[];
  gradebook: {
    owner: string;
    kind: string;
    total: number;
    criteria: Record<string, { points: number; reason: string }>;
  }[];
  elapsedSeconds: number;
};

try {
  const demo = JSON.parse(practicum('demo', '--once', '--json', '--dir', dir)) as Demo;
  const plan = JSON.parse(practicum('plan', join(root, 'templates/course'), '--json')) as Row[];
  practicum('slice', join(root, 'templates/course/challenges/weather'), '--out', join(dir, 'expected'));

  expect('five students and three releases', demo.students === 5 && demo.releases === 3);
  expect('every shipment dispatched', demo.shipments.dispatched === plan.length && demo.shipments.failed === 0);
  for (const { release, owner, path, trailer, repository } of plan) {
    const full = demo.repositories.find((name) => name.endsWith(`/${repository}`));
    expect(`${owner} has a repository`, full !== undefined);
    if (!full) continue;
    const git = (...args: string[]): string => run('git', ['--git-dir', join(dir, 'git', `${full}.git`), ...args]);
    const commits = git('log', '--all', '--format=%H', `--grep=^${trailer}$`).trim().split('\n').filter(Boolean);
    expect(`${owner} holds ${release} in exactly one commit, not ${commits.length}`, commits.length === 1);
    if (commits.length !== 1) continue;
    expect(
      `${owner}: ${path} is the slice, byte for byte`,
      git('show', `${commits[0]}:${path}`) === readFileSync(join(dir, 'expected', path), 'utf8'),
    );
  }
  // From the embedded database, as it was left.
  const ledger = JSON.parse(practicum('ledger', 'verify', '--json')) as { ok: boolean; entries: number };
  expect('the ledger is sound', ledger.ok && ledger.entries > 0);
  const forger = demo.gradebook.find(({ kind }) => kind === 'forger');
  expect(
    'the forged check run is there',
    demo.checkRuns.some(
      ({ name, app, repository }) =>
        name === 'practicum/pipeline' && app === 'github-actions' && repository.endsWith(`-${forger?.owner}`),
    ),
  );
  expect(
    'the forged check run is named in the gradebook',
    /not counted/i.test(forger?.criteria['pipeline']?.reason ?? ''),
  );
  process.stdout.write(
    `${demo.shipments.dispatched} shipments in ${demo.repositories.length} repositories, ${demo.checkRuns.length} check runs, ${demo.elapsedSeconds} s\n`,
  );
} finally {
  // For root, the database lies elsewhere: in the folder that this file names.
  const elsewhere = join(dir, 'app/postgres-folder');
  if (existsSync(elsewhere)) rmSync(readFileSync(elsewhere, 'utf8'), { recursive: true, force: true });
  rmSync(dir, { recursive: true, force: true });
}
for (const problem of problems) process.stderr.write(`FAILED: ${problem}\n`);
process.exitCode = problems.length === 0 ? 0 : 1;

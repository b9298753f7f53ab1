// Pipelines against GNU make on the same graphs, makespan against the critical path, and what the Action costs to start.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { bundleAction, bundleCommands } from '../scripts/bundle-action.ts';
import { longestWays } from '../src/domain/pipeline/order-tasks.ts';
import { loadPipeline } from '../src/runner/load-pipeline.ts';
import { runPipeline } from '../src/runner/run-pipeline.ts';

const folder = mkdtempSync(join(tmpdir(), 'practicum-bench-'));
/** What a student runs. */
const command = join(folder, 'practicum.cjs');
/** The Go program `task`, where it is. */
const goTask = (process.env['PATH'] ?? '')
  .split(delimiter)
  .map((at) => join(at, 'task'))
  .find((path) => existsSync(path));
/** Rounds of 200 tasks, and how many graphs are run for their makespan. */
const rounds = Number(process.argv[2] ?? 5);
const graphs = Number(process.argv[3] ?? 100);

type Node = { name: string; needs: string[]; milliseconds: number };

/** Numbers in [0, 1) that are the same on every run (mulberry32). */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Layers of up to `width`; each task needs up to three of the layers before. */
function layered(seed: number, count: number, width: number, milliseconds: (next: () => number) => number): Node[] {
  const next = numbers(seed);
  const nodes: Node[] = [];
  while (nodes.length < count) {
    const before = nodes.map(({ name }) => name);
    const layer = Math.min(count - nodes.length, 1 + Math.floor(next() * width));
    for (let index = 0; index < layer; index++) {
      const needs =
        before.length === 0
          ? []
          : Array.from(
              { length: 1 + Math.floor(next() * 3) },
              () => before[Math.max(0, before.length - 1 - Math.floor(next() * 12))]!,
            );
      nodes.push({ name: `t${nodes.length}`, needs: [...new Set(needs)], milliseconds: milliseconds(next) });
    }
  }
  return nodes;
}

const shellOf = ({ name, milliseconds }: Node): string =>
  `${milliseconds > 0 ? `sleep ${milliseconds / 1000}; ` : ''}echo ${name} > out/${name}`;

function writeAll(nodes: readonly Node[]): string {
  const at = mkdtempSync(join(folder, 'graph-'));
  mkdirSync(join(at, 'out'));
  const tasks = nodes.map(
    (node) =>
      `  ${node.name}: { run: ${JSON.stringify(shellOf(node))}, inputs: [${node.needs.map((need) => `${need}.o`).join(', ')}], outputs: { o: out/${node.name} } }`,
  );
  writeFileSync(join(at, 'pipeline.yml'), `version: 1\nname: bench\ntasks:\n${tasks.join('\n')}\n`);
  const rules = nodes.map(
    (node) => `out/${node.name}: ${node.needs.map((need) => `out/${need}`).join(' ')}\n\t@${shellOf(node)}\n`,
  );
  writeFileSync(
    join(at, 'Makefile'),
    `all: ${nodes.map(({ name }) => `out/${name}`).join(' ')}\n.PHONY: all\n${rules.join('')}`,
  );
  const goTasks = nodes.map(
    (node) =>
      `  ${node.name}: { deps: [${node.needs.join(', ')}], cmds: [${JSON.stringify(shellOf(node))}], sources: [${node.needs.map((need) => `out/${need}`).join(', ')}], generates: [out/${node.name}] }`,
  );
  // Without "once", each way to a task runs all that it needs again, and 1,000 calls of a task are refused.
  writeFileSync(
    join(at, 'Taskfile.yml'),
    `version: '3'\nrun: once\ntasks:\n  default: { deps: [${nodes.map(({ name }) => name).join(', ')}] }\n${goTasks.join('\n')}\n`,
  );
  return at;
}

const median = (values: number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
const clear = (at: string): void => {
  for (const name of ['out', '.practicum', '.task']) rmSync(join(at, name), { recursive: true, force: true });
  mkdirSync(join(at, 'out'));
};

async function time(body: () => unknown): Promise<number> {
  const started = performance.now();
  await body();
  return performance.now() - started;
}

/** Processor time of a program and all it started, in milliseconds: what a busy machine does not change. */
function must(program: string, args: string[], at: string): number {
  const quoted = [program, ...args].map((word) => `'${word}'`).join(' ');
  const { status, stderr, stdout } = spawnSync('sh', ['-c', `${quoted} > /dev/null || exit; times`], {
    cwd: at,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}: ${status} ${stderr}`);
  const children = stdout.trim().split('\n').at(-1)!;
  return [...children.matchAll(/(\d+)m([\d.]+)s/g)].reduce(
    (sum, [, minutes, seconds]) => sum + Number(minutes) * 60_000 + Number(seconds) * 1_000,
    0,
  );
}

async function inProcess(at: string, jobs: number, keep = true): Promise<void> {
  const loaded = loadPipeline({ folder: at })!;
  const result = await runPipeline(loaded.graph!, {
    root: at,
    file: 'pipeline.yml',
    env: process.env,
    now: () => new Date(),
    jobs,
    keep,
  });
  if (!result.ok) throw new Error('the run failed');
}

async function againstMake(milliseconds: number): Promise<string[]> {
  const at = writeAll(layered(7, 200, 8, () => milliseconds));
  const names = ['make', 'ours', 'cli', 'go', 'makeAgain', 'oursAgain', 'cliAgain', 'goAgain'] as const;
  const empty = names.map((name): [(typeof names)[number], number[]] => [name, []]);
  const taken = Object.fromEntries(empty) as Record<(typeof names)[number], number[]>;
  const run = ['pipeline', 'run', '--jobs', '2'];
  const cpu = Object.fromEntries(empty.map(([name]) => [name, []])) as unknown as typeof taken;
  const child = async (name: (typeof names)[number], program: string, args: string[]): Promise<void> => {
    taken[name].push(await time(() => cpu[name].push(must(program, args, at))));
  };
  for (let round = 0; round < rounds; round++) {
    // Taken in turn, so that what else the machine does falls on all alike.
    clear(at);
    await child('make', 'make', ['-s', '-j2', 'all']);
    await child('makeAgain', 'make', ['-s', '-j2', 'all']);
    clear(at);
    taken.ours.push(await time(() => inProcess(at, 2)));
    taken.oursAgain.push(await time(() => inProcess(at, 2)));
    clear(at);
    await child('cli', process.execPath, [command, ...run]);
    await child('cliAgain', process.execPath, [command, ...run]);
    if (goTask === undefined) continue;
    clear(at);
    await child('go', goTask, ['--silent', '--concurrency', '2']);
    await child('goAgain', goTask, ['--silent', '--concurrency', '2']);
  }
  const least = (200 * milliseconds) / 2;
  const row = (name: string, key: (typeof names)[number]): string => {
    const [middle, processor] = [median(taken[key]), cpu[key]];
    return `| 200 × ${milliseconds} ms | ${name} | ${middle.toFixed(0)} | ${((middle - least) / 200).toFixed(2)} | ${(middle / median(taken.make)).toFixed(2)} | ${processor.length > 0 ? (median(processor) / 200).toFixed(2) : ''} |`;
  };
  return [
    row('make -j2', 'make'),
    row('runner, in the process (as in the Action)', 'ours'),
    row('practicum.cjs pipeline run --jobs 2, with the start of Node', 'cli'),
    goTask === undefined
      ? `| 200 × ${milliseconds} ms | go-task: not installed, set aside | | | | |`
      : row('task', 'go'),
    row('make -j2 again, nothing changed', 'makeAgain'),
    row('runner again, nothing changed (content hashed)', 'oursAgain'),
    row('practicum.cjs again, nothing changed', 'cliAgain'),
    ...(goTask === undefined ? [] : [row('task again, nothing changed', 'goAgain')]),
  ];
}

async function makespans(): Promise<string[]> {
  const ratios: Record<string, number[]> = { '2 | first': [], '2 | known': [], '16 | first': [], '16 | known': [] };
  for (let seed = 1; seed <= graphs; seed++) {
    const nodes = layered(seed, 16, 3, (next) => 50 + Math.round(next() * 200));
    const duration = new Map(nodes.map(({ name, milliseconds }) => [name, milliseconds]));
    const before = new Map(nodes.map(({ name, needs }) => [name, needs]));
    const ways = longestWays(
      nodes.map(({ name }) => name),
      before,
      (name) => duration.get(name)!,
    );
    const critical = Math.max(...ways.values());
    const work = nodes.reduce((sum, { milliseconds }) => sum + milliseconds, 0);
    const at = writeAll(nodes);
    for (const jobs of [2, 16]) {
      clear(at);
      // The second time all of it runs again, and how long each takes is known.
      for (const [round, keep] of [
        ['first', true],
        ['known', false],
      ] as const) {
        const taken = await time(() => inProcess(at, jobs, keep));
        ratios[`${jobs} | ${round}`]!.push(taken / Math.max(critical, work / jobs));
      }
    }
    rmSync(at, { recursive: true });
  }
  return Object.entries(ratios).map(([jobs, values]) => {
    const sorted = values.toSorted((a, b) => a - b);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const bound = jobs.startsWith('2') ? 'max(critical path, work / 2)' : 'critical path';
    return `| ${jobs} | ${bound} | ${mean.toFixed(3)} | ${sorted[Math.floor(sorted.length * 0.95)]!.toFixed(3)} | ${sorted.at(-1)!.toFixed(3)} |`;
  });
}

async function coldStart(): Promise<string[]> {
  const at = join(folder, 'action');
  const size = await bundleAction(at);
  const bare: number[] = [];
  const action: number[] = [];
  const env = {
    PATH: process.env['PATH']!,
    GITHUB_WORKSPACE: folder,
    GITHUB_REPOSITORY: 'a/b',
    GITHUB_SHA: 'a'.repeat(40),
    INPUT_TOKEN: '',
    RUNNER_TEMP: folder,
    GITHUB_RUN_ID: '1',
  };
  for (let round = 0; round < rounds * 2; round++) {
    bare.push(await time(() => spawnSync(process.execPath, ['-e', '0'])));
    action.push(await time(() => spawnSync(process.execPath, [join(at, 'dist/index.js')], { env, cwd: folder })));
  }
  return [
    `| ${Math.round(size / 1024)} KiB | ${median(bare).toFixed(0)} ms | ${median(action).toFixed(0)} ms | ${(median(action) - median(bare)).toFixed(0)} ms |`,
  ];
}

try {
  console.log(
    `${cpus().length} cores, load ${loadavg()[0]!.toFixed(1)}, Node ${process.version}, median of ${rounds} rounds\n`,
  );
  console.log(
    '| graph | runner | ms | overhead a task, ms | of make | processor a task, ms |\n| --- | --- | ---: | ---: | ---: | ---: |',
  );
  await bundleCommands(folder);
  for (const milliseconds of [0, 50]) console.log((await againstMake(milliseconds)).join('\n'));
  console.log(
    `\n| jobs | durations | makespan over | mean of ${graphs} graphs | p95 | worst |\n| ---: | --- | --- | ---: | ---: | ---: |`,
  );
  console.log((await makespans()).join('\n'));
  console.log(
    '\n| bundle | bare Node | the Action with nothing to do | its own share |\n| ---: | ---: | ---: | ---: |',
  );
  console.log((await coldStart()).join('\n'));
} finally {
  rmSync(folder, { recursive: true, force: true });
}

// The placement commands as a person or a script runs them.
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runCli } from '../../src/cli.ts';
import { placers } from '../../src/domain/placement/placers/placers.ts';

const cases = fileURLToPath(new URL('../cases/placement', import.meta.url));
const folders = ['--pipelines', join(cases, 'pipelines'), '--nodes', join(cases, 'nodes.json')];
let dir = '';
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'placement-'));
});
afterAll(async () => {
  await rm(dir, { recursive: true });
});

async function run(...argv: string[]): Promise<{ out: string; err: string; code: number }> {
  const result = { out: '', err: '', code: 0 };
  await runCli(['placement', ...argv], {
    out: (text) => (result.out += text),
    err: (text) => (result.err += text),
    env: {},
    cwd: dir,
    now: () => new Date(0),
    progress: false,
    exit: (code) => (result.code = code),
  });
  return result;
}

async function write(name: string, content: unknown): Promise<string> {
  const path = join(dir, name);
  await mkdir(join(path, '..'), { recursive: true });
  await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

type Printed = {
  makespan: number;
  bound: number;
  wait: { mean: number; max: number };
  pipelines: { name: string; submitted: number; scheduled: number; finished: number }[];
  placements: { pipeline: string; task: string; node: string; start: number; end: number }[];
};

describe('effort', () => {
  test('prints exactly the four figures', async () => {
    const { out, code } = await run('effort', join(cases, 'pipelines/MNIST/NN/metadata.json'), '--json');
    expect(JSON.parse(out)).toEqual({
      preprocessing: 54880000,
      training: 341947200000,
      evaluation: 2849560000,
      total: 344851640000,
    });
    expect(code).toBe(0);
  });

  test('from pipeline.yml and a dataset card', async () => {
    const file = await write(
      'pipeline.yml',
      'version: 1\nname: mine\ntasks:\n  prepare: { run: x, kind: preprocessing }\n  fit: { run: y, inputs: [prepare.dataset], kind: training, model: { type: logistic_regression, params: { n_iter: 10 } } }\n  score: { run: z, inputs: [fit.model] }\n',
    );
    const card = await write('card.md', '---\nrows: 1000\ncolumns: [a, b, c, d]\n---\n# Data\n');
    const { out, err, code } = await run('effort', file, '--card', card, '--json');
    expect(JSON.parse(out)).toEqual({ preprocessing: 4000, training: 32000, evaluation: 800, total: 36800 });
    expect(err).toContain('notice kind-guessed task "score" has no kind; taken as evaluation from its name');
    expect(code).toBe(0);
    expect(await run('effort', file)).toMatchObject({
      out: '',
      code: 1,
      err: expect.stringContaining('card-missing') as string,
    });
  });

  test('problems carry file, line and code, and nothing is printed', async () => {
    const file = await write('bad/metadata.json', '{\n  "components_type": { "a": "traning" }\n}');
    const { out, err, code } = await run('effort', file, '--json');
    expect({ out, code }).toEqual({ out: '', code: 1 });
    expect(err).toContain(`${file}:2:29 error metadata-invalid components_type.a must be \`preprocessing\``);
    expect(err.trim().split('\n')).toHaveLength(3);
  });
});

describe('simulate', () => {
  test('prints the contract, and ours beats custom', async () => {
    const custom = JSON.parse((await run('simulate', ...folders, '--placer', 'custom', '--json')).out) as Printed;
    const ours = JSON.parse(
      (await run('simulate', ...folders, '--placer', 'earliest_finish', '--json')).out,
    ) as Printed;
    for (const result of [custom, ours]) {
      expect(result.pipelines).toHaveLength(10);
      expect(result.placements).toHaveLength(30);
      expect(result.makespan).toBeGreaterThanOrEqual(result.bound);
      expect(Object.keys(result)).toEqual(['makespan', 'wait', 'bound', 'pipelines', 'placements']);
      expect(Object.keys(result.wait)).toEqual(['mean', 'max']);
      expect(Object.keys(result.placements[0]!)).toEqual(['pipeline', 'task', 'node', 'start', 'end']);
    }
    expect(custom.pipelines[2]).toEqual({
      name: 'UNSW_NB15/RF',
      submitted: 0,
      scheduled: 10,
      finished: expect.any(Number) as number,
    });
    expect(ours.makespan).toBeLessThan(0.7 * custom.makespan);
    expect(ours.wait.mean).toBeLessThan(0.3 * custom.wait.mean);
  });

  test('with the published interval of five seconds, starts follow looks alone', async () => {
    const custom = ['simulate', ...folders, '--placer', 'custom', '--json', '--tick'];
    const [five, seconds, none] = await Promise.all(
      ['5', '5s', '0'].map(async (tick) => JSON.parse((await run(...custom, tick)).out) as Printed),
    );
    expect(seconds).toEqual(five);
    const starts = (printed: Printed): number[] => printed.pipelines.map(({ scheduled }) => scheduled);
    expect(starts(five!).every((at) => at % 5 === 0)).toBe(true);
    // Between two looks an end is not seen: who waits for it starts with the next.
    const sooner = starts(none!);
    expect(sooner.some((at) => at % 5 !== 0)).toBe(true);
    expect(starts(five!)).toEqual(sooner.map((at) => Math.ceil(at / 5) * 5));
  });

  test('a bare list of nodes, a heuristics file, durations per node and submission times', async () => {
    const { nodes } = JSON.parse(await readFile(join(cases, 'nodes.json'), 'utf8')) as { nodes: object[] };
    const bare = await write('nodes.json', nodes);
    const durations = await write('durations.json', {
      'credit_card/LR': {
        data_preprocessing: 5,
        model_training: { low: 7, default: 9 },
        model_evaluation: { 'ml-worker-low-03': 11 },
      },
    });
    const submissions = await write('submissions.json', [
      { pipeline: 'credit_card/LR', at: 3 },
      { pipeline: 'credit_card/LR', at: 100 },
    ]);
    const heuristics = join(cases, 'custom_heuristics.json');
    const args = [
      '--pipelines',
      join(cases, 'pipelines'),
      '--nodes',
      bare,
      '--durations',
      durations,
      '--heuristics',
      heuristics,
    ];
    const { out } = await run('simulate', ...args, '--submissions', submissions, '--placer', 'custom', '--json');
    const { pipelines, makespan } = JSON.parse(out) as Printed;
    expect(pipelines[0]).toEqual({ name: 'credit_card/LR', submitted: 3, scheduled: 10, finished: 33 });
    expect(pipelines[1]).toMatchObject({ name: 'credit_card/LR#2', submitted: 100, scheduled: 100 });
    expect(makespan).toBeGreaterThan(100);
  });

  test('nothing fits: a problem for each, no loop, exit 1', async () => {
    const nodes = await write('small.json', [{ name: 'tiny', cpu_cores: 1, memory: 10 }]);
    for (const { name: placer } of placers) {
      const { out, err, code } = await run(
        'simulate',
        ...folders.slice(0, 2),
        '--nodes',
        nodes,
        '--placer',
        placer,
        '--json',
      );
      expect(code).toBe(1);
      expect(err.match(/placement-nothing-fits/g)).toHaveLength(10);
      expect(JSON.parse(out)).toMatchObject({ makespan: 0, pipelines: [], placements: [] });
    }
  });

  test('compare prints a row per placer; the same seeds give the same table', async () => {
    const args = ['simulate', ...folders, '--compare', '--seeds', '3', '--json'];
    const { out } = await run(...args);
    const { rows } = JSON.parse(out) as { rows: { placer: string; makespanRatio: number; waitRatio: number }[] };
    expect(rows.map(({ placer }) => placer)).toEqual(placers.map(({ name }) => name));
    const published = ['random_random', 'fifo_random', 'fifo_round_robin', 'fifo_greedy', 'custom'];
    for (const row of rows.filter(({ placer }) => published.includes(placer))) {
      expect(row.makespanRatio).toBeGreaterThan(1);
      expect(row.waitRatio).toBeGreaterThan(1);
    }
    expect((await run(...args)).out).toBe(out);
  });

  test('with --compare, a Gantt of every placer by one clock', async () => {
    const svg = join(dir, 'all.svg');
    expect((await run('simulate', ...folders, '--compare', '--seeds', '1', '--svg', svg)).code).toBe(0);
    const text = await readFile(svg, 'utf8');
    for (const name of [
      'random_random: ',
      'fifo_greedy: 727 s',
      'custom: 289 s, mean wait 43 s',
      'earliest_finish: 179 s',
    ])
      expect(text).toContain(`font-weight="600">${name}`);
    expect(text.match(/<g><title>/g)).toHaveLength(placers.length * 30);
  });

  test('nodes as YAML are the same nodes; what is wrong is said with its line', async () => {
    const yaml = 'nodes:\n  - { name: a, cpu_cores: 4, memory: 33554432 }\n';
    const [good, bad] = [
      await write('nodes.yml', yaml),
      await write('bad.yml', `${yaml}  - name: b\n    cpu_core: 1\n`),
    ];
    const json = await write('one.json', { nodes: [{ name: 'a', cpu_cores: 4, memory: 33554432 }] });
    const simulated = async (nodes: string) => run('simulate', ...folders.slice(0, 2), '--nodes', nodes, '--json');
    expect((await simulated(good)).out).toBe((await simulated(json)).out);
    const { err } = await simulated(bad);
    expect(err).toContain('bad.yml:3:5 error node-invalid nodes.1.cpu_cores is missing');
    expect((await simulated(await write('sad.yml', 'nodes:\n - {name: a\n'))).err).toContain('sad.yml:');
    const typed = await write('typed.json', '[{ "name": "a", "cpu_cores": 4, "memory": 0,\n "worker_typ": "low" }]');
    expect((await simulated(typed)).err).toContain('typed.json:1:43 error node-invalid 0.memory must be more than 0');
    const near = await write('near.json', '[{ "name": "a", "cpu_cores": 4, "memory": 9,\n "worker_typ": "low" }]');
    expect((await simulated(near)).err).toContain(
      'near.json:2:16 error node-invalid 0.worker_typ: there is no such key; did you mean worker_type?',
    );
  });

  test('the Gantt escapes names that are markup', async () => {
    const metadata = await readFile(join(cases, 'pipelines/credit_card/LR/metadata.json'), 'utf8');
    await write('hostile/<script>alert(1)<&"/metadata.json'.replace('</', '<'), metadata);
    const svg = join(dir, 'gantt.svg');
    const { code } = await run('simulate', '--pipelines', join(dir, 'hostile'), ...folders.slice(2), '--svg', svg);
    const text = await readFile(svg, 'utf8');
    expect(code).toBe(0);
    expect(text).toContain('&lt;script&gt;');
    expect(text).not.toContain('<script');
  });

  test('results in the published form', async () => {
    const { code } = await run('simulate', ...folders, '--placer', 'custom', '--results', join(dir, 'results'));
    expect(code).toBe(0);
    const [first] = JSON.parse(await readFile(join(dir, 'results/pipelines.json'), 'utf8')) as object[];
    expect(first).toMatchObject({
      id: 'CIFAR_10/CNN',
      kfp_id: null,
      state: 'SUCCEEDED',
      submitted_at: '1970-01-01 00:00:00+00:00',
      components: {
        model_training: {
          type: 'training',
          node: 'ml-worker-high-gpu-01',
          platform: 'gpu',
          start_time: '1970-01-01 00:02:29+00:00',
        },
      },
    });
    const csv = (await readFile(join(dir, 'results/n_pipelines.csv'), 'utf8')).split('\n');
    expect(csv.slice(0, 3)).toEqual([
      'timestamp,type,running_pipelines,waiting_pipelines',
      '0,update,0,10',
      '10,new_window,0,10',
    ]);
    expect(csv.at(-2)).toMatch(/,update,0,0$/);

    const figures = await run(
      'results',
      join(dir, 'results/pipelines.json'),
      '--json',
      '--svg',
      join(dir, 'counts.svg'),
    );
    expect(JSON.parse(figures.out)).toMatchObject({
      pipelines: 10,
      finished: 10,
      total_execution: 278,
      total_from_submission: 288,
      max_wait: 130,
    });
    expect(await readFile(join(dir, 'counts.svg'), 'utf8')).toContain(' d="M50 ');
    expect((await run('results', join(dir, 'results/pipelines.json'))).out).toContain('10 of 10 ended');
  });

  test.each([
    [['simulate'], 2],
    [['simulate', '--nodes', 'nodes.json'], 2],
    [['simulate', ...folders, '--placer', 'custm'], 2],
    [['simulate', ...folders, '--seed', 'x'], 2],
    [['simulate', ...folders, '--window', '-1'], 2],
    [['simulate', '--pipelines', '/nowhere', '--nodes', '/nowhere'], 1],
    [['simulate', ...folders, '--svg', '/proc/nowhere/x.svg'], 1],
    [['simulate', ...folders, '--heuristics', join(cases, 'nodes.json')], 1],
    [['results', join(cases, 'nodes.json')], 1],
    [['simulate', ...folders, '--compare', '--results', 'r'], 2],
    [['nothing'], 2],
  ])('wrong use or files: %j', async (argv, code) => {
    const result = await run(...argv);
    expect(result.code).toBe(code);
    expect(result.err).not.toBe('');
  });
});

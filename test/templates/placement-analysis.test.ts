// The notebook, run from its first cell to its last on results of two placers, with and without a Prometheus.
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect } from 'vitest';
import { runCli } from '../../src/cli.ts';
import { testWith } from '../needs.ts';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../..');
const folder = join(root, 'templates/placement-analysis');
const nodes = join(root, 'test/cases/placement/nodes.json');
const pipelines = join(root, 'test/cases/placement/pipelines');
const test = testWith('python3');
let scratch = '';
let prometheus: Server | undefined;

/** What Prometheus answers about two machines, one of which says nothing about its memory. */
const recorded: [RegExp, object[]][] = [
  [/node_cpu_seconds_total/, [of('10.0.0.1:9100', '4'), of('10.0.0.2:9100', '16')]],
  [/MemAvailable/, [of('10.0.0.1:9100', '0.4567')]],
  [/MemTotal/, [of('10.0.0.1:9100', '8388608')]],
  [/uname/, [of('10.0.0.1:9100', '1', { nodename: 'med-01', machine: 'x86_64' })]],
];
function of(instance: string, value: string, more: object = {}): object {
  return { metric: { instance, ...more }, value: [1_760_000_000, value] };
}

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'analysis-'));
  for (const placer of ['earliest_finish', 'custom']) {
    await mkdir(join(scratch, placer));
    for (const seed of ['1', '2'])
      await runCli(
        [
          'placement',
          'simulate',
          '--pipelines',
          pipelines,
          '--nodes',
          nodes,
          '--placer',
          placer,
          '--seed',
          seed,
        ].concat(['--noise', '0.2', '--results', join(scratch, placer, seed)]),
        {
          out: () => {},
          err: () => {},
          env: {},
          cwd: scratch,
          now: () => new Date(0),
          progress: false,
          exit: (code) => expect(code).toBe(0),
        },
      );
  }
  prometheus = createServer((request, response) => {
    const query = new URL(request.url!, 'http://localhost').searchParams.get('query')!;
    const result = recorded.find(([pattern]) => pattern.test(query))?.[1] ?? [];
    response.end(JSON.stringify({ status: 'success', data: { resultType: 'vector', result } }));
  });
  await new Promise<void>((resolve) => void prometheus!.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  prometheus?.close();
  await rm(scratch, { recursive: true });
});

type Output = { text?: string; data?: Record<string, string> };

async function outputsOf(more: Record<string, string>): Promise<Output[][]> {
  const out = join(scratch, 'out.ipynb');
  const strategies = ['earliest_finish', 'custom'].map((name) => `${name}=${join(scratch, name)}`).join(',');
  const env = { PATH: process.env['PATH'], STRATEGIES: strategies, PYTHONDONTWRITEBYTECODE: '1', ...more };
  await run('python3', [join(folder, 'run_notebook.py'), join(folder, 'analysis.ipynb'), out], { env });
  const { cells } = JSON.parse(await readFile(out, 'utf8')) as { cells: { cell_type: string; outputs?: Output[] }[] };
  return cells.flatMap((cell) => (cell.cell_type === 'code' ? [cell.outputs!] : []));
}

test('every cell, and the figures that `placement results` has of the same files', async () => {
  const [, summary, ratios, each, charts, facts] = await outputsOf({});
  const text = summary![0]!.data!['text/plain']!;
  const [head, ours, theirs] = text.split('\n').map((line) => line.split(/ {2,}/));
  expect(head!.slice(0, 5)).toEqual(['strategy', 'runs', 'pipelines', 'not done', 'total s']);
  expect(ours!.slice(0, 4)).toEqual(['earliest_finish', '2', '20', '0']);
  for (const [name, row] of [
    ['earliest_finish', ours!],
    ['custom', theirs!],
  ] as const) {
    const measured = await Promise.all(['1', '2'].map((seed) => measure(join(scratch, name, seed, 'pipelines.json'))));
    const mean = (measured[0]!.total_execution + measured[1]!.total_execution) / 2;
    const deviation = Math.abs(measured[0]!.total_execution - measured[1]!.total_execution) / Math.SQRT2;
    expect(row[4]).toBe(`${mean.toFixed(1)} ± ${deviation.toFixed(1)}`);
    expect(Number(/^[\d.]+/.exec(row[7]!)![0])).toBeCloseTo((measured[0]!.mean_wait + measured[1]!.mean_wait) / 2, 0);
  }
  expect(ratios![0]!.data!['text/plain']).toMatch(/^against .*\ncustom +1\.\d\d +-\d+\.\d % +\d+\.\d\d +-\d+\.\d %$/);
  expect(each![0]!.data!['text/plain']!.split('\n')).toHaveLength(11);
  expect(charts!.map(({ data }) => data!['image/svg+xml']?.includes('<polyline'))).toEqual([true, true, true, true]);
  expect(facts![0]!.data!['text/plain']).toContain('PROMETHEUS_URL is not set');
});

test('nodes as Prometheus knows them, and what it does not know', async () => {
  const { port } = prometheus!.address() as AddressInfo;
  const facts = (await outputsOf({ PROMETHEUS_URL: `http://127.0.0.1:${port}` })).at(-1)!;
  expect(facts[0]!.data!['text/plain']!.split('\n').map((line) => line.split(/ {2,}/))).toEqual([
    ['name', 'cpu_cores', 'memory', 'memory_usage', 'architecture'],
    ['med-01', '4', '8388608', '0.46', 'amd64'],
    ['10.0.0.2', '16', 'not known', 'not known', 'not known'],
  ]);
  const away = (await outputsOf({ PROMETHEUS_URL: 'http://127.0.0.1:1' })).at(-1)!;
  expect(away[0]!.data!['text/plain']).toContain('could not be asked');
});

test('a cell that fails ends it, and says which', async () => {
  await expect(outputsOf({ STRATEGIES: `a=${scratch}/nowhere` })).rejects.toMatchObject({
    stderr: expect.stringMatching(/cell 1 of analysis\.ipynb failed[^]*nowhere has no pipelines\.json/) as string,
  });
});

async function measure(file: string): Promise<{ total_execution: number; mean_wait: number }> {
  let out = '';
  await runCli(['placement', 'results', file, '--json'], {
    out: (text) => (out += text),
    err: () => {},
    env: {},
    cwd: scratch,
    now: () => new Date(0),
    progress: false,
    exit: () => {},
  });
  return JSON.parse(out) as { total_execution: number; mean_wait: number };
}

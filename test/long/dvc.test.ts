// Against the real DVC: generated files get the same answer, our export is read back, and dvc.lock goes back and forth.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { exportDvc } from '../../src/domain/pipeline/export-dvc.ts';
import { readPipeline } from '../../src/domain/pipeline/read-pipeline.ts';
import { compareWithDvc, type DvcAnswer, type DvcCase } from '../domain/pipeline/compare-dvc.ts';
import { seeded } from '../domain/pipeline/mutate.ts';

const command = (process.env['PATH'] ?? '')
  .split(delimiter)
  .map((folder) => join(folder, 'dvc'))
  .find((path) => existsSync(path));
/** The Python that DVC is installed for stands in the first line of its command. */
const python = command && /^#!(\S*python\S*)/.exec(readFileSync(command, 'utf8'))?.[1];

function ask(cases: readonly DvcCase[]): DvcAnswer[] {
  const { stdout, stderr } = spawnSync(python!, [join(import.meta.dirname, 'ask-dvc.py')], {
    input: cases.map((dvcCase) => `${JSON.stringify(dvcCase)}\n`).join(''),
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  const answers = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as DvcAnswer);
  if (answers.length !== cases.length) throw new Error(stderr.slice(-2_000));
  return answers;
}

type Pick = <T>(...items: readonly T[]) => T;

/** A small dvc.yaml of many parts, some of them wrong. */
function generate(seed: number): DvcCase {
  const random = seeded(seed);
  const pick: Pick = (...items) => items[Math.floor(random() * items.length)]!;
  const scalar = (): string =>
    pick(
      '1',
      '0.10',
      '1e-4',
      '1e5',
      'true',
      'null',
      'word',
      '"two words"',
      "'1'",
      '-3',
      '1_000',
      '.5',
      '"it\'s"',
      'ü',
      '',
    );
  const name = (): string =>
    pick('${a}', '${m.x}', '${m.l[1]}', '${ w }', '${b}', '${m[x]}', '${s}', '\\${HOME}', 'plain', '${no}', '${m}');
  const path = (): string =>
    pick('data', 'data/x.csv', 'out/m.pkl', './k', 'a/../q', 'o-${s}', '${s}/${a}', 'metrics.json', 'big file', 'z');
  const list = (make: () => string): string =>
    `[${Array.from({ length: Math.floor(random() * 3) }, () => `"${make()}"`).join(', ')}]`;
  const option = (): string =>
    pick('{cache: false}', '{persist: true}', '{cache: no}', '{cach: false}', '{}', '{desc: x, push: false}');
  const outs = (): string =>
    pick(list(path), list(path), `[{"${path()}": ${option()}}]`, `["${path()}", {"${path()}": ${option()}}]`);
  const body = (indent: string, item: string): string =>
    [
      `cmd: ${pick(`"run ${item} ${name()}"`, `"x ${name()}"`, `[one, "two ${item}"]`, '"go ${m}"')}`,
      ...(random() < 0.5 ? [`deps: ${list(path)}`] : []),
      ...(random() < 0.6 ? [`outs: ${outs()}`] : []),
      ...(random() < 0.3 ? [`metrics: [{"m-${item}.json": {cache: false}}]`] : []),
      ...(random() < 0.3 ? [`plots: [p-${item || 'x'}.csv: {x: a, ${pick('y', 'z')}: b}]`] : []),
      ...(random() < 0.4
        ? [`params: ${pick('[a]', '[m.x, m.l]', '[a, {q.json: [k]}]', '[q.json: ]', '[m.l.0]', '["${s}"]')}`]
        : []),
      ...(random() < 0.2 ? [`wdir: ${pick('sub', '.', '..', '${w}')}`] : []),
      ...(random() < 0.2
        ? [pick('frozen: true', 'always_changed: true', 'desc: "${a}"', 'meta: {k: [1]}', 'frozen: yes')]
        : []),
      ...(random() < 0.2 ? [`vars: ${pick('[{local: 1}]', '[{a: 2}]', '[sub/v.yaml]')}`] : []),
    ]
      .map((line) => `${indent}${line}\n`)
      .join('');
  const stage = (at: number): string => {
    const kind = random();
    if (kind < 0.55) return `  s${at}:\n${body('    ', '')}`;
    if (kind < 0.8) {
      const over = pick(
        '[a, b]',
        `[${scalar()}, "\${s}"]`,
        '{k1: 1, k2: 2}',
        '${m.l}',
        '${m}',
        '[{n: 1}, {n: "${a}"}]',
        '[]',
      );
      return `  s${at}:\n    foreach: ${over}\n    do:\n${body('      ', pick('${item}', '${item}', '${item.n}', '${key}'))}`;
    }
    return `  s${at}:\n    matrix: {u: ${pick('[1, 2.0]', '${m.l}', '[true, "${s}"]')}, v: [p, ${scalar() || 'q'}]}\n${body('    ', pick('${item.u}', '${key}'))}`;
  };
  const count = 1 + Math.floor(random() * 3);
  const dvc = `${random() < 0.3 ? `vars: ${pick('[{extra: 1}]', '[{m: {y: 2}}]', '[{m: {x: 2}}]', '[sub/v.yaml]', '["sub/v.yaml:v"]', '[v.toml]')}\n` : ''}stages:\n${Array.from({ length: count }, (_, at) => stage(at)).join('')}${random() < 0.2 ? pick('metrics: [metrics.json]\n', 'artifacts: {a: {path: z}}\n', 'plots: [z: {x: 1}]\n') : ''}`;
  const params = `a: ${scalar()}\nb: ${scalar()}\ns: str\nw: sub\nm: {x: ${scalar() || '1'}, l: [${scalar() || '1'}, 2, ${scalar() || '3'}]}\n`;
  return {
    name: `seed ${seed}`,
    path: 'dvc.yaml',
    files: {
      'dvc.yaml': dvc,
      'params.yaml': params,
      'q.json': '{"k": 1}',
      'sub/v.yaml': 'v: 1\n',
      'sub/params.yaml': 'a: 1\nm: {x: 1, l: [1]}\nstr: 1\n',
      'sub/q.json': '{"k": 1}',
      'v.toml': 'v = 1.0\n',
    },
  };
}

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'practicum-dvc-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function put(files: Record<string, string>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
}
const dvc = (...words: string[]): string => execFileSync(command!, words, { cwd: root, encoding: 'utf8' });
const practicum = (...words: string[]): string =>
  execFileSync(process.execPath, [join(import.meta.dirname, '../../src/main.ts'), 'pipeline', ...words], {
    cwd: root,
    encoding: 'utf8',
  });

// Without it there is nothing to compare with, and the name says so.
describe.runIf(python)(`DVC${python ? '' : ' is not installed (pip install dvc==3.67.1): set aside'}`, () => {
  test('generated files get the same verdict and contents', { timeout: 600_000 }, () => {
    const cases = Array.from({ length: 200 }, (_, at) => generate(7_000 + at));
    const answers = ask(cases);
    const differing = cases.flatMap((dvcCase, at) => {
      const comparison = compareWithDvc(dvcCase, answers[at]!);
      return typeof comparison === 'string'
        ? []
        : [{ text: dvcCase.files['dvc.yaml'], params: dvcCase.files['params.yaml'], ...comparison }];
    });
    expect(differing.slice(0, 5)).toEqual([]);
    expect(answers.filter(({ accepts }) => accepts).length).toBeGreaterThan(20);
  });

  test('what is kept as answers of DVC are answers of DVC', { timeout: 600_000 }, () => {
    const cases = readFileSync(join(import.meta.dirname, '../cases/dvc/small.jsonl'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as DvcCase & DvcAnswer);
    const answers = ask(cases);
    expect(cases.filter(({ accepts }, at) => accepts !== answers[at]!.accepts).map(({ name }) => name)).toEqual([]);
  });

  test('our export is read by DVC as the same graph', () => {
    const text = `version: 1\nname: x\nenv: { A: "b c" }\ninputs: { raw: data/raw.csv }\ntasks:\n  prepare: { run: "cat data/raw.csv > w/t.csv; echo \${A}", inputs: [raw], outputs: { t: w/t.csv } }\n  train: { run: train, inputs: [prepare.t], outputs: { model: { path: m.pkl, kind: model, persist: true } } }\n  score: { run: score, inputs: [train.model, w], dependencies: [prepare], outputs: { s: { path: s.json, kind: metrics } } }\n`;
    const ours = readPipeline(new TextEncoder().encode(text), { file: 'pipeline.yml' });
    const exported = exportDvc(ours.pipeline!, 'pipeline.yml').text!;
    const one = { name: 'export', path: 'dvc.yaml', files: { 'dvc.yaml': exported } };
    const [answer] = ask([one]);
    expect(compareWithDvc(one, answer!)).toBe('same');
    const edges = [...ours.graph!.before]
      .flatMap(([name, earlier]) => earlier.map((other) => [name, other]))
      .toSorted();
    expect(answer!.edges!.toSorted()).toEqual(edges);
  });

  test('dvc.lock is clean after our run, after its own, and after ours again', { timeout: 600_000 }, () => {
    put({
      'dvc.yaml': `stages:
  prepare:
    cmd: mkdir -p d/s && cp raw.csv d/ü.csv && printf "x\\r\\ny" > d/s/b.txt
    deps: [src, ./raw.csv]
    params: [lr, t.x, q.json: , p.toml: [f, t]]
    outs: [d]
  train:
    foreach: [a, b]
    do:
      wdir: sub
      cmd: ["echo 1 > \${item}.json", "cat ../d/ü.csv > \${item}.out"]
      deps: [../d]
      params: [../params.yaml: [lr]]
      metrics: ["\${item}.json": {cache: false}]
      outs: ["\${item}.out"]
`,
      'params.yaml': 'lr: 1e-4\nt: {x: [1, 2.0, true, null, "1_000", 1e5, "yes"], y: 2}\n',
      'q.json': '{"a": 1.0, "b": "x"}',
      'p.toml': 'f = 1.0\n[t]\nz = 3\n',
      'raw.csv': '1\n',
      'src/x.py': 'print()\n',
      'sub/k': '',
    });
    execFileSync('git', ['init', '-q'], { cwd: root });
    dvc('init', '-q');
    practicum('run');
    expect(dvc('status')).toContain('up to date');
    expect(dvc('repro')).not.toContain('Running');
    put({ 'raw.csv': '2\n' });
    expect(dvc('repro')).toContain('Running');
    put({ 'raw.csv': '3\n' });
    practicum('run');
    expect(dvc('status')).toContain('up to date');
    expect(readFileSync(join(root, 'sub/b.out'), 'utf8')).toBe('3\n');
  });
});

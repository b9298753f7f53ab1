// Pipeline files as clumsy and hostile hands leave them, from a seed; and what must hold of the answer to each.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { readPipeline } from '../../../src/domain/pipeline/read-pipeline.ts';

type Random = () => number;

/** The same numbers for the same seed (mulberry32). */
export function seeded(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

type Source = { file: string; text: string; files: Record<string, string> };

const practicum = `version: 1
name: iowa
env: { SEED: 7, DEEP: true }
inputs: { train: data/train.csv }
outputs: [train.model, evaluate.scores]
tasks:
  prepare:
    run: |
      python prepare.py
      echo done
    inputs: [train]
    outputs: { table: work/table.csv }
  train:
    run: python train.py --lr 0.1
    inputs: [prepare.table, params.yaml]
    outputs:
      model: { path: models/m.pkl, kind: model, persist: true }
    retries: 1
    timeout-minutes: 5
  evaluate:
    run: "python evaluate.py"
    kind: evaluate
    inputs: [train.model]
    dependencies: [prepare]
    outputs: { scores: { path: metrics/scores.json, kind: metrics } }
    if: always
serve:
  run: python serve.py
  inputs: [train.model]
  example: request.json
`;

export function corpus(): Source[] {
  const cases = join(import.meta.dirname, '../../cases');
  const dvc = readFileSync(join(cases, 'dvc/small.jsonl'), 'utf8').trim().split('\n');
  const folder = join(cases, 'mlpipeline');
  const lists = JSON.parse(readFileSync(join(folder, 'cases.json'), 'utf8')) as { cases: { pipeline: unknown }[] };
  return [
    ...Array.from({ length: 40 }, () => ({ file: 'pipeline.yml', text: practicum, files: {} })),
    ...dvc
      .map((line) => JSON.parse(line) as { path: string; files: Record<string, string> })
      .map(({ path, files }) => ({
        file: 'dvc.yaml',
        text: files[path]!,
        files,
      })),
    ...lists.cases.map(({ pipeline }) => ({ file: 'pipeline.yml', text: stringify(pipeline), files: {} })),
  ];
}

const odd = [
  'null',
  '~',
  '[]',
  '{}',
  '""',
  '5',
  '-1',
  '1e400',
  '.nan',
  'true',
  '2020-01-01',
  '"\\0"',
  '"\\u202e"',
  '*a',
  '&a',
  '<<: *a',
  '!x y',
  '${x}',
  '${',
  '\\${x}',
  '../..',
  '/etc/passwd',
  '.git/x',
  '~/x',
  'a/../..',
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  '[[[[',
  '}}',
  ': ',
  '- - - x',
  '? a',
  '|',
  '>-',
  '%',
  '@x',
  '`',
  "'",
  '"',
  '\t',
  '\u00a0',
  '\ufeff',
  '\u0000',
  '\u2028',
  '🚀',
  'x'.repeat(5_000),
  '- '.repeat(300),
  '['.repeat(300),
  'a: '.repeat(200),
  'outputs: {}',
  'stages:',
  'tasks:',
  'cmd: x',
  'foreach: [1, 2]',
  'matrix: {a: [1]}',
  'vars: [{a: 1}]',
  'frozen: yes',
  'params: [a]',
  'inputs:',
  'run:',
  'kind: model',
];

const pick = <T>(items: readonly T[], random: Random): T => items[Math.floor(random() * items.length)]!;

/** One to four changes, of lines, words or letters. */
export function mutate(text: string, other: string, random: Random): string {
  let changed = text;
  for (let times = 1 + Math.floor(random() * 4); times > 0; times--) changed = change(changed, other, random);
  return changed;
}

function change(text: string, other: string, random: Random): string {
  const lines = text.split('\n');
  const at = Math.floor(random() * lines.length);
  const line = lines[at]!;
  const place = Math.floor(random() * (text.length + 1));
  switch (Math.floor(random() * 12)) {
    case 0:
      return lines.toSpliced(at, 1).join('\n');
    case 1:
      return lines.toSpliced(at, 0, line).join('\n');
    case 2:
      return lines.toSpliced(at, 1, ` ${line}`).join('\n');
    case 3:
      return lines.toSpliced(at, 1, line.replace(/^ {1,2}/, '')).join('\n');
    case 4:
      return lines.toSpliced(at, 1, line.replace(/: .*$/, `: ${pick(odd, random)}`)).join('\n');
    case 5:
      return lines.toSpliced(at, 0, `${/^ */.exec(line)![0]}${pick(odd, random)}`).join('\n');
    case 6:
      return text.slice(0, place) + pick(odd, random) + text.slice(place);
    case 7:
      return text.slice(0, place) + text.slice(place + 1 + Math.floor(random() * 5));
    case 8:
      return text.slice(0, place);
    case 9:
      return lines.toSpliced(at, 0, pick(other.split('\n'), random)).join('\n');
    case 10: {
      const words = [...text.matchAll(/[\w./@$-]+/g)];
      const [one, two] = [pick(words, random)?.[0] ?? '', pick(words, random)?.[0] ?? ''];
      return text.replace(one, () => two);
    }
    default: {
      const words = [...text.matchAll(/[\w./@$-]+/g)];
      const word = pick(words, random);
      return word ? text.slice(0, word.index) + pick(odd, random) + text.slice(word.index + word[0].length) : text;
    }
  }
}

export type Finding = { seed: number; text: string; why: string };

/** What is wrong with the answer to one mutant, or undefined. */
export function judgeMutant(seed: number, sources: readonly Source[]): { finding?: Finding; ms: number } {
  const random = seeded(seed);
  const source = pick(sources, random);
  const text = mutate(source.text, pick(sources, random).text, random);
  const encode = (value: string): Uint8Array => new TextEncoder().encode(value);
  const started = performance.now();
  const read = (): ReturnType<typeof readPipeline> =>
    readPipeline(encode(text), {
      file: source.file,
      exists: (path) => Object.hasOwn(source.files, path),
      readFile: (path) => (Object.hasOwn(source.files, path) ? encode(source.files[path]!) : undefined),
    });
  const result = read();
  const ms = performance.now() - started;
  const why = faultOf(result, text.split('\n').length);
  return { ms, ...(why === undefined ? {} : { finding: { seed, text, why } }) };
}

function faultOf({ ok, problems, graph }: ReturnType<typeof readPipeline>, lines: number): string | undefined {
  for (const { line, column, code, message } of problems) {
    if (code === 'not-understood') return message;
    if (!(line >= 1 && line <= lines && column >= 1)) return `${code} at ${line}:${column} of ${lines} lines`;
    if (message.length > 5_000) return `${code} says ${message.length} letters`;
  }
  const errors = problems.filter(({ level }) => level === 'error').length;
  if (ok !== (errors === 0 && graph !== undefined)) return `ok is ${ok} with ${errors} errors`;
  if (!ok) return errors === 0 ? 'refused without a reason' : undefined;
  const done = new Set<string>();
  const tasks = new Map(graph!.pipeline.tasks.map((task) => [task.name, task]));
  if (tasks.size !== graph!.pipeline.tasks.length) return 'two tasks of one name';
  for (const name of graph!.order) {
    const task = tasks.get(name)!;
    if ((graph!.before.get(name) ?? []).some((other) => !done.has(other))) return `${name} runs before what it needs`;
    done.add(name);
    const words = [
      'command' in task.work ? task.work.command : '',
      task.folder,
      ...task.env.flat(),
      ...task.outputs.flatMap(({ path }) => path ?? []),
    ];
    if (words.some((word) => word.includes('\0'))) return `${name} cannot be started: NUL`;
    if (task.outputs.some(({ path }) => path !== undefined && /^(?:\/|\.\.(?:\/|$)|\.git(?:\/|$))/.test(path)))
      return `${name} writes outside`;
  }
  return undefined;
}

// pipeline.yml: what it may say, and every mistake at its line.
import { describe, expect, test } from 'vitest';
import { codes, read } from './read.ts';

const good = `version: 1
name: my-model
env: { PYTHONPATH: src }
inputs: { slices: data/incoming, params: params.yaml }
tasks:
  evaluate: { run: python -m project.evaluate, inputs: [train.model, train.test], outputs: { scores: { path: metrics/scores.json, kind: metrics } }, kind: evaluate }
  prepare:  { run: python -m project.data, inputs: [slices], outputs: { dataset: data/processed/dataset.csv } }
  train:    { run: python -m project.train, inputs: [prepare.dataset, params, src/project/train.py], outputs: { model: models/model.joblib, test: data/processed/test.csv }, timeout-minutes: 5, retries: 2, dependencies: [prepare] }
serve: { run: "uvicorn project.api:app --port $PORT", inputs: [train.model], example: tests/example_request.json }
`;

test('the form of the design is read whole', () => {
  const result = read(good);
  expect(result.problems).toEqual([]);
  expect(result.graph!.order).toEqual(['prepare', 'train', 'evaluate']);
  expect(result.pipeline).toMatchObject({
    form: 'practicum',
    serve: { shape: 'batch', example: 'tests/example_request.json' },
  });
  expect(result.pipeline!.tasks[2]).toMatchObject({ timeoutMinutes: 5, retries: 2, always: false });
});

test('what the schema refuses hides nothing else, and nothing is said because of it', () => {
  const result = read(`version: 2
name: x
inputs: { raw: raw.csv, odd: [1] }
tasks:
  a: { run: x, inputs: [raw, odd, b.o], outputs: { o: ../out.txt } }
  b: { run: x, ouputs: { o: b.txt } }
  c: { run: x, inputs: , outputs: { o: c.txt } }
  d: { inputs: [c.o, c.other, rav], dependencies: [e, nobody] }
  e: { run: x, dependencies: [d], outputs: { o: c.txt }, retries: many }
  f g: { run: x }
outputs: [e.what, nowhere]
serve: 5
`);
  expect(codes(result)).toEqual([
    '1:10 wrong-value',
    '3:30 wrong-type',
    '5:52 path-outside',
    '6:16 unknown-key',
    '7:24 null-list',
    '8:3 cycle',
    '8:6 missing-key',
    '8:31 unknown-input',
    '8:55 unknown-task',
    '9:46 duplicate-path',
    '9:67 wrong-type',
    '10:3 bad-name',
    '11:19 unknown-output',
    '12:8 wrong-type',
  ]);
  expect([result.ok, result.pipeline, result.graph]).toEqual([false, undefined, undefined]);
});

const base = (tasks: string, more = ''): string => `version: 1\nname: x\n${more}tasks:\n${tasks}`;

test.each([
  [
    'unknown key, with a suggestion',
    base('  a: { run: x, ouputs: { o: o.txt } }\n'),
    ['4:16 unknown-key'],
    /did you mean outputs\?/,
  ],
  [
    'unknown name, with those known',
    base('  a: { run: x, outputs: { model: m } }\n  b: { run: y, inputs: [a.modle] }\n'),
    ['5:25 unknown-input'],
    /known: a\.model.*did you mean a\.model/,
  ],
  [
    'a task where an output belongs',
    base('  a: { run: x, outputs: { model: m } }\n  b: { run: y, inputs: [a] }\n'),
    ['5:25 unknown-input'],
    /as in a\.model/,
  ],
  [
    'a cycle, with its path',
    base(
      '  a: { run: x, inputs: [c.o], outputs: { o: a.txt } }\n  b: { run: y, inputs: [a.o], outputs: { o: b.txt } }\n  c: { run: z, inputs: [b.o], outputs: { o: c.txt } }\n',
    ),
    ['4:3 cycle'],
    /a -> b -> c -> a/,
  ],
  [
    'a task that needs itself',
    base('  a: { run: x, inputs: [a.o], outputs: { o: a.txt } }\n'),
    ['4:3 cycle'],
    /a -> a/,
  ],
  [
    'two tasks writing one path',
    base('  a: { run: x, outputs: { o: out.csv } }\n  b: { run: y, outputs: { p: ./out.csv } }\n'),
    ['5:27 duplicate-path'],
    /a and b both write out\.csv/,
  ],
  [
    'a folder around another output',
    base('  a: { run: x, outputs: { o: out/a.csv } }\n  b: { run: y, outputs: { p: out } }\n'),
    ['5:27 duplicate-path'],
    /something in it/,
  ],
  [
    'a path outside the repository',
    base('  a: { run: x, outputs: { o: ../out.csv } }\n'),
    ['4:27 path-outside'],
    /outside the repository/,
  ],
  ['an absolute path', base('  a: { run: x, outputs: { o: /etc/passwd } }\n'), ['4:27 path-outside'], /absolute/],
  ['a Windows drive', base('  a: { run: x, outputs: { o: "C:\\\\out" } }\n'), ['4:27 path-outside'], /absolute/],
  ['inside .git', base('  a: { run: x, outputs: { o: .git/config } }\n'), ['4:27 path-outside'], /\.git/],
  [
    'inside .github',
    base('  a: { run: x, outputs: { o: .github/workflows/x.yml } }\n'),
    ['4:27 path-outside'],
    /\.github/,
  ],
  ['a task twice', base('  a: { run: x }\n  a: { run: y }\n'), ['5:3 duplicate-task'], /duplicate task a/],
  ['null where a list belongs', base('  a:\n    run: x\n    inputs:\n'), ['6:12 null-list'], /write \[\]/],
  [
    'an unknown dependency',
    base('  train: { run: x }\n  b: { run: y, dependencies: [trian] }\n'),
    ['5:31 unknown-task'],
    /did you mean train/,
  ],
  [
    'a wanted output that nobody makes',
    base('  a: { run: x, outputs: { o: o.txt } }\n', 'outputs: [a.p]\n'),
    ['3:11 unknown-output'],
    /no task makes a\.p/,
  ],
  ['no run', base('  a: { outputs: { o: o.txt } }\n'), ['4:6 missing-key'], /run.*missing/],
  ['a prototype as a name', base('  __proto__: { run: x }\n'), ['4:3 bad-name'], /__proto__/],
])('%s', (_name, text, expected, message) => {
  const result = read(text);
  expect(result.ok).toBe(false);
  for (const code of expected) expect(codes(result)).toContain(code);
  expect(result.problems.map((problem) => `${problem.message} ${problem.hint ?? ''}`).join('\n')).toMatch(message);
});

test('everything is said at once', () => {
  const result = read(
    base(
      '  a: { run: x, inputs: [nope], outputs: { o: ../o } }\n  b: { run: y, dependencies: [zzz], outputs: { p: /p } }\n',
    ),
  );
  expect(result.problems.map(({ code }) => code).toSorted()).toEqual([
    'path-outside',
    'path-outside',
    'unknown-input',
    'unknown-task',
  ]);
});

describe('names and paths', () => {
  test('a bare path joins tasks as a name does, folders included', () => {
    const result = read(
      base(
        '  b: { run: y, inputs: [out/a.csv] }\n  c: { run: z, inputs: [out] }\n  a: { run: x, outputs: { o: out/a.csv } }\n',
      ),
    );
    expect(result.graph?.before.get('b')).toEqual(['a']);
    expect(result.graph?.before.get('c')).toEqual(['a']);
  });
  test('a file that exists is a path even where it looks like task.output', () => {
    const text = base('  a: { run: x, inputs: [a.weights], outputs: { o: o.txt } }\n');
    expect(read(text).ok).toBe(false);
    expect(read(text, { exists: (path) => path === 'a.weights' }).ok).toBe(true);
  });
  test('an absent file is a warning: data may not have arrived', () => {
    const result = read(good, { exists: () => false });
    expect(result.ok).toBe(true);
    expect(new Set(codes(result).map((code) => code.split(' ')[1]))).toEqual(new Set(['absent-file']));
  });
  test('.. may reach as far as the root of the repository', () => {
    const text = base('  a: { run: x, inputs: [../shared/a.csv] }\n');
    expect(read(text).ok).toBe(false);
    expect(read(text, { depth: 1 }).ok).toBe(true);
  });
});

test('only what leads to a wanted output is ordered', () => {
  const result = read(
    base(
      '  a: { run: x, outputs: { o: o.txt } }\n  b: { run: y, inputs: [a.o], outputs: { p: p.txt } }\n  c: { run: z, if: always }\n',
      'outputs: [a.o]\n',
    ),
  );
  expect(result.graph!.order).toEqual(['a', 'c']);
});

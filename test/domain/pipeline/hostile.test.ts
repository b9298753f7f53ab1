// Files that mean harm get a clear answer, quickly.
import { expect, test } from 'vitest';
import { read } from './read.ts';

const bomb = [
  'a: &a [x,x,x,x,x,x,x,x,x]',
  ...'bcdefgh'
    .split('')
    .map((name, index) => `${name}: &${name} [${Array(9).fill(`*${'abcdefgh'[index]}`).join(',')}]`),
].join('\n');

test.each([
  ['ten megabytes', 'x'.repeat(10_000_000), 'file-too-large'],
  ['an alias bomb', `${bomb}\ntasks: *h\n`, 'yaml-too-large'],
  ['an alias to itself', 'tasks: &t { a: *t }\n', 'yaml-syntax'],
  ['an alias to nothing', 'tasks: *nowhere\n', 'yaml-syntax'],
  ['nesting by brackets', `tasks: ${'['.repeat(200_000)}`, 'yaml-too-deep'],
  ['nesting by dashes', `tasks:\n${'- '.repeat(100_000)}x`, 'yaml-too-deep'],
  ['invalid UTF-8', new Uint8Array([0x74, 0xff, 0xfe, 0x0a]), 'not-utf8'],
  ['no YAML', 'a: [1, 2\nb: }', 'yaml-syntax'],
  ['nothing', '', 'file-empty'],
  ['a comment alone', '# hello\n', 'file-empty'],
  ['a single word', 'hello\n', 'unknown-form'],
  ['two documents', 'version: 1\n---\nversion: 1\n', 'yaml-syntax'],
  ['a map as a key', 'version: 1\n? { a: b }\n: c\n', 'yaml-syntax'],
])('%s', (_name, text, code) => {
  const started = performance.now();
  const result = read(text);
  expect(result.ok).toBe(false);
  expect(result.problems.map((problem) => problem.code)).toContain(code);
  expect(performance.now() - started).toBeLessThan(20_000);
});

test('a prototype cannot be reached by any key', () => {
  read('version: 1\nname: x\nenv: { __proto__: { polluted: yes } }\ntasks: { __proto__: { run: x } }\n');
  read(
    'pipeline: { name: x, inputs: [], outputs: [], components: { __proto__: { runner: pass-through, inputs: [], outputs: [o] } } }',
  );
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  expect(({} as Record<string, unknown>)['run']).toBeUndefined();
});

test('a NUL in a command is said before anything runs', () => {
  const result = read('version: 1\nname: x\ntasks:\n  a: { run: "echo a\\0b" }\n');
  expect(result.problems.map(({ line, code }) => `${line} ${code}`)).toEqual(['4 wrong-value']);
});

test.each([
  [
    'outputs twice',
    'version: 1\nname: x\ntasks:\n  a:\n    run: x\n    outputs: { o: a }\n    outputs: { p: b }\n',
    '7 duplicate-key',
  ],
  ['a map where text belongs', 'version: 1\nname: x\ntasks:\n  a: { run: x, kind: { train: 1 } }\n', '4 wrong-value'],
  [
    'a list where text belongs',
    'version: { a: 1 }\nname: [x]\ntasks:\n  a: { run: { b: c }, if: [always] }\n',
    '1 wrong-value',
  ],
])('%s is a problem with a place', (_, text, expected) => {
  expect(read(text).problems.map(({ line, code }) => `${line} ${code}`)).toContain(expected);
});

test.each([
  [
    'a name of 40,000 letters',
    `version: 1\nname: x\ntasks:\n  a: { run: x, inputs: [b.${'x'.repeat(40_000)}] }\n  b: { run: y, outputs: { ${'y'.repeat(90)}: o } }\n`,
  ],
  [
    '3,000 names that nobody knows',
    `version: 1\nname: x\ntasks:\n${Array.from({ length: 3_000 }, (_, at) => `  task_${at}: { run: x, inputs: [tusk_${at}.o] }\n`).join('')}`,
  ],
  ['a line of dashes', '- '.repeat(30_000)],
  ['a line of questions', '? '.repeat(30_000)],
])('%s costs a moment', (_, text) => {
  const started = performance.now();
  expect(read(text).ok).toBe(false);
  // Seconds on a machine ten times slower; it was minutes, or the end of the process.
  expect(performance.now() - started).toBeLessThan(20_000);
});

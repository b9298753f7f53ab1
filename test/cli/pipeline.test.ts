// practicum pipeline, as a person or a machine calls it.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { runCli } from '../../src/cli.ts';

let cwd: string;
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'practicum-cli-'));
});
afterEach(() => rmSync(cwd, { recursive: true, force: true }));

async function practicum(...argv: string[]): Promise<{ out: string; err: string; exit: number }> {
  let [out, err, exit] = ['', '', 0];
  await runCli(['pipeline', ...argv], {
    out: (text) => void (out += text),
    err: (text) => void (err += text),
    env: process.env,
    cwd,
    now: () => new Date(),
    progress: false,
    exit: (code) => void (exit = code),
  });
  return { out, err, exit };
}
const write = (name: string, text: string) => writeFileSync(join(cwd, name), text);

const seed = `pipeline:
  name: "My linear ML pipeline."
  inputs: [document_id, page_num]
  outputs: [extractor.extractions]
  components:
    - image_preprocessing: {runner: ImagePreprocessor, inputs: [document_id, page_num], outputs: [page_id]}
    - image_ocr: {runner: OCRModel, inputs: [image_preprocessing.page_id], outputs: [page_id]}
    - extractor: {runner: ExtractionModel, inputs: [image_ocr.page_id], outputs: [extractions]}
    - side: {runner: OCRModel, inputs: [image_ocr.page_id], outputs: [x]}
`;
const values = ['--inputs', 'document_id=D0', 'page_num=0'];

describe("MLPipeline's own example", () => {
  test('runs as it is', async () => {
    write('p.yaml', seed);
    const { out, exit } = await practicum('run', 'p.yaml', ...values);
    expect(exit).toBe(0);
    expect(out).toMatchInlineSnapshot(`
      "0 : pipeline : inputs - document_id=D0, page_num=0
      1 : image_preprocessing - ImagePreprocessor : inputs - document_id=D0, page_num=0 : outputs - page_id=D00-I0
      2 : image_ocr - OCRModel : inputs - image_preprocessing.page_id=D00-I0 : outputs - page_id=D00-I0-O0
      3 : extractor - ExtractionModel : inputs - image_ocr.page_id=D00-I0-O0 : outputs - extractions=D00-I0-O0-E0
      4 : pipeline : outputs - extractor.extractions=D00-I0-O0-E0
      not needed: side
      "
    `);
  });
  test('as JSON', async () => {
    write('p.yaml', seed);
    const { out } = await practicum('run', 'p.yaml', ...values, '--json');
    const record = JSON.parse(out);
    expect(record).toMatchObject({ ok: true, outputs: { 'extractor.extractions': 'D00-I0-O0-E0' } });
    expect(record.tasks.at(-1)).toMatchObject({
      name: 'side',
      state: 'not needed',
      started: null,
      ended: null,
      exit: null,
    });
    expect(record.tasks[0]).toMatchObject({
      name: 'image_preprocessing',
      state: 'succeeded',
      exit: 0,
      started: expect.stringMatching(/Z$/),
    });
  });
  test('a value ends where it ends, whatever = it holds', async () => {
    write('p.yaml', seed);
    const { out } = await practicum('run', 'p.yaml', '--inputs', 'document_id=a=b=c', 'page_num=', '--json');
    expect(JSON.parse(out).outputs).toEqual({ 'extractor.extractions': 'a=b=c-I0-O0-E0' });
  });
  test('the file may stand behind the values', async () => {
    write('p.yaml', seed);
    const { out } = await practicum('run', '--json', ...values, 'p.yaml');
    expect(JSON.parse(out).ok).toBe(true);
  });
  test('values that nobody gave, and one that nobody asked for', async () => {
    write('p.yaml', seed);
    const missing = await practicum('run', 'p.yaml', '--json');
    expect(missing.exit).toBe(1);
    expect(JSON.parse(missing.out).problems.map(({ code }: { code: string }) => code)).toEqual([
      'missing-value',
      'missing-value',
    ]);
    const surplus = await practicum('check', 'p.yaml', ...values, 'zz=1', '--json');
    expect(surplus.exit).toBe(0);
    expect(JSON.parse(surplus.out)).toMatchObject({
      ok: true,
      problems: [{ code: 'undeclared-value', level: 'warning' }],
    });
    expect((await practicum('check', 'p.yaml', '--inputs', 'nothing')).exit).toBe(2);
  });
});

test('check says everything with lines, as text and as JSON', async () => {
  write(
    'pipeline.yml',
    'version: 1\nname: x\ntasks:\n  a: { run: x, inputs: [b.o], outputs: { o: a } }\n  b: { run: y, inputs: [a.o, c], outputs: { o: b } }\n',
  );
  const text = await practicum('check');
  expect(text).toMatchObject({ exit: 1, err: '' });
  expect(text.out).toMatchInlineSnapshot(`
    "pipeline.yml:4:3 error cycle cycle: a -> b -> a (none of them can be first)
    pipeline.yml:5:30 error unknown-input task b: unknown input c (known: a.o, b.o)
    "
  `);
  const json = JSON.parse((await practicum('check', '--json')).out);
  expect(json).toMatchObject({ ok: false, order: null });
  expect(json.problems[0]).toMatchObject({
    line: 4,
    column: 3,
    code: 'cycle',
    message: expect.stringContaining('a -> b -> a'),
  });
});

test('the file is pipeline.yml, else dvc.yaml; none is wrong use', async () => {
  expect(await practicum('check')).toMatchObject({ exit: 2, out: '' });
  write('dvc.yaml', 'stages: { a: { cmd: touch o, outs: [o] } }\n');
  expect(JSON.parse((await practicum('run', '--json')).out)).toMatchObject({
    ok: true,
    tasks: [{ name: 'a', state: 'succeeded' }],
  });
  write('pipeline.yml', 'version: 1\nname: x\ntasks: { b: { run: "true" } }\n');
  expect(JSON.parse((await practicum('check', '--json')).out)).toMatchObject({ order: ['b'] });
});

test('runners come from a file of their own', async () => {
  write(
    'p.yaml',
    'pipeline: { name: x, inputs: [a], outputs: [t.o], components: [{ t: { runner: Shout, inputs: [a], outputs: [o] } }] }',
  );
  write('runners.yml', 'Shout: { run: tr a-z A-Z }\n');
  expect((await practicum('check', 'p.yaml', '--json')).exit).toBe(1);
  const { out } = await practicum('run', 'p.yaml', '--runners', 'runners.yml', '--inputs', 'a=hello', '--json');
  expect(JSON.parse(out).outputs).toEqual({ 't.o': 'HELLO' });
});

test('graph draws Mermaid and SVG in which no name can act', async () => {
  write(
    'p.yaml',
    'pipeline: { name: "<script>", inputs: [a], outputs: [o], components: [{ "t\\"]; click x": { runner: pass-through, inputs: [a], outputs: [o] } }] }',
  );
  const mermaid = await practicum('graph', 'p.yaml');
  expect(mermaid.out).toContain('t0["t#34;#93;#59; click x"]');
  const svg = await practicum('graph', 'p.yaml', '--format', 'svg');
  expect(svg.out).toContain('&lt;script&gt;');
  expect(svg.out).not.toContain('<script>');
  expect(await practicum('graph', 'p.yaml', '--format', 'png')).toMatchObject({ exit: 2 });
});

test('export writes a dvc.yaml that is read again', async () => {
  write('pipeline.yml', 'version: 1\nname: x\ntasks: { a: { run: touch o, outputs: { o: o } } }\n');
  const { out, exit } = await practicum('export', 'dvc');
  expect(exit).toBe(0);
  write('back.yaml', out);
  expect(JSON.parse((await practicum('check', 'back.yaml', '--json')).out)).toMatchObject({ ok: true, order: ['a'] });
});

test('a run ignores what it remembers in git', async () => {
  write('pipeline.yml', 'version: 1\nname: x\ntasks: { a: { run: touch o, outputs: { o: o } } }\n');
  await practicum('run');
  expect(readFileSync(join(cwd, '.practicum/.gitignore'), 'utf8')).toBe('*\n');
});

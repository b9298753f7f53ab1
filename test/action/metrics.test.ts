// Metrics as they are written in the wild: whatever is a number is kept, and whatever is not is said.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { parseMetrics } from '../../action/src/parse-metrics.ts';
import { findMetrics, readMetrics } from '../../action/src/read-metrics.ts';
import { plotMetrics } from '../../action/src/write-metrics.ts';
import { readReportBlock } from '../../src/domain/report/report.ts';
import { removeFolders, runAction } from './harness.ts';

afterAll(removeFolders);

const read = (path: string, text: string | Uint8Array) => parseMetrics(path, Buffer.from(text as string));

describe('one file', () => {
  test.each([
    ['m.json', '{"loss": NaN, "acc": 0.5}', { acc: 0.5 }, ['loss is NaN']],
    ['m.json', '{"a": Infinity, "b": -Infinity, "c": 1}', { c: 1 }, ['a is Infinity', 'b is -Infinity']],
    ['m.json', '\ufeff{"a": 1}', { a: 1 }, []],
    ['m.json', '{"a": "0.9", "b": " 1e-3 ", "c": "nan", "d": "NaN of it"}', { a: 0.9, b: 0.001 }, ['c is NaN']],
    ['m.json', '{"said \\"NaN": 1, "x": {"y": [1, NaN]}}', { 'said "NaN': 1, 'x.y.0': 1 }, ['x.y.1 is NaN']],
    ['m.json', '0.7', { value: 0.7 }, []],
    ['log.jsonl', '{"step": 1, "acc": 0.1}\n{"step": 2, "acc": 0.2}\n', { step: 2, acc: 0.2 }, []],
    ['m.yaml', 'a: 1\nb: .nan\nc: { d: .inf, e: "3" }\n', { a: 1, 'c.e': 3 }, ['b is NaN', 'c.d is Infinity']],
    ['metrics.toml', 'a = 1\nb = nan\n[c]\nd = 1e-4\n', { a: 1, 'c.d': 0.0001 }, ['b is NaN']],
    ['m.csv', 'step,acc,loss\n0,0.1,2\n1,0.2,nan\n', { step: 1, acc: 0.2 }, ['loss is NaN']],
    ['m.csv', 'metric,value\nacc,0.1\nloss,2\n', { acc: 0.1, loss: 2 }, []],
    ['m.csv', 'step,loss,val_loss\n0,2,\n0,,3\n1,1.5,\n', { step: 1, loss: 1.5, val_loss: 3 }, []],
    ['m.json', '{"acc": 0.5, "loss": null}', { acc: 0.5 }, ['loss is null, not a number']],
    ['m.json', '{"acc": 0.5, "made_by": "constructor"}', { acc: 0.5 }, []],
    ['m.csv', 'acc,0.1\nloss,2\n', { acc: 0.1, loss: 2 }, []],
    ['acc.tsv', 'step\tacc\n0\t0.4\n', { step: 0, acc: 0.4 }, []],
    ['scores', 'acc: 0.4\n', { acc: 0.4 }, []],
  ])('%s %s', (path, text, numbers, notes) => {
    const parsed = read(path, text);
    expect(Object.fromEntries(parsed.numbers)).toEqual(numbers);
    expect(parsed.notes).toEqual(notes);
  });

  test('a percentage is not taken for a fraction, and said', () => {
    expect(read('m.json', '{"acc": "93 %"}')).toEqual({
      numbers: [],
      notes: ['acc is the text "93 %", not a number: write it without the percent sign'],
    });
  });

  test('letters that are not UTF-8 are replaced, and said', () => {
    expect(read('m.json', Buffer.from('{"pr\xe9cision": 0.5, "acc": 1}', 'latin1'))).toEqual({
      numbers: [
        ['pr\ufffdcision', 0.5],
        ['acc', 1],
      ],
      notes: ['some letters are not UTF-8, and were replaced'],
    });
  });

  test('in UTF-16', () => {
    expect(read('m.json', Buffer.from('\ufeff{"a": 1}', 'utf16le')).numbers).toEqual([['a', 1]]);
  });

  test('every finite number that JSON can say is read as it is', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ minLength: 1, maxLength: 20 }), fc.double({ noNaN: true })), (numbers) => {
        const python = JSON.stringify(numbers, (_, value) => value).replaceAll('null', 'Infinity');
        fc.pre(!Object.keys(numbers).some((name) => name.includes('null') || name === '__proto__'));
        const finite = Object.entries(numbers).filter(([, value]) => Number.isFinite(value));
        expect(read('m.json', python).numbers).toEqual(finite.map(([name, value]) => [name, value === 0 ? 0 : value]));
      }),
    );
  });
});

describe('the metrics of a run', () => {
  const folder = mkdtempSync(join(tmpdir(), 'practicum-metrics-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const pipelineOf = (...paths: string[]): any => ({
    tasks: [{ name: 'eval', outputs: paths.map((path) => ({ name: path, kind: 'metrics', path })) }],
  });
  const result: any = { tasks: [{ name: 'eval', state: 'succeeded' }] };

  test('are kept where one of them is NaN, which is said', () => {
    writeFileSync(join(folder, 'one.json'), '{"accuracy": 0.9, "f1": NaN}');
    const said: string[] = [];
    expect(readMetrics(pipelineOf('one.json'), result, folder, (note) => said.push(note))).toEqual({ accuracy: 0.9 });
    expect(said).toEqual(['Metrics: f1 is NaN (one.json)']);
  });

  test.each([
    ['absent.json', 'the file is not there'],
    ['broken.json', 'it cannot be read as what its name says'],
    ['empty.json', 'it is empty'],
    ['words.json', 'it holds no number'],
    ['.', 'it is a folder'],
  ])('%s is said: %s', (path, words) => {
    writeFileSync(join(folder, 'broken.json'), '{"a": ');
    writeFileSync(join(folder, 'empty.json'), '');
    writeFileSync(join(folder, 'words.json'), '{"a": "good"}');
    expect(findMetrics(pipelineOf(path), result, folder)).toEqual({
      numbers: {},
      notes: [expect.stringContaining(words)],
    });
  });

  test('more than a hundred are kept, and of more than a thousand it is said that they are not', () => {
    const many = (count: number) =>
      JSON.stringify(Object.fromEntries(Array.from({ length: count }, (_, i) => [`m${i}`, i])));
    writeFileSync(join(folder, 'many.json'), many(150));
    expect(Object.keys(findMetrics(pipelineOf('many.json'), result, folder).numbers)).toHaveLength(150);
    writeFileSync(join(folder, 'many.json'), many(1_200));
    const found = findMetrics(pipelineOf('many.json'), result, folder);
    expect(Object.keys(found.numbers)).toHaveLength(1_000);
    expect(found.notes[0]).toContain('200 more numbers');
  });

  test('a name in three files is told apart', () => {
    for (const [index, name] of ['a.json', 'b.json', 'c.json'].entries())
      writeFileSync(join(folder, name), JSON.stringify({ acc: index }));
    expect(findMetrics(pipelineOf('a.json', 'b.json', 'c.json'), result, folder).numbers).toEqual({
      acc: 0,
      'eval.acc': 1,
      'c.json.acc': 2,
    });
  });
});

describe('in the report', () => {
  const metrics = (content: string) =>
    `version: 1\nname: x\ntasks:\n  a: { run: "cp in.json m.json", inputs: [in.json], outputs: { m: { path: m.json, kind: metrics } } }\n${content}`;

  test('what is no number stands in check run, summary and report', async () => {
    const ran = await runAction({ files: { 'pipeline.yml': metrics(''), 'in.json': '{"loss": NaN, "acc": 0.5}' } });
    expect(ran.exit, ran.log).toBe(0);
    const check = ran.checkRuns.at(-1);
    expect(check.output.summary).toContain('loss is NaN');
    expect(ran.summary).toContain('loss is NaN');
    expect(readReportBlock(check.output.text)).toMatchObject({
      ok: true,
      report: { metrics: { acc: 0.5 }, notes: ['loss is NaN (m.json)'] },
    });
  });

  test('a thousand long names still make a report that can be read', async () => {
    const many = Object.fromEntries(Array.from({ length: 1_000 }, (_, i) => [`${'精度'.repeat(60)}${i}`, i]));
    const ran = await runAction({ files: { 'pipeline.yml': metrics(''), 'in.json': JSON.stringify(many) } });
    const read = readReportBlock(ran.checkRuns.at(-1).output.text);
    if (!read.ok) throw new Error(read.reason);
    expect(Object.keys(read.report.metrics).length).toBeGreaterThan(20);
    expect(read.report.notes?.[0]).toContain('metrics were left out');
    expect(Buffer.byteLength(ran.outputs['metrics']!)).toBeLessThanOrEqual(100_000);
  });
});

test('a plot has a point for each release of the default branch, and this run', () => {
  const plot = plotMetrics(
    { mae: 1, 'new"one': 2 },
    [
      { label: 'release-1', metrics: { mae: 3 } },
      { label: 'release-2', metrics: { mae: 2 } },
    ],
    'release-3',
  );
  expect(plot).toMatchInlineSnapshot(`
    "<details><summary>Metrics over the releases</summary>

    \`\`\`mermaid
    xychart-beta
      title "mae"
      x-axis ["release-1", "release-2", "release-3"]
      line [3, 2, 1]
    \`\`\`

    </details>"
  `);
  expect(plotMetrics({ mae: 1 }, [], 'release-1')).toBe('');
});

test('a number of a hundred thousand digits and no end is refused at once', { timeout: 5000 }, () => {
  const text = JSON.stringify({ a: `${'0'.repeat(100_000)}E`, b: '0.5' });
  expect(parseMetrics('scores.json', Buffer.from(text)).numbers).toEqual([['b', 0.5]]);
});

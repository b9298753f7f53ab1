// Verdicts on MLPipeline files against the recorded cases, in both spellings.
import { readFileSync } from 'node:fs';
import { stringify } from 'yaml';
import { describe, expect, test } from 'vitest';
import { readPipeline } from '../../../src/domain/pipeline/read-pipeline.ts';

type Case = {
  name: string;
  inputs: Record<string, string>;
  pipeline: { pipeline: Record<string, unknown> };
  ok: boolean;
  order: string[] | null;
  problem: string | null;
};
const { cases } = JSON.parse(readFileSync(new URL('../../cases/mlpipeline/cases.json', import.meta.url), 'utf8')) as {
  cases: Case[];
};

/** What each failing case must convey, as words that its message has to contain. */
const words: Record<string, RegExp> = {
  'mistyped runner': /unknown runner ImagePreprocesor .*did you mean ImagePreprocessor/,
  'bare name as task input': /unknown input page_id/,
  'duplicate component': /duplicate task image_preprocessing/,
  'empty pipeline': /name, inputs, outputs, components missing/,
  'output nobody makes': /no task makes extractor\.nothing/,
  'two keys in one component': /a component has one name/,
};

/** The all-lists spelling of the same file. */
function allLists(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(allLists);
  if (typeof value !== 'object' || value === null) return value;
  return Object.entries(value).map(([key, item]) => ({ [key]: allLists(item) }));
}

function read(text: string, inputs: Record<string, string>) {
  const values = new Map(Object.entries(inputs));
  return readPipeline(new TextEncoder().encode(text), { file: 'pipeline.yaml', values });
}

describe.each(cases)('$name', ({ name, inputs, pipeline, ok, order }) => {
  test('simplified form', () => {
    const result = read(stringify(pipeline), inputs);
    const text = result.problems.map(({ message, hint }) => `${message} ${hint ?? ''}`).join('\n');
    expect(result.ok, text).toBe(ok);
    if (ok) expect(result.graph?.order).toEqual(order);
    else expect(text).toMatch(words[name]!);
    for (const { line, column } of result.problems) expect(line * column).toBeGreaterThan(0);
  });
  test('JSON is YAML too', () => {
    expect(read(JSON.stringify(pipeline), inputs).ok).toBe(ok);
  });
});

// A list of one-key maps cannot say "two keys in one component", nor "empty map".
const listable = cases.filter(({ name }) => name !== 'two keys in one component' && name !== 'empty pipeline');
test.each(listable)('$name, all lists', ({ inputs, pipeline, ok, order }) => {
  const body = pipeline.pipeline as { components: Record<string, unknown>[] } & Record<string, unknown>;
  const components = body.components.map((item) =>
    Object.fromEntries(Object.entries(item).map(([key, value]) => [key, allLists(value)])),
  );
  const lists = { pipeline: Object.entries({ ...body, components }).map(([key, value]) => ({ [key]: value })) };
  const result = read(stringify(lists), inputs);
  expect(result.ok).toBe(ok);
  if (ok) expect(result.graph?.order).toEqual(order);
});

// Files of ninety tools, small and as their makers write them: each gets one sentence, by its name and without it.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readPipeline } from '../../../src/domain/pipeline/read-pipeline.ts';

type Foreign = { is: string; file: string; text: string };
const files = readFileSync(join(import.meta.dirname, '../../cases/foreign.jsonl'), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Foreign);
const read = (file: string, text: string): ReturnType<typeof readPipeline> =>
  readPipeline(new TextEncoder().encode(text), { file });

/** Settings of a tool, which say nothing without their name. */
const onlyByName = ['luigi.cfg', 'nextflow.config'];

test.each(files)('$file is $is', ({ is, file, text }) => {
  for (const name of [file, ...(onlyByName.includes(file) ? [] : ['pipeline.yml'])]) {
    const { ok, problems } = read(name, text);
    expect([ok, problems.map(({ code }) => code)]).toEqual([false, ['foreign-format']]);
    expect(problems[0]!.message).toContain(`this is ${is}, not a pipeline.yml`);
    expect(problems[0]!.hint).toContain('to begin, write pipeline.yml');
  }
});

test('text of nothing but beginnings is told as quickly as any other', () => {
  const pieces = files.flatMap(({ text }) => [text, text.slice(0, text.indexOf('\n') + 1)]);
  const took = (text: string): number => {
    const began = process.cpuUsage();
    read('x', text);
    const { user, system } = process.cpuUsage(began);
    return user + system;
  };
  const slow = pieces.filter((piece) => {
    const text = piece.repeat(Math.ceil(65_536 / Math.max(1, piece.length)));
    // A machine with other work takes long now and then: not three times in a row.
    return [1, 2, 3].every(() => took(text) > 300_000);
  });
  expect(slow).toEqual([]);
});

// As accepted as DVC: the same verdict and the same contents on small files, whose answers DVC 3.67.1 gave.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { compareWithDvc, type DvcAnswer, type DvcCase } from './compare-dvc.ts';

const folder = join(import.meta.dirname, '../../cases/dvc');
const cases = ['small.jsonl', 'siblings.jsonl'].flatMap((file) =>
  readFileSync(join(folder, file), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as DvcCase & DvcAnswer),
);

test.each(cases.map((one) => [one.name, one] as const))('%s', (_, one) => {
  expect(compareWithDvc(one, one)).not.toHaveProperty('differs');
});

// The layout of folders, told by what lies in them: the student template keeps to it, and each way to miss it is named.
import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { evaluateMilestones } from '../../../src/domain/milestones/evaluate-milestones.ts';
import type { MilestoneProgress } from '../../../src/domain/milestones/practice.ts';

type Tree = Record<string, number>;
const good: Tree = {
  'README.md': 2000,
  'pyproject.toml': 500,
  'setup.py': 10,
  'src/weather/train.py': 800,
  'tests/test_train.py': 300,
  'tests/rows.csv': 40,
  'data/raw/prices.csv': 4000,
  'data/processed/dataset.csv': 4000,
  'metrics/history.csv': 30,
};

function progressOf(tree: Tree, shipped: string[] = []): MilestoneProgress {
  const files = Object.entries(tree).map(([path, bytes]) => ({ path, bytes }));
  const sent = shipped.map((path) => ({ release: 'release-1', path, merged: true }));
  const practice = { tree: files, files: new Map(), checks: [], tags: [], shipped: sent };
  return evaluateMilestones(practice, { layout: 1 }).find(({ milestone }) => milestone === 'layout')!;
}
const without = (path: string, more: Tree = {}): Tree => {
  const { [path]: _, ...rest } = good;
  return { ...rest, ...more };
};

test('is looked for only where the challenge asks for it', () => {
  const practice = { tree: [], files: new Map(), checks: [], tags: [], shipped: [] };
  expect(evaluateMilestones(practice).map(({ milestone }) => milestone)).not.toContain('layout');
});

test('the student template keeps to it, and the usual folders of a data project do', () => {
  const root = join(import.meta.dirname, '../../../templates/student');
  const paths = execFileSync('git', ['ls-files'], { cwd: root, encoding: 'utf8' }).trim().split('\n');
  const tree = Object.fromEntries(paths.map((path) => [path, statSync(join(root, path)).size]));
  expect(progressOf(tree, ['data/incoming/release-0.csv'])).toMatchObject({ missing: [], total: 6, reached: true });
  expect(progressOf(good)).toMatchObject({ missing: [], total: 6 });
  expect(progressOf({ ...good, 'notebooks/look.ipynb': 9 })).toMatchObject({ missing: [], total: 7 });
});

test.each<[string, Tree, string[], RegExp]>([
  [
    'code at the top',
    without('', { 'train.py': 9, 'serve.py': 9 }),
    [],
    /^move code from the top.*: train\.py, serve\.py$/,
  ],
  ['no package', without('src/weather/train.py'), [], /^put the code into a package/],
  ['a package that is empty', without('src/weather/train.py', { 'src/weather/__init__.py': 0 }), [], /^put the code/],
  [
    'tests by name alone',
    without('tests/test_train.py', { 'tests/.gitkeep': 1, 'tests/notes.py': 9 }),
    [],
    /^put tests/,
  ],
  ['empty tests', { ...good, 'tests/test_train.py': 0 }, [], /^put tests/],
  ['data at the top', { ...good, 'more.csv': 9 }, [], /^move data into the folder data: more\.csv$/],
  ['data in the code', { ...good, 'src/weather/more.parquet': 9 }, [], /^move data.*more\.parquet$/],
  [
    'what was made beside what was sent',
    good,
    ['data/processed/release-1.csv'],
    /^keep what was made apart.*dataset\.csv$/,
  ],
  ['no folder for what arrived', without('data/raw/prices.csv'), [], /^keep data as it came/],
  [
    'a notebook in the code',
    { ...good, 'src/look.ipynb': 9 },
    [],
    /^move notebooks into the folder notebooks: src\/look/,
  ],
  ['a README of one line', { ...good, 'README.md': 20 }, [], /^say in README\.md .*: 20 bytes are there$/],
  [
    'no word of what to install',
    without('pyproject.toml', { 'setup.py': 0 }),
    [],
    /^say at the top what is to be installed/,
  ],
])('%s is named', (_, tree, shipped, words) => {
  expect(progressOf(tree, shipped).missing).toEqual([expect.stringMatching(words)]);
});

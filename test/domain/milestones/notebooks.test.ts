// Notebooks as a step of quality: by Pynblint's own report, or read by the same rules; what was not read is said.
import { describe, expect, test } from 'vitest';
import { chooseFiles } from '../../../src/domain/milestones/choose-files.ts';
import { evaluateMilestones } from '../../../src/domain/milestones/evaluate-milestones.ts';
import { readNotebook } from '../../../src/domain/milestones/read-notebook.ts';
import { readPynblint } from '../../../src/domain/milestones/read-pynblint.ts';
import type { MilestoneProgress } from '../../../src/domain/milestones/practice.ts';

type Cell = [kind: 'code' | 'markdown', source: string, count?: number];
const notebook = (...cells: Cell[]): string =>
  JSON.stringify({
    cells: cells.map(([cell_type, source, execution_count]) => ({
      cell_type,
      source: source.split(/(?<=\n)/),
      metadata: {},
      ...(cell_type === 'code' ? { execution_count: execution_count ?? null, outputs: [] } : {}),
    })),
    metadata: {},
    nbformat: 4,
    nbformat_minor: 5,
  });
const good: Cell[] = [
  ['markdown', '# Prices\n\nWhat moves them.'],
  ['code', 'import csv\nrows = 1', 1],
  ['code', 'rows + 1', 2],
  ['markdown', 'The weather does.'],
];
const findings = (path: string, ...cells: Cell[]): unknown => readNotebook(path, notebook(...cells));

function progressOf(files: Record<string, string>, others: string[] = []): MilestoneProgress {
  const tree = [...Object.keys(files), ...others]
    .filter((path) => !path.startsWith('test-reports/'))
    .map((path) => ({ path, bytes: 100 }));
  const practice = { tree, files: new Map(Object.entries(files)), checks: [], tags: [], shipped: [] };
  return evaluateMilestones(practice).find(({ milestone }) => milestone === 'quality')!;
}
const none = progressOf({});

test('a notebook in order has no findings, with outputs or stripped of them', () => {
  expect(findings('notebooks/prices.ipynb', ...good)).toEqual({ findings: [] });
  const stripped = good.map(([kind, source]): Cell => [kind, source]);
  expect(findings('notebooks/prices.ipynb', ...stripped)).toEqual({ findings: [] });
});

test.each<[string, string, Cell[]]>([
  ['untitled-notebook', 'Untitled3.ipynb', good],
  ['duplicate-notebook-not-renamed', 'a/prices-Copy1.ipynb', good],
  ['non-portable-chars-in-nb-name', 'über preise.ipynb', good],
  ['non-linear-execution', 'a.ipynb', [good[0]!, ['code', 'a', 2], ['code', 'b', 1], good[3]!]],
  ['non-executed-cells', 'a.ipynb', [good[0]!, ['code', 'a', 1], ['code', 'b'], good[3]!]],
  ['empty-cells', 'a.ipynb', [...good.slice(0, 2), ['code', ' \n'], good[3]!]],
  ['imports-beyond-first-cell', 'a.ipynb', [good[0]!, ['code', 'a', 1], ['code', 'import os', 2], good[3]!]],
  ['cell-too-long', 'a.ipynb', [good[0]!, ['code', 'a\n'.repeat(30), 1], good[3]!]],
  ['notebook-too-long', 'a.ipynb', Array.from({ length: 51 }, () => good[0]!)],
  ['missing-h1-MD-heading', 'a.ipynb', [['markdown', 'Prices'], ...good.slice(1)]],
  [
    'missing-opening-MD-text',
    'a.ipynb',
    [['markdown', '# Prices'], ...good.slice(1, 3), good[1]!, ['code', 'a', 9], good[3]!],
  ],
  ['missing-closing-MD-text', 'a.ipynb', [good[0]!, good[3]!, ['code', 'a', 1], ['code', 'b', 2], ['code', 'c', 3]]],
  [
    'too-few-MD-cells',
    'a.ipynb',
    [good[0]!, ...Array.from({ length: 8 }, (_, index): Cell => ['code', 'a', index]), good[3]!],
  ],
])('finds %s', (slug, path, cells) => {
  expect(findings(path, ...cells)).toMatchObject({ findings: expect.arrayContaining([slug]) as unknown });
});

test.each(['', 'no JSON', '[]', '{"worksheets":[]}', '{"cells":[{"cell_type":"code"}]}'])(
  'the notebook %j is unreadable',
  (text) => {
    expect(readNotebook('a.ipynb', text)).toHaveProperty('unreadable');
  },
);

describe('a step of quality', () => {
  const ok = notebook(...good);

  test('is asked of nobody without notebooks', () => {
    expect(none.total).toBe(5);
    expect(progressOf({}, ['a/.ipynb_checkpoints/a-checkpoint.ipynb']).total).toBe(5);
  });

  test('is done by notebooks in order, and opened by one that is not', () => {
    expect(progressOf({ 'a.ipynb': ok })).toMatchObject({ total: 6, done: none.done + 1 });
    const progress = progressOf({ 'a.ipynb': ok, 'Untitled.ipynb': ok });
    expect(progress).toMatchObject({ total: 6, done: none.done });
    expect(progress.missing.at(-1)).toBe('put the notebooks in order: Untitled.ipynb: untitled-notebook');
    expect(progress.notes).toContain('notebooks: 2 of 2 notebooks read, 1 findings');
  });

  test('is open where one was not read, and says which', () => {
    const progress = progressOf({ 'a.ipynb': ok }, ['large.ipynb']);
    expect(progress.done).toBe(none.done);
    expect(progress.missing.at(-1)).toContain('large.ipynb: it is larger than 1 MB');
  });

  const lint = (name: string, ...slugs: string[]) => ({
    notebook_metadata: { notebook_name: name },
    lints: slugs.map((slug) => ({ slug, description: '', recommendation: '' })),
  });
  const report = (...notebooks: object[]): string =>
    JSON.stringify({ lints: [{ slug: 'dependencies-unmanaged' }], notebook_level_lints: notebooks });

  test('goes by the report of Pynblint, where there is one, and by the one of this run first', () => {
    const clean = report(lint('Untitled.ipynb'));
    expect(progressOf({ 'Untitled.ipynb': ok, 'pynblint.json': clean })).toMatchObject({
      total: 6,
      done: none.done + 1,
    });
    const bad = JSON.stringify(lint('Untitled.ipynb', 'invalid-python-syntax'));
    const files = { 'Untitled.ipynb': ok, 'pynblint.json': clean, 'test-reports/pynblint.json': bad };
    expect(progressOf(files).missing.at(-1)).toBe('put the notebooks in order: Untitled.ipynb: invalid-python-syntax');
  });

  test('is open while the report has seen fewer notebooks than there are, or is none', () => {
    const files = { 'a.ipynb': ok, 'b.ipynb': ok };
    expect(progressOf({ ...files, 'pynblint.json': report(lint('a.ipynb')) }).missing.at(-1)).toContain('1 of 2');
    expect(progressOf({ ...files, 'pynblint.json': '{}' }).missing.at(-1)).toContain('it is no report of Pynblint');
  });

  test('takes no word of another linter’s report, and gives it none', () => {
    const progress = progressOf({ 'a.ipynb': ok, 'pynblint.json': report(lint('a.ipynb')), 'ruff.json': '[]' });
    expect(progress.done).toBe(none.done + 2);
  });
});

test.each(['', '[]', '{"lints":[]}'])('the report %j is unreadable', (text) => {
  expect(readPynblint(text)).toHaveProperty('unreadable');
});

test('notebooks are read after every report, and checkpoints never', () => {
  const paths = ['a.ipynb', '.ipynb_checkpoints/a-checkpoint.ipynb', 'reports/pynblint.json', 'coverage.xml'];
  expect(chooseFiles(paths.map((path) => ({ path, bytes: 1 })))).toEqual([
    'coverage.xml',
    'reports/pynblint.json',
    'a.ipynb',
  ]);
});

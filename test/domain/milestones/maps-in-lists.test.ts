// Lists of words that hold maps, some of which cannot become text: no reader of evidence fails by them.
import { expect, test } from 'vitest';
import { checkDvc } from '../../../src/domain/milestones/check-dvc.ts';
import { describeCard, readCard } from '../../../src/domain/milestones/read-card.ts';
import { readSuite } from '../../../src/domain/milestones/read-expectations.ts';

const odd = '{ toString: 1, valueOf: [] }';

test.each(['model', 'dataset'] as const)('a %s card whose tags, languages and models are maps', (kind) => {
  const front = ['tags', 'language', 'license', 'datasets', 'metrics', 'configs', 'model-index', 'size_categories'];
  const card = `---\n${front.map((key) => `${key}: [${odd}, { config_name: default }]`).join('\n')}\n---\n# Card\n`;
  expect(describeCard(readCard(kind, card))).toMatch(/^\d+ of \d+, missing /);
});

test('a suite of expectations whose name and columns are maps', () => {
  const kwargs = { column_list: [{ toString: 1 }, 'day'] };
  const suite = readSuite(
    JSON.stringify({
      expectation_suite_name: { toString: 1 },
      expectations: [{ expectation_type: 'expect_table_columns_to_match_set', kwargs }],
    }),
  );
  expect(suite).toMatchObject({ name: '' });
});

test('a stage of dvc.yaml whose parameters are maps', () => {
  const dvcYaml = `stages:\n  train:\n    cmd: python train.py\n    params: [{ params.yaml: [${odd}] }]\n`;
  const files = {
    dvcYaml,
    dvcLock: 'stages: { train: { cmd: python train.py, params: { params.yaml: { a: 1 } } } }\n',
    params: new Map(),
    sizes: new Map(),
    texts: new Map(),
  };
  expect(() => checkDvc(files as Parameters<typeof checkDvc>[0])).not.toThrow();
});

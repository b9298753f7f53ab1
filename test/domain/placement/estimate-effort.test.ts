// Efforts and sizes equal the published figures, and the cases the published estimators failed on have an answer.
import { describe, expect, test } from 'vitest';
import { estimateEfforts } from '../../../src/domain/placement/model/describe-pipeline.ts';
import { measureMemory } from '../../../src/domain/placement/model/measure-memory.ts';
import { readMetadata } from '../../../src/domain/placement/model/read-metadata.ts';
import { readCase, readCaseMetadata } from './cases.ts';

type Expected = {
  preprocessing: number;
  training: number;
  evaluation: number;
  total: number;
  size_in_memory_kb?: object;
};
const { efforts } = JSON.parse(readCase('efforts.json')) as { efforts: Record<string, Expected> };

describe('the ten published pipelines', () => {
  test.each(Object.entries(efforts))('%s', (name, expected) => {
    const metadata = readCaseMetadata(name);
    const { preprocessing, training, evaluation, total } = expected;
    expect(estimateEfforts(metadata)).toEqual({ preprocessing, training, evaluation, total });
    if (expected.size_in_memory_kb) expect(measureMemory(metadata)).toEqual(expected.size_in_memory_kb);
  });

  test('an image folder is measured, and grows eightfold until it is normalised', () => {
    const metadata = readCaseMetadata('CIFAR_10/CNN');
    expect(measureMemory(metadata, 180_000)).toEqual({ original: 1_440_000, preprocessed: 1_440_000 });
    const normalised = { ...metadata, dataset: { ...metadata.dataset, normalized: true } };
    expect(measureMemory(normalised, 180_000)).toEqual({ original: 180_000, preprocessed: 180_000 });
    expect(measureMemory(normalised)).toEqual({ original: 180_000, preprocessed: 180_000 });
  });
});

/** A table of 1000 rows and 10 columns, half for training. */
function effortOf(type: string, params: object, rows = 1000): { training: number; evaluation: number } {
  const data = { n_samples: rows, n_features: 10 };
  const metadata = {
    components_type: { prepare: 'preprocessing', train: 'training', evaluate: 'evaluation' },
    dataset: {
      name: 'd',
      type: 'tabular',
      train_percentage: 0.5,
      test_percentage: 0.5,
      original: data,
      preprocessed: data,
    },
    model: { type, params },
  };
  const { value, problems } = readMetadata(JSON.stringify(metadata), 'metadata.json');
  if (!value) throw new Error(JSON.stringify(problems));
  const { training, evaluation } = estimateEfforts(value);
  return { training, evaluation };
}

const strided = (strides: number[]): object => ({
  type: 'Conv2D',
  input_shape: [4, 5, 1],
  output_shape: [2, 4, 3],
  kernel_size: [2, 2],
  strides,
});

describe('formulas', () => {
  test.each([
    ['linear_regression', {}, 500 * 100 + 1000, 5000],
    ['linear_regression', { solver: 'sgd' }, 1000 * 500 * 10, 5000],
    ['linear_regression', { solver: 'sgd', n_iter: 7 }, 7 * 500 * 10, 5000],
    ['logistic_regression', {}, 100 * 500 * 10, 5000],
    ['decision_tree', { max_depth: 3 }, Math.trunc(5000 * Math.log2(500)), 1500],
    ['decision_tree', { max_depth: null }, Math.trunc(5000 * Math.log2(500)), Math.trunc(500 * Math.log2(500))],
    ['decision_tree', {}, Math.trunc(5000 * Math.log2(500)), Math.trunc(500 * Math.log2(500))],
    ['random_forest', { n_estimators: 10, max_depth: 4 }, 10 * 5000 * 8, 500 * 10 * 4],
    ['random_forest', { max_depth: null }, 100 * 5000 * 8, 500 * 100 * Math.log2(500)],
    ['svm', {}, 5000 * 100, 5000],
    ['svm', { kernel: 'rbf', n_iter: 5 }, 500 * 500 * 10 * 5, 500 * 500 * 10],
    ['svm', { kernel: 'rbf', n_support_vectors: 20 }, 500 * 500 * 10 * 100, 500 * 20 * 10],
    // The published key, and one stride, the first, squared: a layer of 2 × 2 over one channel, to 2 × 4 × 3 values, counts 96 / 4.
    ['svm', { kernel: 'rbf', support_vectors: 20 }, 500 * 500 * 10 * 100, 500 * 20 * 10],
    ['svm', { kernel: 'linear', support_vectors: 20 }, 5000 * 100, 5000],
    ['cnn', { n_epochs: 1, layers: [strided([2, 1])] }, 2 * 3 * 500 * 24, 2 * 500 * 24],
    ['cnn', { n_epochs: 1, layers: [strided([1, 2])] }, 2 * 3 * 500 * 96, 2 * 500 * 96],
    ['pca', {}, 500 * 100 + 1000, 500 * 10 * 10],
    ['other', {}, 5000, 5000],
  ])('%s %o', (type, params, training, evaluation) => {
    expect(effortOf(type, params)).toEqual({ training, evaluation });
  });

  test('a product beyond 2^53 is rounded once, not at every step', () => {
    const rows = 2 * 94_906_267;
    const exact = Number(94_906_267n * 94_906_267n * 10n * 3n);
    expect(effortOf('svm', { kernel: 'rbf', n_iter: 3 }, rows).training).toBe(exact);
  });

  test('one row does not take the logarithm of nothing', () => {
    expect(effortOf('random_forest', { max_depth: null }, 1)).toEqual({ training: 0, evaluation: 0 });
  });
});

describe('metadata that is wrong', () => {
  const good = JSON.parse(readCase('pipelines/adult_income/LR/metadata.json')) as Record<string, never>;
  const problemsOf = (change: object): string[] =>
    readMetadata(JSON.stringify({ ...good, ...change }, null, 2), 'm.json').problems.map(
      ({ line, code, message }) => `${line} ${code} ${message}`,
    );

  test('an unknown model gets a suggestion and its line', () => {
    const [only, ...more] = problemsOf({ model: { type: 'random_forrest', params: {} } });
    expect(only).toMatch(
      /^\d+ metadata-invalid model\.type: unknown model "random_forrest"; did you mean "random_forest"\?$/,
    );
    expect(more).toEqual([]);
  });

  test('everything is reported at once', () => {
    const { dataset } = good as unknown as { dataset: object };
    const found = problemsOf({
      components_type: { a: 'traning' },
      dataset: { ...dataset, train_percentage: 2, original: { n_samples: -1 } },
    });
    expect(found).toHaveLength(3);
  });

  test('shares beyond one, networks without layers and unknown dependencies are said', () => {
    const { dataset } = good as unknown as { dataset: object };
    const found = problemsOf({
      dataset: { ...dataset, train_percentage: 0.8, test_percentage: 0.8 },
      model: { type: 'nn', params: {} },
      dependencies: { model_training: ['nothing'] },
    });
    expect(found).toHaveLength(3);
  });

  test('text that is not JSON', () => {
    const [only] = readMetadata('{\n "a": 1,\n}', 'm.json').problems;
    expect(only).toMatchObject({ code: 'json-invalid', line: 3 });
  });
});

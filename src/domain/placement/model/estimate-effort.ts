// How much work a model is, in operations, by the published formulas: an order of size, not a duration.
import type { ModelParams } from './model-params.ts';
import { countOperations } from './count-layers.ts';
import { Failure } from '../../text/failure.ts';

/** What a formula is given: rows, columns and the model's parameters. */
type Load = { rows: number; columns: number; params: ModelParams };
type Estimator = { train: (load: Load) => number; predict: (load: Load) => number };

const linear = ({ rows, columns }: Load): number => product(rows, columns);

/** Levels of a tree; a depth of null means "until the leaves are pure", which is log2 of the rows. */
const depth = ({ rows, params }: Load): number => params.max_depth ?? (rows > 1 ? Math.log2(rows) : 1);
const log2 = (rows: number): number => (rows > 1 ? Math.log2(rows) : 0);

const leastSquares = ({ rows, columns }: Load): number =>
  product(rows, columns, columns) + product(columns, columns, columns);

const estimators: Record<string, Estimator> = {
  linear_regression: {
    train: (load) =>
      load.params.solver === 'sgd' ? product(load.params.n_iter ?? 1000, load.rows, load.columns) : leastSquares(load),
    predict: linear,
  },
  logistic_regression: {
    train: ({ rows, columns, params }) => product(rows, columns, params.n_iter ?? 100),
    predict: linear,
  },
  decision_tree: {
    train: ({ rows, columns }) => Math.trunc(columns * rows * log2(rows)),
    predict: (load) => Math.trunc(load.rows * depth(load)),
  },
  random_forest: {
    train: ({ rows, columns, params }) => product(params.n_estimators ?? 100, columns, rows, Math.trunc(log2(rows))),
    predict: (load) => load.rows * (load.params.n_estimators ?? 100) * depth(load),
  },
  svm: {
    train: ({ rows, columns, params }) =>
      params.kernel === undefined || params.kernel === 'linear'
        ? product(rows, columns, params.n_iter ?? 100)
        : product(rows, rows, columns, params.n_iter ?? 100),
    predict: ({ rows, columns, params }) =>
      params.kernel === undefined || params.kernel === 'linear'
        ? product(rows, columns)
        : product(rows, params.support_vectors ?? params.n_support_vectors ?? rows, columns),
  },
  nn: {
    train: ({ rows, params }) => 6 * (params.n_epochs ?? 1) * rows * countOperations(params.layers ?? []),
    predict: ({ rows, params }) => 2 * rows * countOperations(params.layers ?? []),
  },
  // The published pca and tsne gave no number at all; these are the textbook counts.
  pca: {
    train: leastSquares,
    predict: ({ rows, columns, params }) => product(rows, columns, params.n_components ?? columns),
  },
  tsne: { train: ({ rows, params }) => product(rows, rows, params.n_iter ?? 1000), predict: linear },
  other: { train: linear, predict: linear },
};
estimators['cnn'] = estimators['nn']!;

export const models: readonly string[] = Object.keys(estimators);

/** True for models that run on an accelerator's libraries. */
export function isTensorModel(model: string): boolean {
  return model === 'nn' || model === 'cnn';
}

/** Operations of training and of prediction for one model. The model must be one of `models`. */
export function estimateModel(model: string, load: { train: Load; test: Load }): { train: number; predict: number } {
  const estimator = estimators[model];
  if (!estimator) throw new Failure('placement-model', `no estimator for ${model}`);
  return { train: estimator.train(load.train), predict: estimator.predict(load.test) };
}

/** A product of whole numbers rounded once: the published sums are exact integers of any size. */
function product(...factors: number[]): number {
  const plain = factors.reduce((left, right) => left * right, 1);
  if (Number.isSafeInteger(plain) || !factors.every(Number.isInteger)) return plain;
  return Number(factors.reduce((left, right) => left * BigInt(right), 1n));
}

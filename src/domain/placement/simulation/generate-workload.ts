// Workloads of any size from a seed: pipelines as a course would submit them.
import { describePipeline } from '../model/describe-pipeline.ts';
import { pick, startSource, type Source } from '../placers/draw-random.ts';
import type { Pipeline } from '../model/pipeline.ts';
import type { Layer, ModelParams } from '../model/model-params.ts';
import type { Metadata } from '../model/read-metadata.ts';
import { Failure } from '../../text/failure.ts';

/** How the models are mixed, in shares of twenty; about a fifth uses a tensor library, as in the published set. */
const mix = ['logistic_regression', 'decision_tree', 'random_forest', 'svm', 'nn', 'cnn'] as const;
const shares = [4, 4, 4, 4, 2, 2];

/** `count` pipelines of mixed models and sizes. `spread` is the mean number of seconds between two submissions; 0 is all at once. */
export function generateWorkload(count: number, seed: number, spread = 0): Pipeline[] {
  const source = startSource(seed);
  let at = 0;
  return Array.from({ length: count }, (_, index) => {
    const metadata = drawMetadata(source);
    if (index > 0) at += -Math.log(1 - source.draw()) * spread;
    const name = `generated/${String(index + 1).padStart(4, '0')}-${metadata.model.type}`;
    const described = describePipeline(metadata, { name, submitted: at });
    if ('circle' in described) throw new Failure('placement-generate', 'a generated pipeline is a circle');
    return described.pipeline;
  });
}

function drawMetadata(source: Source): Metadata {
  const model = pick(
    mix.flatMap((name, index) => Array.from({ length: shares[index] ?? 0 }, () => name)),
    source,
  ) as (typeof mix)[number];
  const image = model === 'nn' || model === 'cnn';
  const rows = Math.round(between(source, image ? 10_000 : 5_000, image ? 70_000 : 500_000));
  const columns = Math.round(between(source, 8, 60));
  const side = pick([28, 32], source) ?? 28;
  const channels = side === 32 ? 3 : 1;
  const data = image
    ? { n_samples: rows, input_shape: [side, side, channels] }
    : { n_samples: rows, n_features: columns, data_types: { float64: columns + 1 } };
  const params = drawParams(source, model, [side, side, channels]);
  return {
    components_type: {
      data_preprocessing: 'preprocessing',
      model_training: 'training',
      model_evaluation: 'evaluation',
    },
    dataset: {
      name: 'generated',
      type: image ? 'image' : 'tabular',
      train_percentage: 0.8,
      val_percentage: 0,
      test_percentage: 0.2,
      normalized: false,
      original: data,
      preprocessed: data,
    },
    model: { type: model, params },
  };
}

function drawParams(source: Source, model: (typeof mix)[number], input: number[]): ModelParams {
  const epochs = Math.round(between(source, 2, 10));
  if (model === 'decision_tree') return { max_depth: Math.round(between(source, 5, 30)) };
  if (model === 'random_forest') return { n_estimators: Math.round(between(source, 50, 200)), max_depth: 20 };
  if (model === 'svm') return { kernel: 'linear', n_iter: Math.round(between(source, 200, 1000)) };
  if (model === 'nn') return { n_epochs: epochs, layers: denseLayers(input) };
  if (model === 'cnn') return { n_epochs: epochs, layers: [...convolutions(input), ...denseLayers([13, 13, 64])] };
  return { n_iter: 100 };
}

function denseLayers(input: readonly number[]): Layer[] {
  const values = input.reduce((left, right) => left * right, 1);
  return [
    { type: 'Dense', input_shape: [values], output_shape: [128] },
    { type: 'Dense', input_shape: [128], output_shape: [10] },
  ];
}

function convolutions([width = 32, height = 32, channels = 3]: readonly number[]): Layer[] {
  const first = [width - 2, height - 2, 32];
  return [
    {
      type: 'Conv2D',
      input_shape: [width, height, channels],
      output_shape: first,
      kernel_size: [3, 3],
      strides: [1, 1],
    },
    { type: 'MaxPooling2D', input_shape: first, output_shape: [15, 15, 32], pool_size: [2, 2] },
    { type: 'Conv2D', input_shape: [15, 15, 32], output_shape: [13, 13, 64], kernel_size: [3, 3], strides: [1, 1] },
  ];
}

/** A number whose logarithm is evenly spread: datasets come in all orders of size. */
function between(source: Source, least: number, most: number): number {
  return least * (most / least) ** source.draw();
}

// Multiply-accumulates of one pass through a neural network's layers.
import type { Layer } from './model-params.ts';

/** Dense, Conv2D and MaxPooling2D count; layers that only reshape or drop values cost nothing. */
export function countOperations(layers: readonly Layer[]): number {
  return layers.reduce((sum, layer) => sum + countLayer(layer), 0);
}

function countLayer(layer: Layer): number {
  const [width = 1, height = 1, channels = 1] = layer.output_shape;
  const inputs = layer.input_shape.at(-1) ?? 1;
  if (layer.type === 'Dense') return inputs * (layer.output_shape.at(-1) ?? 1) + (layer.output_shape.at(-1) ?? 1);
  if (layer.type === 'Conv2D') {
    const [kernelWidth, kernelHeight] = layer.kernel_size ?? [1, 1];
    // The published formula knows one stride, the first.
    const [stride] = layer.strides ?? [1];
    return (kernelWidth * kernelHeight * inputs * width * height * channels) / (stride * stride);
  }
  if (layer.type === 'MaxPooling2D') {
    const [poolWidth, poolHeight] = layer.pool_size ?? [2, 2];
    return poolWidth * poolHeight * inputs * width * height;
  }
  return 0;
}

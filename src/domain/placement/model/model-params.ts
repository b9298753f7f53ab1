// The parameters of a model as metadata.json gives them.
import { z } from 'zod';

export const count = z.number().int().positive().max(1e12);
const pair = z.tuple([z.number().positive(), z.number().positive()]);
export const shape = z.array(count).min(1).max(8);

const layerSchema = z.looseObject({
  type: z.string().max(100),
  input_shape: shape,
  output_shape: shape,
  kernel_size: pair.optional(),
  strides: pair.optional(),
  pool_size: pair.optional(),
});
export const paramsSchema = z.looseObject({
  n_iter: count.optional(),
  solver: z.string().max(100).optional(),
  max_depth: count.nullish(),
  n_estimators: count.optional(),
  kernel: z.string().max(100).optional(),
  support_vectors: count.optional(),
  /** Another spelling of the same. */
  n_support_vectors: count.optional(),
  n_components: count.optional(),
  n_epochs: count.optional(),
  layers: z.array(layerSchema).max(10_000).optional(),
});

export type ModelParams = z.output<typeof paramsSchema>;
export type Layer = z.output<typeof layerSchema>;

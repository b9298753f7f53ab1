// How much memory a dataset takes, in KiB, by the published rule.
import type { Dataset, Metadata } from './read-metadata.ts';
import type { Sizes } from './pipeline.ts';

/** Bytes of one value of a data frame column; text and unknown types are counted as a pointer. */
function itemSize(type: string): number {
  if (type === 'bool' || type === 'boolean') return 1;
  const bits = /^(?:u?int|float|complex)(8|16|32|64|128)$/i.exec(type)?.[1];
  return bits === undefined ? 8 : Number(bits) / 8;
}

/** Before and after preprocessing. `folderKb` is the size on disk of an image dataset, where somebody measured it. */
export function measureMemory(metadata: Metadata, folderKb?: number): Sizes {
  const { dataset } = metadata;
  if (dataset.type === 'tabular') {
    return { original: measureTable(dataset.original), preprocessed: measureTable(dataset.preprocessed) };
  }
  // An image that is not normalised yet grows from one byte to a double per value.
  const factor = dataset.normalized ? 1 : 8;
  if (folderKb !== undefined) return { original: folderKb * factor, preprocessed: folderKb * factor };
  return {
    original: measureImages(dataset.original) * factor,
    preprocessed: measureImages(dataset.preprocessed) * factor,
  };
}

function measureTable(table: Dataset): number {
  const types = Object.entries(table.data_types ?? {});
  const rowBytes =
    types.length > 0
      ? types.reduce((sum, [type, count]) => sum + itemSize(type) * count, 0)
      : 8 * ((table.n_features ?? 0) + 1);
  return Math.trunc((rowBytes * table.n_samples) / 1024);
}

function measureImages(images: Dataset): number {
  const values = (images.input_shape ?? []).reduce((left, right) => left * right, 1);
  return Math.trunc((values * images.n_samples) / 1024);
}

// What does not belong in git: large files, and the models and archives that a pipeline makes again.

export type TreeFile = { path: string; bytes: number };
export type BigFile = TreeFile & { why: 'large' | 'made' };

const MADE =
  /\.(?:joblib|pkl|pickle|h5|hdf5|keras|pt|pth|onnx|ckpt|safetensors|parquet|feather|zip|tar|gz|7z|db|sqlite3?)$/i;
/** A pointer of Git LFS or DVC stands for a file of any size in about this many bytes. */
const POINTER_BYTES = 300;

/** Files above `limit` bytes, and smaller ones of a kind that a pipeline makes. Slices that the course sent are exempt. */
export function findBigFiles(tree: readonly TreeFile[], limit: number, shipped: ReadonlySet<string>): BigFile[] {
  return tree
    .filter(({ path }) => !shipped.has(path))
    .flatMap((file): BigFile[] => {
      if (file.bytes > limit) return [{ ...file, why: 'large' }];
      return MADE.test(file.path) && file.bytes > POINTER_BYTES ? [{ ...file, why: 'made' }] : [];
    })
    .toSorted((a, b) => b.bytes - a.bytes);
}

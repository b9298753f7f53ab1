// A pipeline file on disk → the checked graph.
import { readPipeline, type ReadPipeline } from '../domain/pipeline/read-pipeline.ts';
import { findPipeline, type FoundPipeline, isThere, type LoadOptions, readInside } from './find-pipeline.ts';

export type LoadedPipeline = ReadPipeline & Pick<FoundPipeline, 'file' | 'root' | 'bytes'>;

/** What a reader asks about the repository. */
export type Asking = {
  exists: (path: string) => boolean;
  readFile: (path: string) => Uint8Array | undefined;
};

/** Reads a pipeline; undefined when there is no such file. */
export function loadPipeline(options: LoadOptions): LoadedPipeline | undefined {
  const found = findPipeline(options);
  return found && readFound(found, options, askDisk(found));
}

export function askDisk(found: FoundPipeline): Asking {
  return { exists: (path) => isThere(found.root, path), readFile: (path) => readInside(found, path) };
}

export function readFound(found: FoundPipeline, { values }: LoadOptions, asking: Asking): LoadedPipeline {
  const { file, root, bytes, depth, runners } = found;
  return { ...readPipeline(bytes, { file, values, depth, runners, ...asking }), file, root, bytes };
}

// A pipeline file on disk → the checked graph. Knows where the repository begins and which files exist.
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { checkPath } from '../domain/pipeline/pipeline-path.ts';
import { readPipeline, type ReadPipeline } from '../domain/pipeline/read-pipeline.ts';

export type LoadOptions = {
  /** Name of the pipeline file, or undefined for the usual ones. */
  file?: string | undefined;
  folder: string;
  values?: ReadonlyMap<string, string> | undefined;
  runners?: string | undefined;
};

export type LoadedPipeline = ReadPipeline & {
  /** As shown to people: relative to the folder it was asked for in. */
  file: string;
  /** Folder of the file: where its tasks run. */
  root: string;
  bytes: Uint8Array;
};

/** The usual names, in the order in which they are looked for. */
export const usualFiles = ['pipeline.yml', 'pipeline.yaml', 'dvc.yaml'];

/** The pipeline file in a folder, or undefined. */
function findPipelineFile(folder: string): string | undefined {
  return usualFiles.find((name) => existsSync(join(folder, name)));
}

/** Reads a pipeline; undefined when there is no such file. */
export function loadPipeline(options: LoadOptions): LoadedPipeline | undefined {
  const given = options.file ?? findPipelineFile(options.folder);
  if (given === undefined) return undefined;
  const path = resolve(options.folder, given);
  // GitHub knows files by names with slashes, on every system.
  const file = given.split(sep).join('/');
  const bytes = readIfFile(path);
  if (!bytes) return undefined;
  const root = dirname(path);
  const runners = options.runners === undefined ? undefined : readIfFile(resolve(options.folder, options.runners));
  const depth = depthOf(root);
  const read = readPipeline(bytes, {
    file,
    values: options.values,
    exists: (inner) => existsSync(join(root, inner)),
    depth,
    readFile: (inner) => (checkPath(inner, depth).ok ? readIfFile(join(root, inner)) : undefined),
    runners: runners && { file: options.runners!, bytes: runners },
  });
  return { ...read, file, root, bytes };
}

/** Bytes of a file, or undefined when there is none. */
function readIfFile(path: string): Uint8Array | undefined {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ? readFileSync(path) : undefined;
}

/** How many folders a folder is below the root of its repository; none when it is in no repository. */
function depthOf(folder: string): number {
  for (let at = folder; ; at = dirname(at)) {
    if (existsSync(join(at, '.git'))) return relative(at, folder).split(sep).filter(Boolean).length;
    if (dirname(at) === at) return 0;
  }
}

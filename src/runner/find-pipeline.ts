// Where a pipeline file is, and what its reader may ask about the repository around it.
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { checkPath } from '../domain/pipeline/pipeline-path.ts';

export type LoadOptions = {
  /** Name of the pipeline file, or undefined for the usual ones. */
  file?: string | undefined;
  folder: string;
  values?: ReadonlyMap<string, string> | undefined;
  runners?: string | undefined;
};

export type FoundPipeline = {
  /** As shown to people: relative to the folder it was asked for in. */
  file: string;
  /** Folder of the file: where its tasks run. */
  root: string;
  bytes: Uint8Array;
  /** How many folders the file is below the root of its repository. */
  depth: number;
  runners: { file: string; bytes: Uint8Array } | undefined;
};

/** The usual names, in the order in which they are looked for. */
export const usualFiles = ['pipeline.yml', 'pipeline.yaml', 'dvc.yaml'];

/** Undefined when there is no such file. */
export function findPipeline(options: LoadOptions): FoundPipeline | undefined {
  const given = options.file ?? usualFiles.find((name) => existsSync(join(options.folder, name)));
  if (given === undefined) return undefined;
  const path = resolve(options.folder, given);
  const bytes = readIfFile(path);
  if (!bytes) return undefined;
  const root = dirname(path);
  const runners = options.runners === undefined ? undefined : readIfFile(resolve(options.folder, options.runners));
  return {
    // GitHub knows files by names with slashes, on every system.
    file: given.split(sep).join('/'),
    root,
    bytes,
    depth: depthOf(root),
    runners: runners && { file: options.runners!, bytes: runners },
  };
}

export function isThere(root: string, path: string): boolean {
  return existsSync(join(root, path));
}

/** Bytes of a file of the repository, or undefined when there is none. */
export function readInside({ root, depth }: FoundPipeline, path: string): Uint8Array | undefined {
  return checkPath(path, depth).ok ? readIfFile(join(root, path)) : undefined;
}

function readIfFile(path: string): Uint8Array | undefined {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ? readFileSync(path) : undefined;
}

/** None when it is in no repository. */
function depthOf(folder: string): number {
  for (let at = folder; ; at = dirname(at)) {
    if (existsSync(join(at, '.git'))) return relative(at, folder).split(sep).filter(Boolean).length;
    if (dirname(at) === at) return 0;
  }
}

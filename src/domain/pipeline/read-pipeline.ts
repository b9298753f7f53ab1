// Bytes of a pipeline file, in any form → the pipeline, its graph, and every problem with its line.
import { isAcceptable, type Problem } from '../text/problem.ts';
import { sayForeign } from './foreign-format.ts';
import { type Graph, linkGraph, type LinkOptions } from './link-graph.ts';
import type { Form, Pipeline } from './model.ts';
import { readDvc } from './read-dvc.ts';
import { readMlPipeline, readRunners } from './read-mlpipeline.ts';
import { readPracticum } from './read-practicum.ts';
import { collector, readTree, type Say, start, type Tree } from './read-yaml.ts';
import { get } from './tree-lookup.ts';

export type ReadOptions = LinkOptions & {
  /** Name of the file, for problems. */
  file: string;
  /** A file with `runners:`, and its name. */
  runners?: { file: string; bytes: Uint8Array } | undefined;
  /** Other files that a dvc.yaml names for its values, such as params.yaml. */
  readFile?: ((path: string) => Uint8Array | undefined) | undefined;
};

export type ReadPipeline = { ok: boolean; problems: Problem[]; pipeline?: Pipeline; graph?: Graph };

/** Reads, checks and orders. `ok` only when no problem is an error; then there is a graph. Never throws for a text. */
export function readPipeline(bytes: Uint8Array, options: ReadOptions): ReadPipeline {
  const problems: Problem[] = [];
  const say = collector(options.file, problems);
  try {
    return readAll(bytes, options, problems, say);
  } catch (error) {
    // A fault of ours is still an answer to the person whose file it is, and never a good one.
    say(start, 'not-understood', `this file was not understood: ${(error as Error).message.slice(0, 200)}`);
    return { ok: false, problems };
  }
}

function readAll(bytes: Uint8Array, options: ReadOptions, problems: Problem[], say: Say): ReadPipeline {
  const isDvc = /(?:^|\/)dvc\.ya?ml$/.test(options.file);
  const root = readTree(bytes, say, isDvc ? { kind: 'map', at: start, entries: [] } : undefined);
  const form = root && formOf(root, options.file);
  const foreign: Problem[] = [];
  if (
    sayForeign(
      new TextDecoder().decode(bytes.subarray(0, 256 * 1024)),
      options.file,
      root,
      form !== undefined && root?.kind === 'map',
      collector(options.file, foreign),
    )
  )
    return { ok: false, problems: foreign };
  const pipeline = root && readForm(root, form, options, problems, say);
  const graph = pipeline && linkGraph(pipeline, options, say);
  problems.sort(
    (a, b) =>
      Number(a.file !== options.file) - Number(b.file !== options.file) || a.line - b.line || a.column - b.column,
  );
  if (pipeline?.unread) return { ok: false, problems };
  const ok = isAcceptable(problems) && graph !== undefined;
  return { ok, problems, ...(pipeline ? { pipeline } : {}), ...(graph ? { graph } : {}) };
}

function readForm(
  root: Tree,
  form: Form | undefined,
  options: ReadOptions,
  problems: Problem[],
  say: Say,
): Pipeline | undefined {
  switch (form) {
    case 'mlpipeline':
      return readMlPipeline(root, givenRunners(options, problems), say);
    case 'dvc':
      return readDvc(
        root,
        { readFile: options.readFile ?? (() => undefined), exists: options.exists, depth: options.depth },
        say,
      );
    case 'practicum':
      return readPracticum(root, say);
    case undefined:
      say(root.at, 'unknown-form', 'not a pipeline file: expected a top-level `tasks`, `pipeline` or `stages`', {
        hint: 'begin with version: 1, name: … and tasks: …',
      });
      return undefined;
  }
}

function givenRunners({ runners }: ReadOptions, problems: Problem[]): Map<string, string> {
  if (!runners) return new Map();
  const say = collector(runners.file, problems);
  const tree = readTree(runners.bytes, say);
  return tree ? readRunners(tree, say) : new Map();
}

/** Which form a file is written in, by the keys that only it has; of a dvc.yaml by its name. */
function formOf(root: Tree, file: string): Form | undefined {
  if (get(root, 'pipeline')) return 'mlpipeline';
  if (get(root, 'tasks') && get(root, 'version')) return 'practicum';
  if (/(?:^|\/)dvc\.ya?ml$/.test(file)) return 'dvc';
  if (root.kind === 'list') return root.items.some((item) => get(item, 'pipeline')) ? 'mlpipeline' : undefined;
  if (get(root, 'stages')) return 'dvc';
  if (get(root, 'tasks') || get(root, 'version') || get(root, 'serve')) return 'practicum';
  return get(root, 'components') ? 'mlpipeline' : undefined;
}

// What a student's service is made of: the files that it is trained and served with, and the tasks that it needs.
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { readYamlValue } from '../domain/text/parse-yaml.ts';

type PipelineFile = {
  tasks?: Record<string, { run?: string; inputs?: unknown }>;
  serve?: { run?: string; inputs?: unknown };
};

/** What comes and goes without a word of new data, code or parameters. */
const besides = new Set(['.git', 'requests', 'answers', 'practicum.yml']);

/** The same for the same files: nobody trains again when only a question has come. */
export async function digestOf(folder: string): Promise<string> {
  const entries = (await readdir(folder)).filter((name) => !besides.has(name)).toSorted();
  const hash = createHash('sha256');
  const add = async (path: string): Promise<void> => {
    const content = await readFile(path);
    hash.update(`${relative(folder, path)}\0${content.length}\0`).update(content);
  };
  for (const name of entries) {
    const inside = await readdir(join(folder, name), { recursive: true, withFileTypes: true }).catch(() => undefined);
    if (!inside) await add(join(folder, name));
    const files = (inside ?? []).filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
    for (const file of files.toSorted()) await add(file);
  }
  return hash.digest('hex');
}

/** How to serve, and what has to run before, in the order of the file; undefined where nothing is served. */
export async function readServing(folder: string): Promise<{ serve: string; tasks: string[] } | undefined> {
  const text = await readFile(join(folder, 'pipeline.yml'), 'utf8').catch(() => '');
  const read = readYamlValue(text);
  const { tasks = {}, serve } = ('value' in read ? (read.value ?? {}) : {}) as PipelineFile;
  if (!serve?.run) return undefined;
  const needed = new Set<string>();
  const need = (inputs: unknown): void => {
    // `train.model`: an output of the task; what has no such name is an input of the pipeline.
    const names = Array.isArray(inputs) ? inputs.map((input) => String(input).split('.')[0]!) : Object.keys(tasks);
    for (const name of names) {
      if (needed.has(name) || !tasks[name]) continue;
      needed.add(name);
      need(tasks[name].inputs);
    }
  };
  need(serve.inputs);
  const ordered = Object.entries(tasks).filter(([name]) => needed.has(name));
  return { serve: serve.run, tasks: ordered.map(([, { run = 'true' }]) => run) };
}

// Fits the student template that takes any data to a course: what is to be learned, an example of it, where data arrives.
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeYaml } from '../domain/text/write-yaml.ts';
import { readYamlValue } from '../domain/text/parse-yaml.ts';
import type { StudentTask } from './student-task.ts';

/** A template without a folder `tasks` knows its task already, and is left as it is. */
export async function fitTemplate(folder: string, tasks: readonly StudentTask[]): Promise<void> {
  const known = await stat(join(folder, 'tasks')).catch(() => undefined);
  if (!known?.isDirectory()) return;
  for (const task of tasks) {
    await writeFile(join(folder, 'tasks', `${task.challenge}.json`), `${JSON.stringify(task, undefined, 2)}\n`);
  }
  const example = { request_id: 'example', instances: [tasks[0]?.example ?? {}] };
  await writeFile(join(folder, 'tests/example_request.json'), `${JSON.stringify(example, undefined, 2)}\n`);
  const folders = [...new Set(tasks.map((task) => task.folder))];
  for (const name of folders) {
    await mkdir(join(folder, name), { recursive: true });
    await writeFile(join(folder, name, '.gitkeep'), '');
  }
  await fitPipeline(
    join(folder, 'pipeline.yml'),
    folders,
    tasks.some(({ serves }) => serves),
  );
}

type Pipeline = { inputs?: Record<string, string>; tasks?: Record<string, { inputs?: string[] }>; serve?: unknown };

/** Nobody serves what no challenge asks. The first folder is called `slices`, others `slices-2`, …; every task that reads the first reads all. */
async function fitPipeline(file: string, folders: readonly string[], serves: boolean): Promise<void> {
  const read = readYamlValue(await readFile(file, 'utf8'));
  const pipeline = ('value' in read ? read.value : undefined) as Pipeline | undefined;
  if (!pipeline?.tasks) return;
  const names = folders.map((folder, index) => [index === 0 ? 'slices' : `slices-${index + 1}`, folder] as const);
  pipeline.inputs = { ...pipeline.inputs, ...Object.fromEntries(names) };
  for (const task of Object.values(pipeline.tasks)) {
    if (task.inputs?.includes('slices')) task.inputs.push(...names.slice(1).map(([name]) => name));
  }
  if (!serves) delete pipeline.serve;
  await writeFile(file, writeYaml(pipeline));
}

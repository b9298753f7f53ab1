// One task of a pipeline.yml as the placement workflow runs it: a script, and what it hands on.
import { parse } from 'yaml';
import { pipelineSchema, type PipelineFile } from '../pipeline/pipeline-schema.ts';

export type TaskScript = {
  script: string;
  /** Paths that this task and those before it made. */
  outputs: string[];
};

/** Undefined where the file has no such task, or is not a pipeline.yml. */
export function writeTaskScript(text: string, task: string, before: readonly string[]): TaskScript | undefined {
  const file = readFile(text);
  const found = file?.tasks[task];
  if (!file || !found) return undefined;
  const variables = Object.entries({ ...file.env, ...found.env });
  const exports = variables.map(([name, value]) => `export ${name}=${quote(String(value))}`);
  const outputs = [...before, task].flatMap((name) => Object.values(file.tasks[name]?.outputs ?? {}));
  return {
    script: ['set -e', ...exports, found.run, ''].join('\n'),
    outputs: [...new Set(outputs.map((output) => (typeof output === 'string' ? output : output.path)))],
  };
}

function readFile(text: string): PipelineFile | undefined {
  try {
    const parsed = pipelineSchema.safeParse(parse(text, { maxAliasCount: 20 }));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}

/** Every task that has to be over before this one, nearest last. */
export function tasksBefore(tasks: readonly { name: string; after: readonly string[] }[], task: string): string[] {
  const direct = tasks.find(({ name }) => name === task)?.after ?? [];
  return [...new Set([...direct.flatMap((name) => tasksBefore(tasks, name)), ...direct])];
}

/** A word of a POSIX shell, whatever is in it. */
function quote(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

// Our own form, pipeline.yml: tasks by name, with commands and files.
import { z } from 'zod';
import { explainIssues, toPlain } from './explain-issues.ts';
import { mendTree } from './mend-tree.ts';
import { type Output, type Pipeline, plainTask, type Reference, type Serve, type Task, usualTimeout } from './model.ts';
import { type PipelineFile, pipelineSchema } from './pipeline-schema.ts';
import type { Place, Say, Tree } from './read-yaml.ts';
import { get, refuseTwice } from './tree-lookup.ts';

/** The pipeline that the file means; what the schema or YAML does not allow goes to `say`. */
export function readPracticum(written: Tree, say: Say): Pipeline | undefined {
  refuseRepeats(written, say);
  const root = withoutRepeats(written);
  const parsed = pipelineSchema.safeParse(toPlain(root));
  if (parsed.success) return readFile(root, parsed.data);
  explainIssues(parsed.error.issues, root, knownKeys, say);
  const { tree, unread } = mendTree(root, parsed.error.issues);
  const again = pipelineSchema.safeParse(toPlain(tree));
  return again.success ? { ...readFile(tree, again.data), unread } : undefined;
}

function readFile(root: Tree, file: PipelineFile): Pipeline {
  const tasks = entriesOf(get(root, 'tasks')).map(({ key, keyAt, value }) =>
    readTask(key, keyAt, value, file.tasks[key]!),
  );
  const inputs = entriesOf(get(root, 'inputs')).map(({ key, keyAt }) => ({
    name: key,
    at: keyAt,
    path: file.inputs![key]!,
  }));
  const wanted = file.outputs ? references(get(root, 'outputs')) : null;
  const pipeline: Pipeline = { form: 'practicum', name: file.name, env: variables(file.env), inputs, tasks, wanted };
  return file.serve ? { ...pipeline, serve: readServe(get(root, 'serve')!, file.serve) } : pipeline;
}

function readTask(name: string, at: Place, tree: Tree, task: PipelineFile['tasks'][string]): Task {
  const outputs = entriesOf(get(tree, 'outputs')).map(({ key, keyAt }): Output => {
    const written = task.outputs![key]!;
    return typeof written === 'string'
      ? { name: key, at: keyAt, path: written, kind: 'file' }
      : {
          name: key,
          at: keyAt,
          path: written.path,
          kind: written.kind ?? 'file',
          ...(written.persist ? { persist: true } : {}),
        };
  });
  return {
    ...plainTask(name, at, { type: 'shell', command: task.run }),
    inputs: references(get(tree, 'inputs')),
    outputs,
    dependencies: references(get(tree, 'dependencies')),
    env: variables(task.env),
    timeoutMinutes: task['timeout-minutes'] ?? usualTimeout,
    retries: task.retries ?? 0,
    always: task.if === 'always',
    runsOn: [task['runs-on'] ?? []].flat(),
    code: task.code ?? [],
    ...(task.kind ? { kind: task.kind } : {}),
  };
}

function readServe(tree: Tree, serve: NonNullable<PipelineFile['serve']>): Serve {
  return {
    at: tree.at,
    run: serve.run ?? '',
    inputs: references(get(tree, 'inputs')),
    shape: serve.shape ?? 'batch',
    health: serve.health ?? '/health',
    predict: serve.predict ?? '/predict',
    env: variables(serve.env),
    startSeconds: serve['start-seconds'] ?? 60,
    ...(serve.example ? { example: serve.example } : {}),
    ...(serve.url ? { url: serve.url } : {}),
  };
}

function references(tree: Tree | undefined): Reference[] {
  if (tree?.kind !== 'list') return [];
  return tree.items.map((item) => ({ text: item.kind === 'scalar' ? item.source : '', at: item.at }));
}

function variables(env: PipelineFile['env']): [string, string][] {
  return Object.entries(env ?? {}).map(([key, value]) => [key, String(value)]);
}

function entriesOf(tree: Tree | undefined): Extract<Tree, { kind: 'map' }>['entries'] {
  return tree?.kind === 'map' ? tree.entries : [];
}

/** YAML would silently keep the last of two equal keys. */
function refuseRepeats(tree: Tree, say: Say, path: string[] = []): void {
  if (tree.kind === 'list') for (const item of tree.items) refuseRepeats(item, say, [...path, '-']);
  if (tree.kind !== 'map') return;
  const isTasks = path.length === 1 && path[0] === 'tasks';
  refuseTwice(tree.entries, isTasks ? 'task' : 'key', say, isTasks ? 'duplicate-task' : 'duplicate-key');
  for (const { key, keyAt, value } of tree.entries) {
    if (key === '__proto__') say(keyAt, 'bad-name', '`__proto__` cannot be a name');
    refuseRepeats(value, say, [...path, key]);
  }
}

/** Of keys that stand twice the first: what is said and what is read is then of one text. */
function withoutRepeats(tree: Tree): Tree {
  if (tree.kind === 'list') return { ...tree, items: tree.items.map(withoutRepeats) };
  if (tree.kind !== 'map') return tree;
  const seen = new Set<string>();
  const entries = tree.entries.filter(({ key }) => key !== '__proto__' && !seen.has(key) && seen.add(key));
  return { ...tree, entries: entries.map((entry) => ({ ...entry, value: withoutRepeats(entry.value) })) };
}

/** The keys that the schema knows at a path, for suggestions. */
function knownKeys(path: readonly PropertyKey[]): string[] {
  let schema: unknown = pipelineSchema;
  for (const step of path) {
    if (schema instanceof z.ZodOptional) schema = schema.unwrap();
    if (schema instanceof z.ZodRecord) schema = schema.valueType;
    else if (schema instanceof z.ZodObject) schema = schema.shape[String(step)];
    else return [];
  }
  if (schema instanceof z.ZodOptional) schema = schema.unwrap();
  if (schema instanceof z.ZodUnion) schema = schema.options.find((option) => option instanceof z.ZodObject);
  return schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];
}

// pipeline.yml and a dataset card → the metadata a placer needs, for those who wrote no metadata.json.
import { z } from 'zod';
import { readYamlValue } from '../../text/parse-yaml.ts';
import type { Problem } from '../../text/problem.ts';
import { models } from './estimate-effort.ts';
import { nameSchema } from './node.ts';
import { kinds, type Kind } from './pipeline.ts';
import { findProblems } from './read-json.ts';
import { readMetadata, type Metadata } from './read-metadata.ts';

const modelSchema = z.union([
  z.string().transform((type) => ({ type, params: {} })),
  z.looseObject({ type: z.string(), params: z.record(z.string(), z.unknown()).default({}) }),
]);
/** As pipeline.yml says them. */
const kindOf = { preprocess: 'preprocessing', train: 'training', evaluate: 'evaluation' } as const;
const taskSchema = z.looseObject({
  kind: z
    .enum([...kinds, 'preprocess', 'train', 'evaluate'])
    .transform((word): Kind => kindOf[word as keyof typeof kindOf] ?? (word as Kind))
    .optional(),
  inputs: z.array(z.string()).optional(),
  after: z.array(z.string()).optional(),
  dependencies: z.array(z.string()).optional(),
  model: modelSchema.optional(),
});
const fileSchema = z.looseObject({
  name: z.string().optional(),
  tasks: z.record(nameSchema, taskSchema),
  model: modelSchema.optional(),
});

/** Rows and columns of a table, as a dataset card states them. */
export type Card = { rows: number; columns: number };

/** Metadata from the tasks' `kind:` (or, with a notice, from their names), their inputs, and the card. */
export function deriveMetadata(text: string, file: string, card: Card): { value?: Metadata; problems: Problem[] } {
  const parsed = parseYaml(text, file);
  if ('problems' in parsed) return parsed;
  const checked = fileSchema.safeParse(parsed.value);
  if (!checked.success) return { problems: findProblems(checked.error, text, file, 'pipeline-invalid') };
  const tasks = Object.entries(checked.data.tasks);
  const names = new Set(tasks.map(([name]) => name));
  const model = checked.data.model ?? tasks.find(([, task]) => task.model)?.[1].model;
  const metadata = {
    components_type: Object.fromEntries(tasks.map(([name, task]) => [name, task.kind ?? guessKind(name)])),
    dependencies: Object.fromEntries(tasks.map(([name, task]) => [name, findSources(task, names, name)])),
    dataset: tableOf(checked.data.name ?? file, card),
    model: model ?? { type: 'other', params: {} },
  };
  const result = readMetadata(JSON.stringify(metadata), file);
  const guessed = tasks.filter(([, task]) => task.kind === undefined).map(([name]) => name);
  return { ...result, problems: [...result.problems.map(unplace), ...noteGuesses(guessed, model === undefined, file)] };
}

/** A table of which only the size is known: the same before and after preprocessing, a fifth of it held out. */
export function tableOf(name: string, card: Card): Metadata['dataset'] {
  const data = { n_samples: card.rows, n_features: card.columns };
  const shares = { train_percentage: 0.8, val_percentage: 0, test_percentage: 0.2 };
  return { name, type: 'tabular', ...shares, normalized: false, original: data, preprocessed: data };
}

/** Aliases are refused beyond a few: a small file must not unfold into a large one. */
function parseYaml(text: string, file: string): { value: unknown } | { problems: Problem[] } {
  const read = readYamlValue(text, { maxAliases: 20 });
  if ('value' in read) return read;
  return {
    problems: read.problems.map((fault): Problem => ({ file, level: 'error', ...fault, code: 'yaml-invalid' })),
  };
}

/** The tasks whose outputs this one reads (`prepare.dataset`), or that it names outright. */
function findSources(task: z.output<typeof taskSchema>, names: ReadonlySet<string>, own: string): string[] {
  const read = (task.inputs ?? [])
    .map((input) => input.split('.')[0] ?? '')
    .filter((name) => names.has(name) && name !== own);
  return [...new Set([...read, ...(task.after ?? []), ...(task.dependencies ?? [])])];
}

export function guessKind(name: string): Kind {
  if (/train|fit/i.test(name)) return 'training';
  return /eval|test|score|valid|report/i.test(name) ? 'evaluation' : 'preprocessing';
}

/** Lines of the JSON made here mean nothing to the person who wrote YAML. */
function unplace(problem: Problem): Problem {
  return { ...problem, line: 1, column: 1 };
}

function noteGuesses(guessed: readonly string[], noModel: boolean, file: string): Problem[] {
  const place = { file, line: 1, column: 1, level: 'notice' as const };
  const notes: Problem[] = guessed.map((task) => ({
    ...place,
    code: 'kind-guessed',
    message: `task "${task}" has no kind; taken as ${guessKind(task)} from its name`,
    hint: `write kind: ${kinds.join(' | ')}`,
  }));
  if (noModel) {
    notes.push({
      ...place,
      code: 'model-guessed',
      message: 'no model is named; rows times columns are counted',
      hint: `write model: ${models.join(' | ')}`,
    });
  }
  return notes;
}

const cardSchema = z.looseObject({
  rows: z.number().int().positive().optional(),
  columns: z.union([z.number().int().positive(), z.array(z.unknown()).min(1)]).optional(),
  dataset_info: z
    .looseObject({
      features: z.array(z.unknown()).optional(),
      splits: z.array(z.looseObject({ num_examples: z.number().int().nonnegative() })).optional(),
    })
    .optional(),
});

/** Rows and columns from a card: its front matter, or a bare YAML or JSON file with `rows` and `columns`. */
export function readCard(text: string, file: string): { value?: Card; problems: Problem[] } {
  const front = /^---\r?\n([\s\S]*?)\r?\n---/.exec(text)?.[1] ?? text;
  const parsed = parseYaml(front, file);
  if ('problems' in parsed) return parsed;
  const checked = cardSchema.safeParse(parsed.value);
  if (!checked.success) return { problems: findProblems(checked.error, front, file, 'card-invalid') };
  const { rows: stated, columns: given, dataset_info: info } = checked.data;
  const columns = Array.isArray(given) ? given.length : (given ?? info?.features?.length ?? 0);
  const rows = stated ?? (info?.splits ?? []).reduce((sum, split) => sum + split.num_examples, 0);
  if (rows > 0 && columns > 0) return { value: { rows, columns }, problems: [] };
  const message = 'states neither rows and columns nor dataset_info with features and splits';
  return { problems: [{ file, line: 1, column: 1, level: 'error', code: 'card-invalid', message }] };
}

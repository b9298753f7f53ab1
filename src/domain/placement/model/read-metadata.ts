// metadata.json of a pipeline → checked data, or every problem in it.
import { z } from 'zod';
import type { Problem } from '../../text/problem.ts';
import { suggest } from '../../text/suggest.ts';
import { models } from './estimate-effort.ts';
import { count, paramsSchema, shape } from './model-params.ts';
import { nameSchema } from './node.ts';
import { kinds } from './pipeline.ts';
import { findProblems, parseJson } from './read-json.ts';

const fraction = z.number().min(0).max(1);
const datasetSchema = z.looseObject({
  n_samples: count,
  n_features: count.optional(),
  input_shape: shape.optional(),
  data_types: z.record(z.string().max(100), z.number().int().nonnegative().max(1e9)).optional(),
});
const metadataSchema = z.looseObject({
  components_type: z.record(nameSchema, z.enum(kinds)),
  /** Not in the published format: task → the tasks it waits for. Without it the kinds give the order. */
  dependencies: z.record(nameSchema, z.array(nameSchema)).optional(),
  dataset: z.looseObject({
    name: z.string().max(500),
    type: z.enum(['tabular', 'image']),
    train_percentage: fraction,
    val_percentage: fraction.default(0),
    test_percentage: fraction,
    normalized: z.boolean().default(false),
    original: datasetSchema,
    preprocessed: datasetSchema,
  }),
  model: z.looseObject({ type: z.string().max(100), params: paramsSchema.default({}) }),
});

export type Metadata = z.output<typeof metadataSchema>;
export type Dataset = z.output<typeof datasetSchema>;

/** The metadata of one pipeline, or all that is wrong with it. */
export function readMetadata(text: string, file: string): { value?: Metadata; problems: Problem[] } {
  const parsed = parseJson(text, file);
  if ('problems' in parsed) return parsed;
  const checked = metadataSchema.safeParse(parsed.value);
  if (!checked.success) return { problems: findProblems(checked.error, text, file, 'metadata-invalid') };
  const issues = checkMeaning(checked.data);
  if (issues.length === 0) return { value: checked.data, problems: [] };
  return { problems: findProblems(new z.ZodError(issues), text, file, 'metadata-invalid') };
}

/** What a schema cannot say: known models, whole shares, dimensions for the kind of data, dependencies that exist. */
function checkMeaning(metadata: Metadata): z.core.$ZodIssue[] {
  const issues: z.core.$ZodIssue[] = [];
  const say = (path: PropertyKey[], message: string): void => {
    issues.push({ code: 'custom', path, message, input: undefined });
  };
  const { dataset, model } = metadata;
  if (!models.includes(model.type)) {
    const near = suggest(model.type, models);
    say(
      ['model', 'type'],
      `unknown model "${model.type}"${near ? `; did you mean "${near}"?` : `; known: ${models.join(', ')}`}`,
    );
  }
  if (Object.keys(metadata.components_type).length === 0) say(['components_type'], 'names no task');
  if (dataset.train_percentage + dataset.val_percentage + dataset.test_percentage > 1 + 1e-9) {
    say(['dataset', 'train_percentage'], 'train, val and test shares sum to more than 1');
  }
  for (const part of ['original', 'preprocessed'] as const) {
    const needed = dataset.type === 'image' ? 'input_shape' : 'n_features';
    if (dataset[part][needed] === undefined) say(['dataset', part], `${dataset.type} data needs ${needed}`);
  }
  if ((model.type === 'nn' || model.type === 'cnn') && model.params.layers === undefined) {
    say(['model', 'params'], `${model.type} needs its layers`);
  }
  for (const [task, names] of Object.entries(metadata.dependencies ?? {})) {
    for (const name of [task, ...names]) {
      if (!Object.hasOwn(metadata.components_type, name))
        say(['dependencies', task], `"${name}" is not in components_type`);
    }
  }
  return issues;
}

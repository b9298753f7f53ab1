// Metadata → the pipeline a placer sees: tasks with effort and memory.
import { estimateModel } from './estimate-effort.ts';
import { measureMemory } from './measure-memory.ts';
import { orderTasks, type Kind, type Pipeline, type Sizes, type Task } from './pipeline.ts';
import type { Metadata } from './read-metadata.ts';

export type Efforts = { preprocessing: number; training: number; evaluation: number; total: number };
type KindEfforts = Record<Kind, number>;

/** Operations of one task of each kind. */
function estimateKinds(metadata: Metadata): KindEfforts {
  const { dataset, model } = metadata;
  const { original, preprocessed } = dataset;
  const columns = preprocessed.n_features ?? multiply(preprocessed.input_shape);
  const rows = (share: number): number => Math.trunc(preprocessed.n_samples * share);
  const { params } = model;
  const { train, predict } = estimateModel(model.type, {
    train: { rows: rows(dataset.train_percentage), columns, params },
    test: { rows: rows(dataset.test_percentage), columns, params },
  });
  const width = dataset.type === 'image' ? multiply(original.input_shape) : (original.n_features ?? 0);
  return { preprocessing: original.n_samples * width, training: train, evaluation: predict };
}

/** Operations per kind, over all tasks of that kind, and their sum. */
export function estimateEfforts(metadata: Metadata): Efforts {
  const each = estimateKinds(metadata);
  const tasks = Object.values(metadata.components_type);
  const of = (kind: Kind): number => each[kind] * tasks.filter((other) => other === kind).length;
  const efforts = { preprocessing: of('preprocessing'), training: of('training'), evaluation: of('evaluation') };
  return { ...efforts, total: efforts.preprocessing + efforts.training + efforts.evaluation };
}

/**
 * The pipeline as submitted at a time, or the tasks that wait for each other. `folderKb` is an image folder's measured size; `labels` are
 * what single tasks ask of a runner, `limits` the seconds after which they are ended.
 */
export function describePipeline(
  metadata: Metadata,
  entry: {
    name: string;
    submitted?: number;
    folderKb?: number | undefined;
    deadline?: number | undefined;
    labels?: ReadonlyMap<string, readonly string[]>;
    limits?: ReadonlyMap<string, number>;
  },
): { pipeline: Pipeline } | { circle: string[] } {
  const efforts = estimateKinds(metadata);
  const sizes = measureMemory(metadata, entry.folderKb);
  const memory = memoryByKind(sizes, metadata.dataset.train_percentage, metadata.dataset.test_percentage);
  const types = Object.entries(metadata.components_type);
  const tasks = types.map(([name, kind]): Task => {
    const after = metadata.dependencies ? (metadata.dependencies[name] ?? []) : followKinds(types, name, kind);
    const labels = entry.labels?.get(name);
    const limit = entry.limits?.get(name);
    const asked = { ...(labels ? { labels } : {}), ...(limit === undefined ? {} : { limit }) };
    return { name, kind, after, effort: efforts[kind], memoryKb: memory[kind], ...asked };
  });
  const order = orderTasks(tasks);
  if ('circle' in order) return order;
  const pipeline: Pipeline = {
    name: entry.name,
    model: metadata.model.type,
    tasks: order.ordered,
    sizes,
    effort: order.ordered.reduce((sum, task) => sum + task.effort, 0),
    submitted: entry.submitted ?? 0,
    ...(entry.deadline === undefined ? {} : { deadline: entry.deadline }),
  };
  return { pipeline };
}

/** Data each kind of task holds: preprocessing the larger form, training and evaluation their share of the prepared one. */
function memoryByKind(sizes: Sizes, trainShare: number, testShare: number): Record<Kind, number> {
  return {
    preprocessing: Math.max(sizes.original, sizes.preprocessed),
    training: Math.trunc(sizes.preprocessed * trainShare),
    evaluation: Math.trunc(sizes.preprocessed * testShare),
  };
}

/** Without stated dependencies: preprocessing is a chain, trainings follow all of it, evaluations follow all trainings. */
function followKinds(types: readonly (readonly [string, Kind])[], name: string, kind: Kind): string[] {
  const named = (wanted: Kind): string[] => types.filter(([, other]) => other === wanted).map(([other]) => other);
  const preprocessing = named('preprocessing');
  if (kind === 'preprocessing') return preprocessing.slice(0, preprocessing.indexOf(name)).slice(-1);
  if (kind === 'training') return preprocessing.slice(-1);
  const training = named('training');
  return training.length > 0 ? training : preprocessing.slice(-1);
}

function multiply(shape: readonly number[] | undefined): number {
  return (shape ?? []).reduce((left, right) => left * right, 1);
}

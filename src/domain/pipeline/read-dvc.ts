// dvc.yaml: stages become tasks, paths become edges. What cannot be honoured is refused, with its line.
import { gatherValues, readValueFile, type Values } from './dvc-values.ts';
import { expandStage } from './expand-stages.ts';
import type { Pipeline, Task } from './model.ts';
import { type DvcOptions, type Names, readStage } from './read-dvc-stage.ts';
import type { Say, Tree } from './read-yaml.ts';
import { clip, get, isNull, kindOf, refuseTwice, refuseUnknownKeys, textOf } from './tree-lookup.ts';

const fileKeys = ['vars', 'stages', 'params', 'metrics', 'plots', 'artifacts'];
const usualParams = 'params.yaml';

/** The pipeline of a dvc.yaml. DVC itself is not needed, and its cache and remotes are not used. */
export function readDvc(root: Tree, options: DvcOptions, say: Say): Pipeline | undefined {
  if (root.kind !== 'map') return undefined;
  refuseTwice(root.entries, 'key', say);
  refuseUnknownKeys(root.entries, fileKeys, 'dvc.yaml', say);
  const params = options.readFile(usualParams) ? readValueFile(usualParams, options.readFile, root.at, say) : undefined;
  const inParams: Values = new Map(params?.kind === 'map' ? params.entries.map(({ key, value }) => [key, value]) : []);
  const values = gatherValues(get(root, 'vars'), inParams, '.', options.readFile, say);
  const stages = get(root, 'stages')!;
  if (stages.kind !== 'map') {
    say(stages.at, 'wrong-type', `\`stages\` must be a map, not ${kindOf(stages)}`);
    return undefined;
  }
  refuseTwice(stages.entries, 'stage', say, 'duplicate-task');
  const reader = { ...options, say, names: artifactNames(root, say) };
  const tasks = stages.entries
    .flatMap((entry) => expandStage(entry, values, say))
    .flatMap((stage) => readStage(stage, reader) ?? []);
  refuseTwice(
    tasks.map(({ name, at }) => ({ key: name, keyAt: at, value: root })),
    'stage',
    say,
    'duplicate-task',
  );
  markMetrics(get(root, 'metrics'), tasks);
  return { form: 'dvc', name: 'dvc.yaml', env: [], inputs: [], tasks, wanted: null };
}

/** `artifacts:` gives names to files, and says which is a model. */
function artifactNames(root: Tree, say: Say): Names {
  const artifacts = get(root, 'artifacts');
  if (!artifacts || isNull(artifacts)) return new Map();
  if (artifacts.kind !== 'map') {
    say(artifacts.at, 'wrong-type', `\`artifacts\` must be a map, not ${kindOf(artifacts)}`);
    return new Map();
  }
  return new Map(
    artifacts.entries.flatMap(({ key, keyAt, value }) => {
      const path = textOf(get(value, 'path'));
      if (path === undefined) say(keyAt, 'missing-key', `artifact ${clip(key)}: path missing`);
      const type = textOf(get(value, 'type'));
      return path === undefined
        ? []
        : [
            [
              path,
              { name: key, kind: type === 'model' ? 'model' : type === 'dataset' ? 'dataset' : undefined },
            ] as const,
          ];
    }),
  );
}

/** `metrics:` of the whole file: which outputs are numbers to compare. */
function markMetrics(tree: Tree | undefined, tasks: readonly Task[]): void {
  const paths = new Set(tree?.kind === 'list' ? tree.items.map(textOf) : []);
  for (const task of tasks) for (const output of task.outputs) if (paths.has(output.path)) output.kind = 'metrics';
}

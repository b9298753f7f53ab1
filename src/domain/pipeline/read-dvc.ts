// dvc.yaml: stages become tasks, paths become edges. What cannot be honoured is refused, with its line.
import { fullBudget, resolveTree } from './dvc-resolve.ts';
import { fileShape, hasShape, refuseRepeats } from './dvc-schema.ts';
import { addVars, usualValues } from './dvc-values.ts';
import { expandStage } from './expand-stages.ts';
import type { Pipeline, Task } from './model.ts';
import { asPython, refuseSigns } from './python-scalar.ts';
import { type DvcOptions, type Names, readStage } from './read-dvc-stage.ts';
import { isEmpty } from './read-values.ts';
import type { Say, Tree } from './read-yaml.ts';
import { get, refuseTwice, textOf } from './tree-lookup.ts';

const mostStages = 5_000;

/** The pipeline of a dvc.yaml. DVC itself is not needed, and its cache and remotes are not used. */
export function readDvc(written: Tree, options: DvcOptions, say: Say): Pipeline | undefined {
  refuseRepeats(written, say);
  refuseSigns(written, say);
  const typed = asPython(written);
  const root: Tree = isEmpty(typed) ? { kind: 'map', at: typed.at, entries: [] } : typed;
  if (!hasShape(root, fileShape, 'dvc.yaml', say)) {
    // Nothing can be said of stages that are none.
    if (root.kind !== 'map' || get(root, 'stages')?.kind !== 'map') return undefined;
  }
  const loading = { folder: '.', readFile: options.readFile, say };
  const context = addVars(get(root, 'vars'), usualValues(root.at, loading), loading);
  const budget = fullBudget();
  const stages = get(root, 'stages');
  const tasks: Task[] = [];
  const lists = resolveTree(
    root.kind === 'map' ? { ...root, entries: root.entries.filter(({ key, value }) => isResolved(key, value)) } : root,
    { values: context.values, say, budget, anyKind: true, wholeKeys: true },
  );
  const reader = { ...options, say, names: artifactNames(lists), budget };
  for (const entry of stages?.kind === 'map' ? stages.entries : []) {
    for (const stage of expandStage(entry, context, budget, say)) {
      if (tasks.length >= mostStages || budget.nodes < 0 || budget.letters < 0) {
        say(entry.keyAt, 'too-many-stages', 'the stages of this file stand for more than is read');
        return undefined;
      }
      const task = readStage(stage, reader);
      if (task) tasks.push(task);
    }
  }
  refuseTwice(
    tasks.map(({ name, at }) => ({ key: name, keyAt: at, value: root })),
    'stage',
    say,
    'duplicate-task',
  );
  if (!stages || (stages.kind === 'map' && stages.entries.length === 0))
    say(root.at, 'nothing-to-run', 'there are no stages, so there is nothing to run', { level: 'warning' });
  markMetrics(get(lists, 'metrics'), tasks);
  return { form: 'dvc', name: 'dvc.yaml', env: [], inputs: [], tasks, wanted: null };
}

/** Stages are resolved one by one; of a map of datasets DVC looks at the names only. */
function isResolved(key: string, value: Tree): boolean {
  return key !== 'stages' && key !== 'vars' && !(key === 'datasets' && value.kind === 'map');
}

/** `artifacts:` gives names to files, and says which is a model. */
function artifactNames(root: Tree): Names {
  const artifacts = get(root, 'artifacts');
  if (artifacts?.kind !== 'map') return new Map();
  return new Map(
    artifacts.entries.flatMap(({ key, value }) => {
      const path = textOf(get(value, 'path'));
      const type = textOf(get(value, 'type'));
      const kind = type === 'model' || type === 'dataset' ? type : undefined;
      return path === undefined ? [] : [[path, { name: key, kind }] as const];
    }),
  );
}

/** `metrics:` of the whole file: which outputs are numbers to compare. */
function markMetrics(tree: Tree | undefined, tasks: readonly Task[]): void {
  const paths = new Set(tree?.kind === 'list' ? tree.items.map(textOf) : []);
  for (const task of tasks) for (const output of task.outputs) if (paths.has(output.path)) output.kind = 'metrics';
}

// dvc.yaml: stages become tasks, paths become edges. What cannot be honoured is refused, with its line.
import { gatherValues, interpolate, joinPath, type ReadFile, readValueFile, type Values } from './dvc-values.ts';
import { expandStage, type Stage } from './expand-stages.ts';
import {
  type Output,
  type OutputKind,
  type Pipeline,
  plainTask,
  type Reference,
  type Task,
  type TaskKind,
  taskKinds,
} from './model.ts';
import { checkPath } from './repository-path.ts';
import type { Entry, Place, Say, Tree } from './read-yaml.ts';
import { clip, get, isNull, kindOf, needText, refuseTwice, refuseUnknownKeys, textOf, unknown } from './tree-lookup.ts';

const stageKeys = [
  'cmd',
  'wdir',
  'deps',
  'params',
  'vars',
  'outs',
  'metrics',
  'plots',
  'frozen',
  'always_changed',
  'desc',
  'meta',
];
const fileKeys = ['vars', 'stages', 'params', 'metrics', 'plots', 'artifacts'];
const usualParams = 'params.yaml';

export type DvcOptions = { readFile: ReadFile; exists?: ((path: string) => boolean) | undefined };

type Names = ReadonlyMap<string, { name: string; kind: OutputKind | undefined }>;
type Reader = DvcOptions & { say: Say; names: Names };

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

function readStage({ name, at, body, values: outer }: Stage, reader: Reader): Task | undefined {
  const { say } = reader;
  if (body.kind !== 'map') {
    say(body.at, 'wrong-type', `stage ${clip(name)} must be a map, not ${kindOf(body)}`);
    return undefined;
  }
  refuseTwice(body.entries, 'key', say);
  refuseUnknownKeys(body.entries, stageKeys, `stage ${clip(name)}`, say);
  const wdir = get(body, 'wdir');
  const folder = wdir ? workingFolder(wdir, outer, say) : '.';
  const values = gatherValues(get(body, 'vars'), outer, folder, reader.readFile, say);
  const cmd = get(body, 'cmd');
  if (!cmd) say(at, 'missing-key', `stage ${clip(name)}: cmd missing`);
  const task = plainTask(name, at, { type: 'shell', command: cmd ? commandOf(cmd, name, values, say) : '' });
  const scope = { ...reader, values, folder, stage: name };
  task.folder = folder;
  task.inputs = [
    ...pathsOf(get(body, 'deps'), 'deps', scope).map(toReference),
    ...paramFiles(get(body, 'params'), scope),
  ];
  for (const { text } of task.inputs) refusePointer(text, task.inputs.find((input) => input.text === text)!.at, scope);
  const named = ownNames(body);
  task.outputs = (['outs', 'metrics', 'plots'] as const).flatMap((key) =>
    pathsOf(get(body, key), key, scope).map(({ path, at: place }): Output => {
      const known = reader.names.get(path);
      const kind = known?.kind ?? (key === 'outs' ? 'file' : key);
      return { name: named.get(path) ?? known?.name ?? path, at: place, path, kind };
    }),
  );
  task.frozen = flag(get(body, 'frozen'), 'frozen', say);
  task.alwaysChanged = flag(get(body, 'always_changed'), 'always_changed', say);
  const own = get(get(body, 'meta'), 'practicum');
  const runsOn = get(own, 'runs-on');
  task.runsOn = (runsOn?.kind === 'list' ? runsOn.items : [runsOn]).flatMap((label) => textOf(label) ?? []);
  const kind = textOf(get(own, 'kind'));
  if (taskKinds.includes(kind as TaskKind)) task.kind = kind as TaskKind;
  return task;
}

function commandOf(cmd: Tree, name: string, values: Values, say: Say): string {
  const lines = cmd.kind === 'list' ? cmd.items : [cmd];
  const commands = lines.flatMap((line) => needText(line, `\`cmd\` of ${clip(name)}`, say) ?? []);
  return commands.map((command) => interpolate(command, values, cmd.at, say, true)).join('\n');
}

function workingFolder(wdir: Tree, values: Values, say: Say): string {
  const text = needText(wdir, '`wdir`', say) ?? '.';
  const checked = checkPath(interpolate(text, values, wdir.at, say));
  if (checked.ok) return checked.path;
  say(wdir.at, 'path-outside', `\`wdir\` ${clip(text)} ${checked.reason}`);
  return '.';
}

type Scope = Reader & { values: Values; folder: string; stage: string };
type PathAt = { path: string; at: Place };

/** A list of paths, or of one-key maps of a path and how DVC should treat it. */
function pathsOf(tree: Tree | undefined, key: string, scope: Scope): PathAt[] {
  if (!tree) return [];
  const { say, stage } = scope;
  if (tree.kind !== 'list') {
    const problem = isNull(tree) ? 'null-list' : 'wrong-type';
    say(tree.at, problem, `\`${key}\` of ${clip(stage)} must be a list, not ${kindOf(tree)}`);
    return [];
  }
  return tree.items.flatMap((item) => {
    const text = item.kind === 'map' && item.entries.length === 1 ? item.entries[0]!.key : textOf(item);
    if (text === undefined) {
      say(item.at, 'wrong-type', `an item of \`${key}\` of ${clip(stage)} must be a path, not ${kindOf(item)}`);
      return [];
    }
    const path = interpolate(text, scope.values, item.at, say);
    if (/^[a-z][a-z0-9+.-]*:\/\//i.test(path)) {
      say(
        item.at,
        'not-supported',
        `${clip(path)} is outside the repository: only files in it can be read and written here`,
        {
          hint: 'keep the file in the repository, or fetch it in a stage',
        },
      );
      return [];
    }
    const checked = checkPath(path, 100, scope.folder);
    return [{ path: checked.ok ? checked.path : path, at: item.at }];
  });
}

/** Files whose values a stage depends on. A parameter that its file does not have is a mistake. */
function paramFiles(tree: Tree | undefined, scope: Scope): Reference[] {
  if (!tree) return [];
  const { say, stage, folder } = scope;
  if (tree.kind !== 'list') {
    say(
      tree.at,
      isNull(tree) ? 'null-list' : 'wrong-type',
      `\`params\` of ${clip(stage)} must be a list, not ${kindOf(tree)}`,
    );
    return [];
  }
  const files = new Map<string, Reference>();
  const depend = (file: string, at: Place, key?: string): void => {
    const path = joinPath(folder, file);
    if (!files.has(path)) files.set(path, { text: path, at, mustBePath: true });
    if (key !== undefined) checkParam(path, key, at, scope);
  };
  for (const item of tree.items) {
    const key = textOf(item);
    if (key !== undefined) depend(usualParams, item.at, interpolate(key, scope.values, item.at, say));
    else if (item.kind === 'map') for (const entry of item.entries) dependOnFile(entry, depend, scope);
    else say(item.at, 'wrong-type', `an item of \`params\` of ${clip(stage)} cannot be ${kindOf(item)}`);
  }
  return [...files.values()];
}

function dependOnFile(
  { key, keyAt, value }: Entry,
  depend: (file: string, at: Place, key?: string) => void,
  scope: Scope,
): void {
  const file = interpolate(key, scope.values, keyAt, scope.say);
  depend(file, keyAt);
  if (value.kind === 'list') for (const item of value.items) depend(file, item.at, textOf(item));
  else if (!isNull(value))
    scope.say(value.at, 'wrong-type', `the parameters of ${clip(file)} must be a list, not ${kindOf(value)}`);
}

function checkParam(path: string, key: string, at: Place, { readFile, say, stage }: Scope): void {
  if (!/\.(ya?ml|json)$/i.test(path)) return;
  const tree = readValueFile(path, readFile, at, say);
  if (!tree) return;
  let found: Tree | undefined = tree;
  for (const step of key.split('.')) found = get(found, step);
  const names = tree.kind === 'map' ? tree.entries.map((entry) => entry.key) : [];
  if (!found)
    say(
      at,
      'unknown-param',
      ...unknown(`stage ${clip(stage)}: ${clip(path)} has no parameter ${clip(key)}`, key, names),
    );
}

/** Data that is only in a DVC remote is not here. */
function refusePointer(path: string, at: Place, { readFile, exists, say }: Scope): void {
  if (!exists || exists(path) || !readFile(`${path}.dvc`)) return;
  say(at, 'not-supported', `${clip(path)} is kept in a DVC remote, of which only ${clip(path)}.dvc is here`, {
    hint: 'commit the data itself, or fetch it with `dvc pull` before the pipeline runs',
  });
}

function toReference({ path, at }: PathAt): Reference {
  return { text: path, at, mustBePath: true };
}

function flag(tree: Tree | undefined, key: string, say: Say): boolean {
  if (!tree) return false;
  if (tree.kind === 'scalar' && typeof tree.value === 'boolean') return tree.value;
  say(tree.at, 'wrong-type', `\`${key}\` must be true or false, not ${kindOf(tree)}`);
  return false;
}

/** Names that our own export wrote into `meta`, by path. */
function ownNames(body: Tree): Map<string, string> {
  const outputs = get(get(get(body, 'meta'), 'practicum'), 'outputs');
  if (outputs?.kind !== 'map') return new Map();
  return new Map(outputs.entries.map(({ key, value }) => [textOf(value) ?? '', key]));
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

// One stage of a dvc.yaml → a task: command, folder, paths in and out. What cannot be honoured is refused, with its line.
import { paramFiles, type Scope } from './dvc-params.ts';
import { gatherValues, interpolate, type ReadFile, type Values } from './dvc-values.ts';
import type { Stage } from './expand-stages.ts';
import {
  type Output,
  type OutputKind,
  plainTask,
  type Reference,
  type Task,
  type TaskKind,
  taskKinds,
} from './model.ts';
import type { Place, Say, Tree } from './read-yaml.ts';
import { checkPath } from './repository-path.ts';
import { clip, get, isNull, kindOf, needText, refuseTwice, refuseUnknownKeys, textOf } from './tree-lookup.ts';

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

export type DvcOptions = { readFile: ReadFile; exists?: ((path: string) => boolean) | undefined };

/** Of the whole file: names that it gives to paths, by path. */
export type Names = ReadonlyMap<string, { name: string; kind: OutputKind | undefined }>;
export type Reader = DvcOptions & { say: Say; names: Names };

export function readStage({ name, at, body, values: outer }: Stage, reader: Reader): Task | undefined {
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

/** Data that is only in a DVC remote is not here. */
function refusePointer(path: string, at: Place, { readFile, exists, say }: DvcOptions & { say: Say }): void {
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

// One stage of a dvc.yaml → a task: command, folder, paths in and out. What cannot be honoured is refused, with its line.
import { isRefusedFile, paramFiles, type Scope } from './dvc-params.ts';
import { type Budget, resolveTree, type Resolving } from './dvc-resolve.ts';
import { addVars, type ReadFile } from './dvc-values.ts';
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
import { checkPath } from './pipeline-path.ts';
import { clip, get, kindOf, needText, textOf } from './tree-lookup.ts';

export type DvcOptions = {
  readFile: ReadFile;
  exists?: ((path: string) => boolean) | undefined;
  /** Folders between the repository's root and the file. */
  depth?: number | undefined;
};

/** Of the whole file: names that it gives to paths, by path. */
export type Names = ReadonlyMap<string, { name: string; kind: OutputKind | undefined }>;
export type Reader = DvcOptions & { say: Say; names: Names; budget: Budget };

export function readStage({ name, at, body: written, context: outer }: Stage, reader: Reader): Task | undefined {
  const { say, budget } = reader;
  const problems = { count: 0 };
  const saying: Say = (...said) => {
    if (said[3]?.level === undefined) problems.count++;
    say(...said);
  };
  const wdir = get(written, 'wdir');
  const folder = wdir ? workingFolder(wdir, { values: outer.values, say: saying, budget }, reader) : '.';
  const loading = { folder, readFile: reader.readFile, say: saying };
  const { values } = addVars(get(written, 'vars'), outer, loading);
  const body = resolveStage(written, { values, say: saying, budget });
  if (problems.count > 0) return undefined;
  const commands = commandsOf(get(body, 'cmd'), name, say);
  const task = plainTask(name, at, { type: 'shell', command: commands.join('\n') });
  if (get(body, 'cmd')?.kind === 'list') task.commands = commands;
  const scope = { ...reader, folder, stage: name };
  task.folder = folder;
  task.inputs = [
    ...itemsOf(get(body, 'deps'))
      .flatMap((item) => pathOf(item, 'deps', scope) ?? [])
      .map(toReference),
    ...paramFiles(get(body, 'params'), scope),
  ];
  for (const { text, at: place } of task.inputs) refusePointer(text, place, scope);
  task.outputs = readOutputs(body, scope, reader.names);
  task.frozen = isTrue(get(body, 'frozen'));
  task.alwaysChanged = isTrue(get(body, 'always_changed'));
  readOwn(task, get(get(body, 'meta'), 'practicum'));
  return task;
}

/** Everything of a stage but its own `vars`. */
function resolveStage(written: Tree, resolving: Resolving): Tree {
  if (written.kind !== 'map') return written;
  const entries = written.entries
    .filter(({ key }) => key !== 'vars')
    .map((entry) => ({ ...entry, value: resolveTree(entry.value, { ...resolving, asCommand: entry.key === 'cmd' }) }));
  return { ...written, entries };
}

/** What our own export wrote. */
function readOwn(task: Task, own: Tree | undefined): void {
  const runsOn = get(own, 'runs-on');
  task.runsOn = (runsOn?.kind === 'list' ? runsOn.items : [runsOn]).flatMap((label) => textOf(label) ?? []);
  const kind = textOf(get(own, 'kind'));
  if (taskKinds.includes(kind as TaskKind)) task.kind = kind as TaskKind;
}

function commandsOf(cmd: Tree | undefined, name: string, say: Say): string[] {
  const lines = cmd?.kind === 'list' ? cmd.items : cmd ? [cmd] : [];
  return lines.flatMap((line) => {
    // An empty text is a command that does nothing, to DVC and to the shell.
    const text = line.kind === 'scalar' && line.value !== null ? line.source : undefined;
    return text ?? needText(line, `\`cmd\` of ${clip(name)}`, say) ?? [];
  });
}

function workingFolder(wdir: Tree, resolving: Resolving, { exists, depth = 0 }: DvcOptions): string {
  const { say } = resolving;
  const tree = resolveTree(wdir, resolving);
  if (tree.kind !== 'scalar' || typeof tree.value !== 'string') {
    say(wdir.at, 'wrong-type', `\`wdir\` must be text, not ${kindOf(tree)}`);
    return '.';
  }
  const text = tree.value;
  const checked = checkPath(text === '' ? '.' : text, depth);
  if (!checked.ok) {
    say(wdir.at, 'path-outside', `\`wdir\` ${clip(text)} ${checked.reason}`);
    return '.';
  }
  const { path } = checked;
  if (exists && path !== '.' && !/^[./]+$/.test(path) && !exists(path))
    say(wdir.at, 'absent-file', `the folder ${clip(path)} of \`wdir\` is not there`, {
      level: 'warning',
      hint: 'make it, with a file in it that git keeps',
    });
  return path;
}

type PathAt = { path: string; at: Place; written: string };
type StageScope = Scope & DvcOptions;

const itemsOf = (tree: Tree | undefined): readonly Tree[] => (tree?.kind === 'list' ? tree.items : []);

/** A path in one spelling, relative to the file; one that leads out of the repository stays as it is, and is refused later. */
function pathOf(item: Tree, key: string, { say, stage, folder }: StageScope): PathAt | undefined {
  if (item.kind !== 'scalar' || typeof item.value !== 'string' || (item.type ?? 'str') !== 'str') {
    say(item.at, 'wrong-type', `an item of \`${key}\` of ${clip(stage)} must be a path, not ${kindOf(item)}`);
    return undefined;
  }
  const path = item.value;
  if (isRefusedFile(path, item.at, say)) return undefined;
  const checked = checkPath(path, 100, folder);
  return { path: checked.ok ? checked.path : path, at: item.at, written: path };
}

/** Outputs of all three lists. In one list a path may stand twice, and its options add up. */
function readOutputs(body: Tree, scope: StageScope, names: Names): Output[] {
  const named = ownNames(body);
  const outputs: Output[] = [];
  for (const key of ['outs', 'metrics', 'plots'] as const) {
    const found = new Map<string, Output>();
    for (const { item, options } of itemsOf(get(body, key)).flatMap(withOptions)) {
      const written = pathOf(item, key, scope);
      if (!written) continue;
      const { path, at } = written;
      // Two spellings of one path are two outputs, which is said.
      const spelling = item.kind === 'scalar' ? item.source : path;
      const known = names.get(path);
      const kind = known?.kind ?? (key === 'outs' ? 'file' : key);
      const output: Output = found.get(spelling) ?? {
        name: named.get(path) ?? known?.name ?? path,
        at,
        path,
        kind,
        list: key,
        written: written.written,
      };
      if (isTrue(get(options, 'persist'))) output.persist = true;
      if (isFalse(get(options, 'cache'))) output.cache = false;
      found.set(spelling, output);
    }
    outputs.push(...found.values());
  }
  return outputs;
}

/** A path, or a map of paths with how DVC should treat them. */
function withOptions(item: Tree): { item: Tree; options?: Tree }[] {
  if (item.kind !== 'map') return [{ item }];
  return item.entries.map(({ key, keyAt, keyType = 'str', value }) => ({
    item: { kind: 'scalar', at: keyAt, value: key, source: key, type: keyType },
    options: value,
  }));
}

const isTrue = (tree: Tree | undefined): boolean => tree?.kind === 'scalar' && tree.value === true;
const isFalse = (tree: Tree | undefined): boolean => tree?.kind === 'scalar' && tree.value === false;

/** Data that is only in a DVC remote is not here. */
function refusePointer(path: string, at: Place, { readFile, exists, say }: DvcOptions & { say: Say }): void {
  if (!exists || exists(path) || !readFile(`${path}.dvc`)) return;
  say(at, 'not-supported', `${clip(path)} is kept in a DVC remote, of which only ${clip(path)}.dvc is here`, {
    hint: 'commit the data itself, or fetch it with `dvc pull` before the pipeline runs',
  });
}

function toReference({ path, at, written }: PathAt): Reference {
  return { text: path, at, mustBePath: true, written };
}

/** Names that our own export wrote into `meta`, by path. */
function ownNames(body: Tree): Map<string, string> {
  const outputs = get(get(get(body, 'meta'), 'practicum'), 'outputs');
  if (outputs?.kind !== 'map') return new Map();
  return new Map(outputs.entries.map(({ key, value }) => [textOf(value) ?? '', key]));
}

// Whether dvc.lock still says what dvc.yaml, params.yaml and the files of the commit say.
import { createHash } from 'node:crypto';
import { canonicalise } from '../text/canonicalise.ts';
import { checkPath } from '../pipeline/pipeline-path.ts';
import { scalarText } from '../text/scalar-text.ts';
import { parseYaml } from './parse-yaml.ts';

export type DvcFiles = {
  dvcYaml: string;
  dvcLock: string | undefined;
  /** Parameter files by path. */
  params: ReadonlyMap<string, string>;
  /** Bytes of each file of the commit, by path. */
  sizes: ReadonlyMap<string, number>;
  /** Text of files that dvc.lock names, as far as it was read. */
  texts?: ReadonlyMap<string, string>;
};

export type DvcState = { stages: number; problems: string[] };

const MOST_STAGES = 500;

type Entry = { path: string; size?: number; md5?: string };
type Stage = {
  cmd: string;
  deps: string[];
  outs: string[];
  params: [file: string, key: string][];
  template: boolean;
  folder: string;
};
type Locked = { cmd: string; deps: Entry[]; outs: Entry[]; params: Record<string, Record<string, unknown>> };

/** The files that the stages of a dvc.lock read or wrote. */
export function lockedPaths(dvcLock: string): string[] {
  const lock = parseYaml(dvcLock);
  if ('unreadable' in lock) return [];
  const stages = Object.values(record(record(lock.value)['stages'])).slice(0, MOST_STAGES);
  return [
    ...new Set(
      stages
        .map((stage) => readLocked(record(stage)))
        .flatMap(({ deps, outs }) => [...deps, ...outs])
        .map(({ path }) => path),
    ),
  ];
}

/** The parameter files that the stages of a dvc.yaml name, relative to it. */
export function paramPaths(dvcYaml: string): string[] {
  const yaml = parseYaml(dvcYaml);
  if ('unreadable' in yaml) return [];
  const stages = Object.values(record(record(yaml.value)['stages'])).slice(0, MOST_STAGES);
  const paths = stages.flatMap((stage) => {
    const body = record(stage);
    const { folder, params } = readStage('do' in body ? record(body['do']) : body);
    return params.map(([file]) => inFolder(folder, file));
  });
  return [...new Set(paths)].filter((path) => !path.includes('${'));
}

/** One spelling of a path that a stage names, from the folder in which it runs. */
function inFolder(folder: string, path: string): string {
  const checked = checkPath(path, 0, folder);
  return checked.ok ? checked.path : path;
}

export function checkDvc(files: DvcFiles): DvcState {
  const yaml = parseYaml(files.dvcYaml);
  if ('unreadable' in yaml) return { stages: 0, problems: [`dvc.yaml is not YAML: ${yaml.unreadable}`] };
  const stages = Object.entries(record(record(yaml.value)['stages']));
  if (stages.length === 0) return { stages: 0, problems: ['dvc.yaml has no stages'] };
  if (stages.length > MOST_STAGES)
    return { stages: stages.length, problems: [`dvc.yaml has more than ${MOST_STAGES} stages`] };
  if (files.dvcLock === undefined)
    return { stages: stages.length, problems: ['there is no dvc.lock: run dvc repro and commit it'] };
  const lock = parseYaml(files.dvcLock);
  if ('unreadable' in lock) return { stages: stages.length, problems: [`dvc.lock is not YAML: ${lock.unreadable}`] };
  const locked = record(record(lock.value)['stages']);
  const known = {
    locked,
    sizes: files.sizes,
    texts: files.texts ?? new Map<string, string>(),
    params: readOnce(files.params),
  };
  const problems = stages.flatMap(([name, stage]) => checkStage(name, readStage(record(stage)), known));
  const names = new Set(stages.map(([name]) => name));
  const gone = Object.keys(locked).filter((name) => !names.has(name.split('@')[0]!));
  return {
    stages: stages.length,
    problems: [...problems, ...gone.map((name) => `${name} is in dvc.lock but not in dvc.yaml`)],
  };
}

type ReadParams = (file: string) => ReturnType<typeof parseYaml> | undefined;
type Known = {
  locked: Record<string, unknown>;
  sizes: DvcFiles['sizes'];
  texts: ReadonlyMap<string, string>;
  params: ReadParams;
};

function readOnce(texts: ReadonlyMap<string, string>): ReadParams {
  const read = new Map<string, ReturnType<typeof parseYaml>>();
  return (file) => {
    const text = texts.get(file);
    if (text !== undefined && !read.has(file)) read.set(file, parseYaml(text));
    return read.get(file);
  };
}

function checkStage(name: string, stage: Stage, known: Known): string[] {
  const { locked, params } = known;
  // A stage made from foreach or matrix is locked once for each item, with its template filled in.
  if (stage.template) {
    const wasRun = Object.keys(locked).some((key) => key === name || key.startsWith(`${name}@`));
    return wasRun ? [] : [`${name} was never run: it is not in dvc.lock`];
  }
  if (!Object.hasOwn(locked, name)) return [`${name} was never run: it is not in dvc.lock`];
  const lock = readLocked(record(locked[name]));
  return [
    ...(lock.cmd === stage.cmd ? [] : [`${name} was last run as another command`]),
    ...differences(name, 'reads', stage.deps, lock.deps),
    ...differences(name, 'writes', stage.outs, lock.outs),
    ...stage.params.flatMap(([file, key]) =>
      checkParam(name, file, key, lock, () => params(inFolder(stage.folder, file))),
    ),
    ...[...lock.deps, ...lock.outs]
      .filter((entry) => isOther(entry, known))
      .map(({ path }) => `${name} was run with another ${path}`),
  ];
}

function isOther({ path, size, md5 }: Entry, { sizes, texts }: Known): boolean {
  const now = sizes.get(path);
  if (now === undefined) return false;
  const text = texts.get(path);
  if (text === undefined || md5 === undefined) return size !== undefined && now !== size;
  // DVC before 3 hashed text with plain line ends.
  const hashes = [text, text.replaceAll('\r\n', '\n')].map((value) => createHash('md5').update(value).digest('hex'));
  return !hashes.includes(md5);
}

function checkParam(stage: string, file: string, key: string, lock: Locked, params: ReadParams): string[] {
  // Parameters may also be in TOML or Python, which are not read here.
  if (!/\.(?:ya?ml|json)$/.test(file)) return [];
  const parsed = params(file);
  if (!parsed || 'unreadable' in parsed) return [`${stage} needs ${file}, which cannot be read`];
  let now: unknown = parsed.value;
  for (const part of key.split('.')) now = Array.isArray(now) ? (now as unknown[])[Number(part)] : record(now)[part];
  if (now === undefined) return [`${stage} needs ${key}, which is not in ${file}`];
  return canonicalise(now) === canonicalise(lock.params[file]?.[key])
    ? []
    : [`${stage} was last run with another ${key}`];
}

function differences(stage: string, verb: string, wanted: string[], locked: Entry[]): string[] {
  const known = new Set(locked.map(({ path }) => path));
  const asked = new Set(wanted);
  return [
    ...wanted.filter((path) => !known.has(path)).map((path) => `${stage} ${verb} ${path}, not in dvc.lock`),
    ...[...known].filter((path) => !asked.has(path)).map((path) => `${stage} no longer ${verb} ${path}`),
  ];
}

function readStage(stage: Record<string, unknown>): Stage {
  const names = (key: string): string[] =>
    list(stage[key]).flatMap((item) => (typeof item === 'string' ? [item] : Object.keys(record(item))));
  const params = list(stage['params']).flatMap((item): [string, string][] =>
    typeof item === 'string'
      ? [['params.yaml', item]]
      : Object.entries(record(item)).flatMap(([file, keys]) =>
          list(keys).map((key): [string, string] => [file, scalarText(key)]),
        ),
  );
  return {
    cmd: command(stage['cmd']),
    folder: typeof stage['wdir'] === 'string' ? stage['wdir'] : '.',
    deps: names('deps'),
    outs: [...names('outs'), ...names('metrics'), ...names('plots')],
    params,
    template: 'foreach' in stage || 'matrix' in stage || JSON.stringify(stage).includes('${'),
  };
}

function readLocked(stage: Record<string, unknown>): Locked {
  const entries = (key: string): Entry[] =>
    list(stage[key])
      .map(record)
      .flatMap(({ path, size, md5 }) =>
        typeof path === 'string'
          ? [
              {
                path,
                ...(typeof size === 'number' ? { size } : {}),
                ...(typeof md5 === 'string' && /^[0-9a-f]{32}$/.test(md5) ? { md5 } : {}),
              },
            ]
          : [],
      );
  const params = Object.entries(record(stage['params'])).map(([file, values]) => [file, record(values)] as const);
  return {
    cmd: command(stage['cmd']),
    deps: entries('deps'),
    outs: entries('outs'),
    params: Object.fromEntries(params),
  };
}

const command = (cmd: unknown): string => list(cmd).map(String).join('\n');
const list = (value: unknown): unknown[] =>
  Array.isArray(value) ? value : value === undefined || value === null ? [] : [value];
const record = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};

// MLPipeline files, simplified or all lists. Which of the two a part is written in is seen at each node; no flag.
import {
  type Pipeline,
  type PipelineInput,
  plainTask,
  type Reference,
  type Task,
  type Work,
  usualTimeout,
} from './model.ts';
import type { Entry, Say, Tree } from './read-yaml.ts';
import {
  clip,
  get,
  isNull,
  kindOf,
  needList,
  needText,
  refuseTwice,
  refuseUnknownKeys,
  textOf,
  unknown,
} from './tree-lookup.ts';

/** Commands of runners by name, in the order in which they were declared. */
export type Runners = ReadonlyMap<string, string>;

/** Runners that need no declaration. The three letters are the demonstration runners of MLPipeline's own examples. */
const builtIn: ReadonlyMap<string, Work> = new Map<string, Work>([
  ['pass-through', { type: 'pass-through', runner: 'pass-through' }],
  ['ImagePreprocessor', { type: 'letter', runner: 'ImagePreprocessor', letter: 'I' }],
  ['OCRModel', { type: 'letter', runner: 'OCRModel', letter: 'O' }],
  ['ExtractionModel', { type: 'letter', runner: 'ExtractionModel', letter: 'E' }],
]);

const needed = ['name', 'inputs', 'outputs', 'components'];

/** The pipeline of an MLPipeline file. `given` are runners from a file of their own; they win over those declared here. */
export function readMlPipeline(root: Tree, given: Runners, say: Say): Pipeline | undefined {
  // A list all the way up: `- pipeline: […]`.
  const inner = root.kind === 'list' ? root.items.map((item) => get(item, 'pipeline')).find(Boolean) : undefined;
  const body = get(root, 'pipeline') ?? inner ?? root;
  if (root.kind === 'map' && get(root, 'pipeline'))
    refuseUnknownKeys(root.entries, ['pipeline', 'runners', 'version'], 'the file', say);
  const entries = mapOf(body, 'pipeline', say);
  if (!entries) return undefined;
  refuseTwice(entries, 'key', say);
  refuseUnknownKeys(entries, [...needed, 'runners', 'dependencies', 'description'], 'pipeline', say);
  const missing = needed.filter((key) => !entries.some((entry) => entry.key === key));
  if (missing.length > 0) say(body.at, 'missing-key', `${missing.join(', ')} missing in pipeline`);
  const part = (key: string): Tree | undefined => entries.find((entry) => entry.key === key)?.value;

  const runners = new Map([...readRunners(get(root, 'runners') ?? part('runners'), say), ...given]);
  const title = part('name');
  const inputs = part('inputs');
  const outputs = part('outputs');
  const components = part('components');
  const tasks = components ? readComponents(components, runners, say) : [];
  addDependencies(part('dependencies'), tasks, say);
  return {
    form: 'mlpipeline',
    name: (title && needText(title, '`name`', say)) ?? '',
    env: [],
    inputs: inputs ? readInputs(inputs, say) : [],
    tasks,
    wanted: outputs ? readNames(outputs, '`outputs`', say) : [],
  };
}

/** `runners:` as a map (or a list of one-key maps) of NAME: { run: COMMAND }. */
export function readRunners(tree: Tree | undefined, say: Say): Map<string, string> {
  const found = new Map<string, string>();
  if (tree === undefined) return found;
  const entries = mapOf(get(tree, 'runners') ?? tree, '`runners`', say) ?? [];
  refuseTwice(entries, 'runner', say);
  for (const { key, keyAt, value } of entries) {
    const body = mapOf(value, `runner ${clip(key)}`, say);
    if (!body) continue;
    refuseUnknownKeys(body, ['run'], `runner ${clip(key)}`, say);
    const run = body.find((entry) => entry.key === 'run')?.value;
    const command = run && needText(run, `\`run\` of runner ${clip(key)}`, say);
    if (command !== undefined) found.set(key, command);
    else if (!run) say(keyAt, 'missing-key', `runner ${clip(key)}: run missing`);
  }
  return found;
}

/** A map, or a list of one-key maps, as entries; anything else is a problem. */
function mapOf(tree: Tree, what: string, say: Say): Entry[] | undefined {
  if (tree.kind === 'map') return tree.entries;
  if (tree.kind !== 'list') {
    if (isNull(tree))
      say(
        tree.at,
        'missing-key',
        what === 'pipeline' ? `${needed.join(', ')} missing in pipeline` : `${what} is empty`,
      );
    else say(tree.at, 'wrong-type', `${what} must be a map or a list, not ${kindOf(tree)}`);
    return undefined;
  }
  return tree.items.flatMap((item) => {
    if (item.kind === 'map' && item.entries.length === 1) return item.entries;
    say(
      item.at,
      'one-name',
      `each item of ${what} has one name, this one is ${item.kind === 'map' ? `a map of ${item.entries.length}` : kindOf(item)}`,
    );
    return [];
  });
}

function readComponents(tree: Tree, runners: Runners, say: Say): Task[] {
  if (tree.kind === 'scalar') {
    needList(tree, '`components`', say);
    return [];
  }
  const items = tree.kind === 'map' ? tree.entries : tree.items.flatMap((item) => componentOf(item, say));
  refuseTwice(items, 'task', say, 'duplicate-task');
  return items.flatMap((entry) => readComponent(entry, runners, say) ?? []);
}

function componentOf(item: Tree, say: Say): Entry[] {
  if (item.kind === 'map' && item.entries.length === 1) return item.entries;
  const names = item.kind === 'map' ? item.entries.map((entry) => clip(entry.key)).join(', ') : kindOf(item);
  say(item.at, 'one-name', `a component has one name, this one has ${names || 'none'}`);
  return item.kind === 'map' ? item.entries : [];
}

function readComponent({ key, keyAt, value }: Entry, runners: Runners, say: Say): Task | undefined {
  if (key.trim() === '' || key.includes('.') || key === '__proto__') {
    say(keyAt, 'bad-name', `${clip(key) || 'an empty text'} cannot be the name of a task`);
    return undefined;
  }
  const what = `component ${clip(key)}`;
  const needs = ['runner', 'inputs', 'outputs'];
  if (isNull(value)) {
    say(keyAt, 'missing-key', `${needs.join(', ')} missing in ${what}`);
    return undefined;
  }
  const body = mapOf(value, what, say);
  if (!body) return undefined;
  refuseTwice(body, 'key', say);
  refuseUnknownKeys(body, [...needs, 'dependencies', 'timeout-minutes', 'retries', 'runs-on'], what, say);
  const part = (name: string): Tree | undefined => body.find((entry) => entry.key === name)?.value;
  const missing = needs.filter((name) => !part(name));
  if (missing.length > 0) say(keyAt, 'missing-key', `${missing.join(', ')} missing in ${what}`);

  const task = plainTask(key, keyAt, work(part('runner'), runners, say));
  const inputs = part('inputs');
  const outputs = part('outputs');
  const dependencies = part('dependencies');
  if (inputs) task.inputs = readNames(inputs, `\`inputs\` of ${what}`, say);
  if (outputs) {
    task.outputs = readNames(outputs, `\`outputs\` of ${what}`, say).map(({ text, at }) => ({
      name: text,
      at,
      kind: 'file',
    }));
  }
  if (dependencies) task.dependencies = taskNames(dependencies, `\`dependencies\` of ${what}`, say);
  task.timeoutMinutes = numberIn(part('timeout-minutes'), 'timeout-minutes', 360, say) ?? usualTimeout;
  const runsOn = part('runs-on');
  if (runsOn) task.runsOn = taskNames(runsOn, `\`runs-on\` of ${what}`, say).map(({ text }) => text);
  task.retries = Math.floor(numberIn(part('retries'), 'retries', 10, say) ?? 0);
  return task;
}

function numberIn(tree: Tree | undefined, what: string, most: number, say: Say): number | undefined {
  if (!tree) return undefined;
  if (tree.kind === 'scalar' && typeof tree.value === 'number' && tree.value >= 0 && tree.value <= most)
    return tree.value;
  say(tree.at, 'wrong-value', `\`${what}\` must be a number up to ${most}, not ${kindOf(tree)}`);
  return undefined;
}

function work(tree: Tree | undefined, runners: Runners, say: Say): Work {
  const name = tree && needText(tree, '`runner`', say);
  if (name === undefined) return { type: 'pass-through', runner: 'pass-through' };
  const command = runners.get(name);
  if (command !== undefined) return { type: 'values', runner: name, command };
  const known = builtIn.get(name);
  if (known) return known;
  say(
    tree!.at,
    'unknown-runner',
    ...unknown(`unknown runner ${clip(name)}`, name, [...runners.keys(), ...builtIn.keys()]),
  );
  return { type: 'pass-through', runner: name };
}

/** Declared inputs: names, or one-key maps of a name and its value when none is given on the command line. */
function readInputs(tree: Tree, say: Say): PipelineInput[] {
  if (tree.kind === 'map') return tree.entries.map(defaulted);
  const items = needList(tree, '`inputs`', say) ?? [];
  const inputs = items.flatMap((item): PipelineInput[] => {
    if (item.kind === 'map' && item.entries.length === 1) return item.entries.map(defaulted);
    const name = needText(item, 'an input', say);
    return name === undefined ? [] : [{ name, at: item.at }];
  });
  refuseTwice(
    inputs.map(({ name, at }) => ({ key: name, keyAt: at, value: tree })),
    'input',
    say,
    'duplicate-input',
  );
  return inputs;
}

function defaulted({ key, keyAt, value }: Entry): PipelineInput {
  const text = textOf(value);
  return text === undefined ? { name: key, at: keyAt } : { name: key, at: keyAt, value: text };
}

function readNames(tree: Tree, what: string, say: Say): Reference[] {
  const items = needList(tree, what, say) ?? [];
  return items.flatMap((item) => {
    const text = needText(item, `an item of ${what}`, say);
    return text === undefined ? [] : [{ text, at: item.at }];
  });
}

/** `dependencies:` of the whole pipeline, TASK: [TASK, …]. */
function addDependencies(tree: Tree | undefined, tasks: readonly Task[], say: Say): void {
  if (!tree || isNull(tree)) return;
  for (const { key, keyAt, value } of mapOf(tree, '`dependencies`', say) ?? []) {
    const task = tasks.find((candidate) => candidate.name === key);
    const names = taskNames(value, `\`dependencies\` of ${clip(key)}`, say);
    if (task) task.dependencies.push(...names);
    else
      say(
        keyAt,
        'unknown-task',
        ...unknown(
          `unknown task ${clip(key)}`,
          key,
          tasks.map(({ name }) => name),
        ),
      );
  }
}

function taskNames(tree: Tree, what: string, say: Say): Reference[] {
  const single = textOf(tree);
  if (single !== undefined) return [{ text: single, at: tree.at }];
  return readNames(tree, what, say);
}

// Files of tools that run steps of data and models, beyond the best known.
import { type Format, has, hasAll, isList, isMap, someHave, textAt, values } from './foreign-kind.ts';
import { get } from './tree-lookup.ts';

const step = 'write each step as a task whose run starts its script, with the files it reads and writes';
const fromPython = (name: string, library: string): Format => ({
  name,
  advice: step,
  text: new RegExp(`^[ \\t]*(?:from|import) ${library}\\b`, 'm'),
});

export const workflows: readonly Format[] = [
  fromPython('Flyte', 'flytekit'),
  fromPython('SageMaker Pipelines', 'sagemaker'),
  fromPython('ClearML', 'clearml'),
  fromPython('TFX', 'tfx'),
  fromPython('Hamilton', 'hamilton'),
  fromPython('Sacred', 'sacred'),
  fromPython('Ray', 'ray'),
  fromPython('Dask', 'dask'),
  {
    ...fromPython('Luigi', 'luigi'),
    advice: 'write each Task as a task: what run() starts becomes run, requires() its inputs, output() its outputs',
    file: /(?:^|\/)luigi\.(?:cfg|toml)$/,
  },
  {
    ...fromPython('Dagster', 'dagster'),
    advice: 'write each asset or op as a task whose run starts its script; assets that it reads become its inputs',
    file: /(?:^|\/)(?:dagster|workspace)\.ya?ml$/,
    keys: (root) =>
      (has(root, 'run_coordinator', 'run_launcher', 'load_from') && !has(root, 'tasks')) ||
      (someHave(get(root, 'ops'), 'config', 'inputs') && !has(root, 'tasks')),
  },
  {
    name: 'Pachyderm',
    advice: 'write each pipeline as a task: the cmd of its transform becomes run, its input and output become files',
    keys: (root) => hasAll(root, 'transform', 'input') && has(get(root, 'transform'), 'cmd', 'image'),
  },
  {
    name: 'Orchest',
    advice: step,
    file: /\.orchest$/,
    keys: (root) => isMap(get(root, 'steps')) && someHave(get(root, 'steps'), 'incoming_connections'),
  },
  {
    name: 'Elyra',
    advice: 'write each node as a task whose run executes its notebook or script, with the files it reads and writes',
    keys: (root) => has(root, 'primary_pipeline') || textAt(root, 'doc_type') === 'pipeline',
  },
  {
    name: 'MLflow Recipes',
    advice: step,
    file: /(?:^|\/)recipe\.ya?ml$/,
    text: /^recipe:\s*["']?\w+\/v\d/m,
    keys: (root) => /^\w+\/v\d/.test(textAt(root, 'recipe')),
  },
  {
    name: 'Kubeflow Pipelines',
    advice: 'write each component as a task with the command of its container as run, and files as inputs and outputs',
    keys: (root) => isMap(get(root, 'pipelineSpec')),
  },
  { name: 'AWS Step Functions', advice: step, keys: (root) => hasAll(root, 'StartAt', 'States') },
  {
    name: 'SageMaker Pipelines',
    advice: step,
    keys: (root) => isList(get(root, 'Steps')) && someHave(get(root, 'Steps'), 'Type'),
  },
  {
    name: 'Databricks',
    advice: 'write each task_key as a task whose run starts its script or notebook',
    file: /(?:^|\/)databricks\.ya?ml$/,
    keys: (root) => isMap(get(root, 'bundle')) && has(root, 'resources', 'targets', 'include'),
  },
  {
    name: 'dbt',
    advice: 'write one task whose run is `dbt build`, with the models as inputs and what it exports as outputs',
    file: /(?:^|\/)dbt_project\.ya?ml$/,
    keys: (root) =>
      has(root, 'config-version', 'model-paths') ||
      (isList(get(root, 'models')) && someHave(get(root, 'models'), 'columns')),
  },
  {
    name: 'Mage',
    advice: 'write each block as a task whose run starts its script; upstream blocks make its inputs',
    keys: (root) => someHave(get(root, 'blocks'), 'upstream_blocks', 'downstream_blocks'),
  },
  {
    name: 'Kestra',
    advice: 'write tasks as a map from names: what each runs becomes run, and files say which comes first',
    keys: (root) => hasAll(root, 'id', 'namespace') && isList(get(root, 'tasks')),
  },
  {
    name: 'Ploomber',
    advice: 'write tasks as a map from names: run starts the source, the product becomes outputs',
    keys: (root) =>
      isList(get(root, 'tasks')) && values(get(root, 'tasks')).some((task) => has(task, 'source', 'product')),
  },
  {
    name: 'Valohai',
    advice: 'write each step as a task: its command becomes run, its inputs become files',
    file: /(?:^|\/)valohai\.ya?ml$/,
    keys: (root) => isList(root) && values(root).some((item) => has(get(item, 'step'), 'image', 'command')),
  },
  {
    name: 'Polyaxon',
    advice: step,
    file: /(?:^|\/)polyaxonfile\.ya?ml$/,
    keys: (root) => /^(?:component|operation)$/.test(textAt(root, 'kind')) && !has(root, 'apiVersion'),
  },
  {
    name: 'Guild AI',
    advice: 'write each operation as a task: its main becomes run',
    file: /(?:^|\/)guild\.ya?ml$/,
    keys: (root) => isList(root) && someHave(root, 'operations'),
  },
  {
    name: 'Flyte',
    advice: step,
    keys: (root) => hasAll(root, 'Kind', 'Spec'),
  },
  { name: 'Galaxy', advice: step, file: /\.ga$/, keys: (root) => has(root, 'a_galaxy_workflow') },
  {
    name: 'WDL',
    advice: 'write each task as a task: its command becomes run, its File inputs and outputs become files',
    file: /\.wdl$/,
    text: /^task[ \t]+\w+[ \t]*\{/m,
    also: /^[ \t]*command[ \t]*(?:<<<|\{)/m,
  },
  { name: 'Cylc', advice: step, file: /\.cylc$/, text: /^\[scheduling\]/m },
  { name: 'Digdag', advice: step, file: /\.dig$/, text: /^\+[\w-]+:[ \t]*\n[ \t]+\w+>:/m },
  { name: 'Oozie', advice: step, text: /<workflow-app\b/ },
  { name: 'KNIME', advice: step, file: /\.knime$/, text: /knime\.org\/\d{4}/ },
];

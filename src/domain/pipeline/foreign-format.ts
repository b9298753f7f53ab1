// Pipeline files of other tools, told by their keys or their syntax: a person who brings one learns how to begin here.
import { builds, plainFiles } from './foreign-builds.ts';
import { type Format, has, isList, isMap, someHave, textAt } from './foreign-kind.ts';
import { clusters, services } from './foreign-services.ts';
import { workflows } from './foreign-workflows.ts';
import { type Say, start, type Tree } from './read-yaml.ts';
import { get } from './tree-lookup.ts';

/** The first that fits is taken, so what has keys of its own stands before what has only common ones. */
const wellKnown: readonly Format[] = [
  {
    name: 'CWL',
    advice: 'write each step as a task: its baseCommand becomes run, its in and out become inputs and outputs',
    file: /\.cwl$/,
    keys: (root) => has(root, 'cwlVersion'),
  },
  {
    name: 'Tekton',
    advice: 'write each task as a task: the script of its steps becomes run, and files in its workspaces its outputs',
    keys: (root) => textAt(root, 'apiVersion').startsWith('tekton.dev'),
  },
  {
    name: 'Azure Machine Learning',
    advice: 'write each job as a task: its command becomes run, its inputs and outputs become files',
    keys: (root) =>
      textAt(root, '$schema').includes('azureml') || (textAt(root, 'type') === 'pipeline' && isMap(get(root, 'jobs'))),
  },
  {
    name: 'MLflow Projects',
    advice: 'write each entry point as a task: its command becomes run, its parameters stand in it',
    file: /(?:^|\/)MLproject$/,
    keys: (root) => isMap(get(root, 'entry_points')),
  },
  {
    name: 'Argo Workflows',
    advice: 'write each template as a task: its container command becomes run, its artifacts become inputs and outputs',
    text: /^apiVersion:\s*argoproj\.io/m,
    keys: (root) => textAt(root, 'apiVersion').startsWith('argoproj.io'),
  },
  {
    name: 'Kubeflow Pipelines',
    advice: 'write each component as a task with the command of its container as run, and files as inputs and outputs',
    text: /^[ \t]*(?:from|import) kfp\b|^# PIPELINE DEFINITION$|^deploymentSpec:/m,
    keys: (root) =>
      has(root, 'deploymentSpec', 'pipelineInfo', 'sdkVersion') ||
      has(get(root, 'implementation'), 'container', 'graph') ||
      (has(root, 'root') && has(root, 'components')),
  },
  {
    name: 'Prefect',
    advice: 'write each task of the flow as a task whose run starts its script, with the files it reads and writes',
    file: /(?:^|\/)prefect\.ya?ml$/,
    text: /^[ \t]*(?:from|import) prefect\b/m,
    keys: (root) =>
      has(root, 'prefect-version') || someHave(get(root, 'deployments'), 'entrypoint', 'flow_name', 'work_pool'),
  },
  {
    name: 'Airflow',
    advice: 'write each operator as a task: its bash_command or script becomes run, and files say what comes first',
    text: /^[ \t]*(?:from|import) airflow\b/m,
    keys: (root) => has(root, 'dag_id', 'default_args') || someHave(root, 'default_args', 'schedule_interval'),
  },
  {
    name: 'Metaflow',
    advice: 'write each @step as a task whose run starts its script, and let files carry what self carried',
    text: /^[ \t]*(?:from|import) metaflow\b|\(FlowSpec\)\s*:/m,
  },
  {
    name: 'ZenML',
    advice: 'write each @step as a task whose run starts its script, with the files it reads and writes',
    text: /^[ \t]*(?:from|import) zenml\b/m,
    keys: (root) =>
      (isMap(get(root, 'steps')) &&
        someHave(
          get(root, 'steps'),
          'parameters',
          'settings',
          'enable_cache',
          'step_operator',
          'experiment_tracker',
        )) ||
      has(root, 'enable_cache', 'enable_artifact_metadata', 'enable_artifact_visualization'),
  },
  {
    name: 'Kedro',
    advice:
      'write each node as a task whose run starts its script; entries of the catalog become its inputs and outputs',
    text: /^[ \t]*(?:from|import) kedro\b/m,
    keys: (root) =>
      root.kind === 'map' &&
      root.entries.length > 0 &&
      root.entries.some(({ value }) =>
        /^\w+(?:\.\w+)*\.\w*(?:Dataset|DataSet)$|^\w+\.\w+$/.test(textAt(value, 'type')),
      ) &&
      !has(root, 'stages', 'tasks', 'pipeline'),
  },
  {
    name: 'GitHub Actions',
    advice: 'leave the workflow where it is; write what its steps run as tasks, which the Practicum Action then starts',
    keys: (root) => isMap(get(root, 'jobs')) && someHave(get(root, 'jobs'), 'runs-on', 'uses', 'steps'),
  },
  {
    name: 'Azure Pipelines',
    advice: 'write each script step as a task with run, and say by files which comes first',
    file: /(?:^|\/)azure-pipelines\.ya?ml$/,
    keys: (root) =>
      (isList(get(root, 'steps')) &&
        (has(root, 'trigger', 'pool') || someHave(get(root, 'steps'), 'script', 'task', 'bash', 'checkout'))) ||
      someHave(get(root, 'jobs'), 'job', 'deployment') ||
      (isList(get(root, 'stages')) && someHave(get(root, 'stages'), 'stage', 'template')),
  },
  {
    name: 'GitLab CI',
    advice: 'write each job as a task: its script becomes run, its artifacts:paths become outputs',
    text: /^ {2,}script:/m,
    unless: /^tasks[ \t]*:|^[ \t]*(?:process|workflow|rule)\b/m,
    file: /(?:^|\/)\.gitlab-ci\.ya?ml$/,
    keys: (root) =>
      !has(root, 'tasks', 'pipeline') && (has(root, 'before_script', 'after_script') || someHave(root, 'script')),
  },
  {
    name: 'Taskfile',
    advice:
      'set version: 1 and give it a name; cmds of each task become run, sources and generates its inputs and outputs',
    file: /(?:^|\/)Taskfile\.(?:dist\.)?ya?ml$/i,
    keys: (root) =>
      has(root, 'tasks') &&
      (someHave(get(root, 'tasks'), 'cmds', 'cmd', 'sources', 'generates') ||
        (/^v?[23](?:\.|$)/.test(textAt(root, 'version')) && !someHave(get(root, 'tasks'), 'run'))),
  },
  {
    name: 'Nextflow',
    advice:
      'write each process as a task: its script becomes run, its input and output paths become inputs and outputs',
    file: /\.nf$|(?:^|\/)nextflow\.config$/,
    text: /^[ \t]*(?:process\s+\w+|workflow(?:\s+\w+)?)\s*\{|nextflow\.enable\.dsl/m,
  },
  {
    name: 'Snakemake',
    advice: 'write each rule as a task: its shell becomes run, its input and output become inputs and outputs',
    file: /(?:^|\/)Snakefile$|\.smk$/,
    text: /^(?:rule|checkpoint)[ \t]+(?:\w+[ \t]*)?:|^(?:configfile|rule all)\s*:/m,
  },
  {
    name: 'just',
    isLoose: true,
    advice: 'write each recipe as a task with its lines as run, and say by files which comes first',
    file: /(?:^|\/)\.?justfile$/i,
    text: /^set (?:shell|dotenv-load|positional-arguments|export)\b|^\w[\w-]*(?: [\w."'=*+-]+)*:(?: [\w-]+)*\n(?: {2,}|\t)(?:@?.*\{\{|@just\b|just\b)|^default:\n\s+@?just/m,
  },
  {
    name: 'Make',
    isLoose: true,
    advice:
      'write each rule as a task: its recipe becomes run, what stands behind the colon its inputs, the target its output',
    file: /(?:^|\/)(?:GNU)?[Mm]akefile$|\.mk$/,
    text: /^\.PHONY\s*:|^[\w./%$()-][^\n:=#]*:(?!=).*\n\t\S|\$[@<^*]/m,
  },
  {
    name: 'just',
    isLoose: true,
    advice: 'write each recipe as a task with its lines as run, and say by files which comes first',
    text: /^\w[\w-]*(?: [\w"'=*+-]+)*:(?: [\w-]+)*\n {2,}@?[a-z]\w* [^\n:]*$/m,
  },
];

/** In the order in which they are tried. */
const formats: readonly Format[] = [...workflows, ...services, ...builds, ...wellKnown, ...clusters, ...plainFiles];

/**
 * Says whose file this is; true when it is somebody's. `root` is the tree where the text is YAML; `isOurs`: it has the keys
 * of a form of ours, so that only keys that none of them has may tell otherwise.
 */
export function sayForeign(text: string, file: string, root: Tree | undefined, isOurs: boolean, say: Say): boolean {
  const short = text.slice(0, 64 * 1024);
  const byKeys = root && formats.find(({ keys }) => keys?.(root));
  const looksOurs = isOurs || /^(?:tasks|stages|pipeline|name|version)[ \t]*:/m.test(short);
  const fits = ({ file: names, text: syntax, also, isLoose, unless }: Format): boolean =>
    (names?.test(file) ?? false) ||
    (!(isLoose && looksOurs) && (syntax?.test(short) ?? false) && (also?.test(short) ?? true) && !unless?.test(short));
  const found = byKeys ?? (isOurs ? undefined : formats.find(fits));
  if (!found) return false;
  const message = `this is ${found.what ?? `a file of ${found.name}`}, not a pipeline.yml, dvc.yaml or MLPipeline file`;
  const hint = `to begin, write pipeline.yml with version: 1, name: … and tasks: …; ${found.advice}`;
  say(start, 'foreign-format', message, { hint });
  return true;
}

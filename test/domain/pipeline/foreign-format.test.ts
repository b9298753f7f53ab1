// A file of another tool is told by its name, and its owner how to begin; a broken file of ours is not taken for one.
import { expect, test } from 'vitest';
import { codes, read } from './read.ts';

const files: [format: string, name: string, text: string][] = [
  [
    'Kubeflow Pipelines',
    'component.yaml',
    'name: Add\ninputs:\n  - { name: a, type: Integer }\nimplementation:\n  container:\n    image: x\n    command: [a]\n',
  ],
  ['Tekton', 'p.yaml', 'apiVersion: tekton.dev/v1\nkind: Pipeline\nmetadata: { name: x }\nspec: { tasks: [] }\n'],
  [
    'Azure Machine Learning',
    'job.yml',
    'type: pipeline\njobs:\n  train: { type: command, command: python x, environment: azureml:x@latest }\n',
  ],
  [
    'CircleCI',
    'config.yml',
    'version: 2.1\njobs:\n  a: { docker: [{ image: x }], steps: [checkout] }\nworkflows: { w: { jobs: [a] } }\n',
  ],
  ['MLflow Projects', 'x.yml', 'name: x\nconda_env: c.yaml\nentry_points:\n  main: { command: python a.py }\n'],
  ['just', 'x', "python := 'python3'\n\ntrain lr='0.1' *args:\n    {{python}} train.py --lr {{lr}}\n"],
  [
    'Kedro',
    'catalog.yml',
    'companies:\n  type: pandas.CSVDataset\n  filepath: data/01_raw/companies.csv\nmodel:\n  type: pickle.PickleDataset\n  filepath: data/model.pkl\n',
  ],
  [
    'Kedro',
    'pipeline.py',
    'from kedro.pipeline import node, pipeline\n\ndef create_pipeline(**kwargs):\n    return pipeline([node(func=f, inputs="a", outputs="b")])\n',
  ],
  ['ZenML', 'run.yaml', 'enable_cache: true\nsteps:\n  trainer:\n    parameters: { lr: 0.1 }\n'],
  ['ZenML', 'run.py', 'from zenml import pipeline, step\n\n@step\ndef load() -> int:\n    return 1\n'],
  [
    'Metaflow',
    'flow.py',
    'from metaflow import FlowSpec, step\n\nclass Train(FlowSpec):\n    @step\n    def start(self):\n        self.next(self.end)\n',
  ],
  [
    'Kubeflow Pipelines',
    'pipeline.yaml',
    'components:\n  comp-train:\n    executorLabel: exec-train\ndeploymentSpec:\n  executors: {}\npipelineInfo: { name: p }\nroot:\n  dag: { tasks: {} }\nschemaVersion: 2.1.0\nsdkVersion: kfp-2.7.0\n',
  ],
  ['Kubeflow Pipelines', 'p.yaml', '# PIPELINE DEFINITION\n# Name: p\ncomponents: {}\n---\nplatforms: {}\n'],
  [
    'Airflow',
    'dag.py',
    'from airflow import DAG\nfrom airflow.operators.bash import BashOperator\n\nwith DAG("x") as dag:\n    a = BashOperator(task_id="a", bash_command="echo")\n',
  ],
  [
    'Airflow',
    'dags.yml',
    'my_dag:\n  default_args: { owner: me }\n  schedule_interval: "@daily"\n  tasks:\n    a: { operator: BashOperator, bash_command: echo }\n',
  ],
  [
    'Argo Workflows',
    'wf.yaml',
    'apiVersion: argoproj.io/v1alpha1\nkind: Workflow\nmetadata: { generateName: x- }\nspec:\n  entrypoint: main\n  templates: []\n',
  ],
  ['Argo Workflows', 'wf2.yaml', 'apiVersion: argoproj.io/v1alpha1\nkind: Workflow\n---\napiVersion: v1\n'],
  [
    'Snakemake',
    'Snakefile',
    'rule all:\n    input: "model.pkl"\n\nrule train:\n    input: "data.csv"\n    output: "model.pkl"\n    shell: "python train.py"\n',
  ],
  [
    'Snakemake',
    'pipeline.yml',
    'configfile: "config.yaml"\n\nrule train:\n    output: "model.pkl"\n    shell: "python train.py {output}"\n',
  ],
  ['Make', 'Makefile', '.PHONY: all\nall: model.pkl\n\nmodel.pkl: data.csv train.py\n\tpython train.py $< $@\n'],
  ['Make', 'pipeline.yml', 'model.pkl: data.csv\n\tpython train.py\n'],
  [
    'Taskfile',
    'Taskfile.yml',
    "version: '3'\ntasks:\n  train:\n    deps: [prepare]\n    cmds:\n      - python train.py\n    sources: [data.csv]\n",
  ],
  ['Taskfile', 'pipeline.yml', 'version: 3\ntasks:\n  train: python train.py\n'],
  [
    'GitLab CI',
    '.gitlab-ci.yml',
    'stages: [build, test]\nbuild:\n  stage: build\n  script:\n    - python train.py\n  artifacts: { paths: [model.pkl] }\n',
  ],
  ['GitLab CI', 'ci.yml', 'default: { image: python }\ntrain:\n  script: !reference [.setup, script]\n'],
  [
    'Azure Pipelines',
    'azure-pipelines.yml',
    'trigger: [main]\npool: { vmImage: ubuntu-latest }\nsteps:\n  - script: python train.py\n',
  ],
  [
    'Azure Pipelines',
    'ci.yml',
    'stages:\n  - stage: Build\n    jobs:\n      - job: train\n        steps: [{ script: echo }]\n',
  ],
  ['CWL', 'wf.cwl', 'cwlVersion: v1.2\nclass: Workflow\ninputs: {}\noutputs: {}\nsteps: {}\n'],
  [
    'Nextflow',
    'main.nf',
    'nextflow.enable.dsl=2\n\nprocess TRAIN {\n  output:\n  path "model.pkl"\n  script:\n  """\n  python train.py\n  """\n}\n\nworkflow { TRAIN() }\n',
  ],
  ['Prefect', 'flow.py', 'from prefect import flow, task\n\n@flow\ndef main():\n    pass\n'],
  [
    'Prefect',
    'prefect.yaml',
    'name: x\nprefect-version: 3.0.0\ndeployments:\n  - name: d\n    entrypoint: flow.py:main\n',
  ],
  ['just', 'justfile', 'set shell := ["bash", "-c"]\n\ndefault: train\n\ntrain: prepare\n    python train.py\n'],
  ['just', 'pipeline.yml', 'default:\n  @just --list\n\ntrain data="x":\n    python train.py {{data}}\n'],
  [
    'GitHub Actions',
    'ci.yml',
    'on: push\njobs:\n  train:\n    runs-on: ubuntu-latest\n    steps: [{ run: python train.py }]\n',
  ],
];

test.each(files)('%s: %s', (format, file, text) => {
  for (const name of [file, 'pipeline.yml']) {
    const result = read(text, { file: name });
    expect(result.ok).toBe(false);
    expect(codes(result)).toEqual(['1:1 foreign-format']);
    expect(result.problems[0]!.message).toContain(format);
    expect(result.problems[0]!.hint).toMatch(
      /^to begin, write pipeline\.yml with [^.]+\.yml|^to begin, write pipeline\.yml/,
    );
  }
});

test.each([
  ['tabs', 'version: 1\nname: x\ntasks:\n\ta:\n\t\trun: python train.py $@\n', '4:1 yaml-syntax'],
  ['a version to come', 'version: 2\nname: x\ntasks:\n  a: { run: x }\n', '1:10 wrong-value'],
  ['stages as a list', 'stages: [a]\n', '1:9 wrong-type'],
  ['a name and nothing else', 'name: x\n', '1:1 unknown-form'],
])('%s is a broken file of ours', (_, text, code) => {
  expect(codes(read(text))).toContain(code);
});

test('words of other tools inside a command are only a command', () => {
  const text =
    'version: 1\nname: x\ntasks:\n  a:\n    run: |\n      cat <<E\n      rule x:\n      E\n      from kedro import y\n';
  expect(read(text).problems).toEqual([]);
});

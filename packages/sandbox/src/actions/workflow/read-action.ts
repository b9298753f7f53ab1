// Reads an `action.yml`: inputs with their defaults, and how it runs.
import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { StepFailure } from './job-types.ts';
import { asMap, readStep, type Json, type JsonMap, type StepDefinition } from './read-workflow.ts';

export type ActionDefinition = {
  name: string;
  inputs: { name: string; default: Json }[];
  outputs: JsonMap;
  runs:
    | { kind: 'node'; main: string; pre?: string; preIf: Json | undefined; post?: string; postIf: Json | undefined }
    | { kind: 'composite'; steps: StepDefinition[] };
};

/** The action in `folder`. Throws a sentence when there is none or it cannot run here. */
export async function readAction(folder: string): Promise<ActionDefinition> {
  const file = await firstThere([join(folder, 'action.yml'), join(folder, 'action.yaml')]);
  if (!file) {
    throw new StepFailure(
      `Can't find 'action.yml', 'action.yaml' or 'Dockerfile' under '${folder}'. Did you forget to run actions/checkout before running your local action?`,
    );
  }
  const raw = asMap(parse(await readFile(file, 'utf8')) as Json);
  return {
    name: String(raw['name'] ?? ''),
    inputs: Object.entries(asMap(raw['inputs'])).map(([name, input]) => ({
      name,
      default: asMap(input)['default'] ?? null,
    })),
    outputs: asMap(raw['outputs']),
    runs: readRuns(asMap(raw['runs'])),
  };
}

function readRuns(runs: JsonMap): ActionDefinition['runs'] {
  const using = String(runs['using'] ?? '');
  if (using === 'composite') {
    const steps = Array.isArray(runs['steps']) ? runs['steps'] : [];
    return { kind: 'composite', steps: steps.map((step) => readStep('composite', step)) };
  }
  if (!/^node(20|24)$/.test(using)) {
    throw new StepFailure(
      using === 'docker'
        ? 'The sandbox runs no Docker actions.'
        : `'using: ${using}' is not supported, use 'composite', 'node20' or 'node24' instead.`,
    );
  }
  return {
    kind: 'node',
    main: String(runs['main'] ?? ''),
    preIf: runs['pre-if'],
    postIf: runs['post-if'],
    ...(runs['pre'] ? { pre: String(runs['pre']) } : {}),
    ...(runs['post'] ? { post: String(runs['post']) } : {}),
  };
}

async function firstThere(files: string[]): Promise<string | undefined> {
  for (const file of files)
    if (
      await access(file).then(
        () => true,
        () => false,
      )
    )
      return file;
  return undefined;
}

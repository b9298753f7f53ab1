// The ten published pipelines and the nodes, for the tests of this folder.
import { readFileSync } from 'node:fs';
import { describePipeline } from '../../../src/domain/placement/model/describe-pipeline.ts';
import { modelDuration } from '../../../src/domain/placement/model/estimate-duration.ts';
import { defaultHeuristics } from '../../../src/domain/placement/model/heuristics.ts';
import { readNodes, type NodeFile } from '../../../src/domain/placement/model/node.ts';
import type { Pipeline } from '../../../src/domain/placement/model/pipeline.ts';
import { readMetadata, type Metadata } from '../../../src/domain/placement/model/read-metadata.ts';

const folder = new URL('../../cases/placement/', import.meta.url);

export function readCase(path: string): string {
  return readFileSync(new URL(path, folder), 'utf8');
}

export const nodeFile: NodeFile = readNodes(readCase('nodes.json'), 'nodes.json').value!;

export const names = [
  'CIFAR_10/CNN',
  'MNIST/NN',
  'UNSW_NB15/RF',
  'UNSW_NB15/SVM',
  'adult_income/DT',
  'adult_income/LR',
  'credit_card/DT',
  'credit_card/LR',
  'kddcup99/RF',
  'kddcup99/SVM',
];

export function readCaseMetadata(name: string): Metadata {
  const { value, problems } = readMetadata(readCase(`pipelines/${name}/metadata.json`), name);
  if (!value) throw new Error(JSON.stringify(problems));
  return value;
}

export const pipelines: Pipeline[] = names.map((name) => {
  const metadata = readCaseMetadata(name);
  const described = describePipeline(metadata, { name, folderKb: nodeFile.datasetKb.get(metadata.dataset.name) });
  if ('circle' in described) throw new Error(described.circle.join());
  return described.pipeline;
});

export const setting = {
  nodes: nodeFile.nodes,
  window: 10,
  tick: 0,
  seed: 1,
  heuristics: defaultHeuristics,
  durationOf: modelDuration,
};

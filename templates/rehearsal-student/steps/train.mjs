// Trains on most rows and keeps the others for evaluation. Which ones is decided by each row itself and the seed, so a
// row that was kept for evaluation once is never trained on when more data arrives.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fit, readRows } from './model.mjs';

const params = JSON.parse(readFileSync('params.json', 'utf8'));
const dataset = 'data/processed/dataset.csv';
const rows = readRows(dataset);
if (rows.length === 0) throw new Error(`${dataset} has no rows`);

const names = Object.keys(rows[0]);
const isTest = (row) => {
  const digest = createHash('sha256').update(`${params.seed} ${names.map((name) => row[name]).join(',')}`).digest();
  return digest.readUInt32BE(0) / 2 ** 32 < params.test_share;
};
const kept = rows.filter(isTest);
const model = fit(rows.filter((row) => !isTest(row)), params.target, params.features);

function currentCommit() {
  if (process.env.GITHUB_SHA) return process.env.GITHUB_SHA;
  try {
    return execFileSync('git', ['rev-parse', 'HEAD'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return null;
  }
}

const sha256 = (content) => createHash('sha256').update(content).digest('hex');
const modelText = `${JSON.stringify(model, null, 2)}\n`;
const metadata = {
  // Another model says so by itself, although nobody counted up: the digest is build metadata, as semver has it.
  model_version: `${params.model_version}+${sha256(modelText).slice(0, 7)}`,
  api_version: params.api_version,
  commit: currentCommit(),
  data_sha256: sha256(readFileSync(dataset)),
  rows: rows.length,
  target: params.target,
  features: params.features,
  params,
};
mkdirSync('models', { recursive: true });
writeFileSync('models/model.json', modelText);
writeFileSync('models/metadata.json', `${JSON.stringify(metadata, null, 2)}\n`);
writeFileSync('data/processed/test.csv', `${[names, ...kept.map((row) => names.map((name) => row[name]))].map((line) => line.join(',')).join('\n')}\n`);
console.log(`train: ${rows.length - kept.length} rows, ${Object.keys(model.classes).length} classes, ${kept.length} rows kept for evaluation`);

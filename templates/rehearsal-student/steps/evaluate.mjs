// How often the model is right on rows it has not seen, next to always answering with the most frequent class.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { predict, readRows } from './model.mjs';

const model = JSON.parse(readFileSync('models/model.json', 'utf8'));
const rows = readRows('data/processed/test.csv');
const frequent = Object.entries(model.classes).toSorted(([, a], [, b]) => b.prior - a.prior)[0][0];
const share = (test) => (rows.length ? Number((rows.filter(test).length / rows.length).toFixed(6)) : 0);

const scores = {
  accuracy: share((row) => predict(model, row) === row[model.target]),
  baseline: share((row) => frequent === row[model.target]),
  rows: rows.length,
};
mkdirSync('metrics', { recursive: true });
writeFileSync('metrics/scores.json', `${JSON.stringify(scores, null, 2)}\n`);
console.log(`evaluate: ${JSON.stringify(scores)}`);

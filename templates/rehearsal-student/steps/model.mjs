// A Gaussian naive Bayes classifier, and the little CSV that it needs: numbers and plain words, no quotes.
import { readFileSync } from 'node:fs';

const SMALLEST_VARIANCE = 0.01;

export function readRows(path) {
  const [header, ...lines] = readFileSync(path, 'utf8').split(/\r?\n/).filter(Boolean);
  const names = header.split(',');
  return lines.map((line) => {
    const cells = line.split(',');
    return Object.fromEntries(names.map((name, index) => [name, cells[index]]));
  });
}

/** Rain is mostly little and sometimes much: its logarithm is closer to a bell curve. */
function scale(feature, value) {
  return feature === 'precipitation' ? Math.log1p(Math.max(0, Number(value))) : Number(value);
}

export function fit(rows, target, features) {
  const classes = {};
  for (const label of [...new Set(rows.map((row) => row[target]))].toSorted()) {
    const own = rows.filter((row) => row[target] === label);
    const moments = features.map((feature) => {
      const values = own.map((row) => scale(feature, row[feature]));
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
      return { mean, variance: Math.max(variance, SMALLEST_VARIANCE) };
    });
    classes[label] = { prior: own.length / rows.length, moments };
  }
  return { target, features, classes };
}

export function predict(model, row) {
  let best = { label: '', score: -Infinity };
  for (const [label, { prior, moments }] of Object.entries(model.classes)) {
    let score = Math.log(prior);
    moments.forEach(({ mean, variance }, index) => {
      const distance = scale(model.features[index], row[model.features[index]]) - mean;
      score -= 0.5 * (Math.log(2 * Math.PI * variance) + distance ** 2 / variance);
    });
    if (score > best.score) best = { label, score };
  }
  return best.label;
}

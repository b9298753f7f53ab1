// The simplest model of one column that is better than a constant on rows kept apart. Nothing in it is drawn at random.
import { cellReader } from './read-table.mjs';
import { fitBayes, predictBayes } from './bayes.mjs';
import { fitLine, predictLine } from './line.mjs';
import { fitNeighbours, predictNeighbours } from './neighbours.mjs';

const mostRows = 2000;
const mostColumns = 40;
const mostValues = 20;
const families = {
  bayes: [fitBayes, predictBayes],
  line: [fitLine, predictLine],
  neighbours: [fitNeighbours, predictNeighbours],
  constant: [(_points, targets, classes) => (classes ? mostFrequent(targets) : mean(targets)), (constant) => constant],
};

/** What is learned from rows of text cells: plain JSON. Without a row that has a target there is no model. */
export function fit(rows, task) {
  const cells = cellReader(task);
  const known = spread(rows.filter((row) => !cells.isMissing(row[task.target])), mostRows);
  if (task.target === undefined || known.length === 0) return { kind: 'none' };
  const numbers = known.map((row) => cells.number(row[task.target]));
  const classes = task.kind ? task.kind !== 'regression' : numbers.some((value) => value === undefined) || new Set(numbers).size <= 10;
  const usable = known.filter((_row, index) => classes || numbers[index] !== undefined);
  const targets = usable.map((row) => (classes ? String(row[task.target]) : cells.number(row[task.target])));
  if (usable.length === 0) return { kind: 'none' };
  const features = chooseFeatures(usable, targets, classes, task, cells);
  const points = usable.map((row) => encode(row, features, cells));
  const best = choose(points, targets, classes);
  const labels = classes ? { labels: [...new Set(targets)].toSorted() } : reachOf(targets);
  return { kind: classes ? 'classes' : 'numbers', ...best, target: task.target, features, ...labels, typed: typesOf(usable, task, cells) };
}

/** What comes later may go on in the same way, but not to the moon; what was never below zero stays there. */
function reachOf(targets) {
  const [low, high] = [Math.min(...targets), Math.max(...targets)];
  const lower = low - (high - low);
  return { low: low >= 0 ? Math.max(0, lower) : lower, high: high + (high - low) };
}

/** One prediction per row of cells: a class as the data has it, a number, or how likely each class is. */
export function predict(model, rows, task, shares = false) {
  const cells = cellReader(task);
  const [, ask] = families[model.family];
  return rows.map((row) => {
    const answer = ask(model.learned, encode(row, model.features, cells), shares && model.kind === 'classes');
    if (model.kind === 'numbers') return Math.min(model.high, Math.max(model.low, answer));
    if (shares) return typeof answer === 'object' ? answer : Object.fromEntries(model.labels.map((label) => [label, label === answer ? 0.9 : 0.1 / Math.max(1, model.labels.length - 1)]));
    return model.typed === 'number' ? Number(answer) : model.typed === 'boolean' ? answer.trim().toLowerCase() === 'true' : answer;
  });
}

/** Why a row cannot be taken for one of the data, or undefined. */
export function faultOf(model, row, task) {
  if (typeof row !== 'object' || row === null || Array.isArray(row)) return 'is not an object';
  const cells = cellReader(task);
  if (model.features.length > 0 && !model.features.some(({ name }) => name in row)) return 'has none of the columns';
  const bad = model.features.filter(({ name, type }) => type === 'number' && !cells.isMissing(row[name]) && cells.number(row[name]) === undefined);
  return bad.length > 0 ? `needs a number for ${bad.map(({ name }) => name).join(', ')}` : undefined;
}

/** On a fifth of the rows, kept apart evenly, and on the last fifth, which comes later where rows have an order. */
function choose(points, targets, classes) {
  const even = (_one, index) => index % 5 === 2;
  const last = (_one, index) => index >= targets.length * 0.8;
  const names = targets.length < 25 ? ['constant'] : [...(classes ? ['bayes', 'neighbours'] : ['line', 'neighbours']), 'constant'];
  const judged = names.map((family) => ({ family, value: (worth(family, even) + worth(family, last)) / 2 }));
  const best = judged.toSorted((a, b) => b.value - a.value)[0];
  return { family: best.family, value: best.value, baseline: judged.at(-1).value, learned: families[best.family][0](points, targets, classes) };

  function worth(family, isKept) {
    const [learn, ask] = families[family];
    const rest = (one, index) => !isKept(one, index);
    const learned = learn(points.filter(rest), targets.filter(rest), classes);
    const predictions = points.filter(isKept).map((point) => ask(learned, point));
    const kept = targets.filter(isKept);
    return classes ? share(predictions, kept) : Math.max(-1, explained(predictions, kept));
  }
}

/** Columns that say something: numbers, dates, and texts with few values; those that differ most with the target. */
function chooseFeatures(rows, targets, classes, task, cells) {
  const names = Object.keys(rows[0] ?? {}).filter((name) => name !== '' && name !== task.target && name !== 'row');
  const described = names.map((name) => describe(name, rows, task, cells)).filter(Boolean);
  if (described.length <= mostColumns) return described;
  const order = classes ? new Map([...new Set(targets)].toSorted().map((label, index) => [label, index])) : undefined;
  const values = order ? targets.map((label) => order.get(label)) : targets;
  const weight = (feature) => Math.abs(correlation(rows.map((row) => encode(row, [feature], cells)[0].value), values));
  return described.map((feature) => ({ feature, by: weight(feature) })).toSorted((a, b) => b.by - a.by).slice(0, mostColumns).map(({ feature }) => feature);
}

function describe(name, rows, task, cells) {
  const filled = rows.map((row) => row[name]).filter((cell) => !cells.isMissing(cell));
  const said = task.columns?.[name]?.type;
  const isText = said === 'string' || said === 'boolean';
  const numbers = isText ? [] : filled.map((cell) => (said === 'date' ? cells.moment(cell) : (cells.number(cell) ?? cells.moment(cell)))).filter((value) => value !== undefined);
  if (numbers.length > 0 && numbers.length >= filled.length * 0.95) {
    const centre = mean(numbers);
    const scale = Math.sqrt(mean(numbers.map((value) => (value - centre) ** 2)));
    const isDate = said === 'date' || cells.number(filled[0]) === undefined;
    return scale > 0 ? { name, type: isDate ? 'date' : 'number', centre, scale } : undefined;
  }
  const values = [...new Set(filled.map(String))].toSorted();
  return values.length >= 2 && values.length <= mostValues ? { name, type: 'text', values } : undefined;
}

/** A number as its distance from the mean, in deviations, at most five; a text by its place; missing is undefined. */
function encode(row, features, cells) {
  return features.map(({ name, type, centre, scale, values }) => {
    const cell = row[name];
    if (cells.isMissing(cell)) return { type, value: undefined };
    if (type === 'text') {
      const place = values.indexOf(String(cell));
      return { type, size: values.length, value: place < 0 ? undefined : place };
    }
    const value = type === 'date' ? cells.moment(cell) : cells.number(cell);
    return { type, value: value === undefined ? undefined : Math.max(-5, Math.min(5, (value - centre) / scale)) };
  });
}

function typesOf(rows, task, cells) {
  const labels = rows.map((row) => row[task.target]);
  if (task.columns?.[task.target]?.type === 'string') return 'string';
  if (labels.every((label) => /^\s*(true|false)\s*$/i.test(label))) return 'boolean';
  return labels.every((label) => cells.number(label) !== undefined && !/^\s*[+-]?0\d/.test(label)) ? 'number' : 'string';
}

/** So many of them at most, evenly from all. */
function spread(rows, most) {
  return rows.length <= most ? rows : Array.from({ length: most }, (_, index) => rows[Math.floor((index * rows.length) / most)]);
}

function mostFrequent(labels) {
  const counts = new Map();
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  return [...counts].toSorted(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))[0]?.[0];
}

const mean = (values) => (values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length);
const share = (predictions, targets) => (targets.length === 0 ? 0 : predictions.filter((one, index) => one === targets[index]).length / targets.length);

function explained(predictions, targets) {
  const centre = mean(targets);
  const total = targets.reduce((sum, value) => sum + (value - centre) ** 2, 0);
  return total === 0 ? 0 : 1 - targets.reduce((sum, value, index) => sum + (value - predictions[index]) ** 2, 0) / total;
}

function correlation(xs, ys) {
  const pairs = xs.map((x, index) => [x ?? 0, ys[index]]);
  const [mx, my] = [mean(pairs.map(([x]) => x)), mean(pairs.map(([, y]) => y))];
  const [sx, sy] = [mean(pairs.map(([x]) => (x - mx) ** 2)), mean(pairs.map(([, y]) => (y - my) ** 2))];
  return sx * sy === 0 ? 0 : mean(pairs.map(([x, y]) => (x - mx) * (y - my))) / Math.sqrt(sx * sy);
}

// How near the graded quality comes to the true one: pooled over the rows asked, and as the mean over portions of ten.
import { measure, type Metric } from '../src/domain/challenge/metric.ts';
import { merge, tally, valueOf } from '../src/domain/challenge/statistics.ts';
import type { Pair } from '../src/domain/challenge/pair.ts';

const repeats = 300;
const portion = 10;
const sizes = [50, 200, 1000, 5000];

/** Mulberry32: the same figures every time. */
let state = 7;
function draw(): number {
  state = (state + 0x6d2b79f5) | 0;
  let t = Math.imul(state ^ (state >>> 15), 1 | state);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
}
const normal = (): number => Math.sqrt(-2 * Math.log(1 - draw())) * Math.cos(2 * Math.PI * draw());

/** Prices: a lognormal label, and a model whose errors have 22 % of its variance. */
function price(): Pair {
  const label = Math.exp(0.5 * normal());
  const deviation = Math.sqrt(0.22 * (Math.exp(0.25) - 1) * Math.exp(0.25));
  return { label, prediction: label + deviation * normal() };
}

/** Four classes, of which one is rare, hit in three of four cases. */
function weather(): Pair {
  const share = draw();
  const label = share < 0.5 ? 'sun' : share < 0.8 ? 'rain' : share < 0.97 ? 'fog' : 'snow';
  const other = ['sun', 'rain', 'fog', 'snow'][Math.floor(draw() * 4)]!;
  return { label, prediction: draw() < 0.75 ? label : other };
}

function spread(values: readonly number[]): { mean: number; deviation: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return { mean, deviation: Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length) };
}

const shown = (value: number): string => String(Math.round(value * 1000) / 1000);

process.stdout.write(
  '| target | metric | true | rows asked | pooled | its standard error | mean over tens |\n|---|---|---:|---:|---:|---:|---:|\n',
);
for (const [name, metric, model] of [
  ['lognormal price', 'r2', price],
  ['four classes, one rare', 'f1', weather],
  ['four classes, one rare', 'accuracy', weather],
] as const satisfies [string, Metric, () => Pair][]) {
  const truth = measure(metric, Array.from({ length: 400_000 }, model))!;
  for (const rows of sizes) {
    const pooled: number[] = [];
    const means: number[] = [];
    for (let repeat = 0; repeat < repeats; repeat++) {
      const tens = Array.from({ length: rows / portion }, () => tally(metric, Array.from({ length: portion }, model)));
      pooled.push(valueOf(metric, merge(tens)!)!);
      means.push(spread(tens.map((ten) => valueOf(metric, ten) ?? 0)).mean);
    }
    const { mean, deviation } = spread(pooled);
    const cells = [name, metric, shown(truth), rows, shown(mean), shown(deviation), shown(spread(means).mean)];
    process.stdout.write(`| ${cells.join(' | ')} |\n`);
  }
}

// Criterion quality: the metric on rows whose labels the student never saw, from probes and batch predictions.
import type { ScoreRule } from '../challenge/challenge.ts';
import { coarseValue } from '../challenge/coarse.ts';
import { countsSilence, isMetric } from '../challenge/metric.ts';
import { merge, saysNothing, valueOf, type Statistics } from '../challenge/statistics.ts';
import type { Quality } from '../evidence/evidence.ts';
import { probesSince, type ScorePolicy } from '../evidence/policy.ts';
import { drillSpans, isWithin } from '../drill/drill-spans.ts';
import { award, gradeBetween, isTrusted } from '../evidence/criterion.ts';
import { sayShare } from '../time/say-time.ts';
import type { CriterionScore, Reason, ScoreInput } from '../evidence/criterion.ts';

type Thresholds = { metric: string; pass: number; full: number };
type Measured = Quality & { id: string; statistics?: Statistics };

/** For metrics that mean the same on every dataset. Errors in the target's own unit need thresholds of the challenge. */
const defaults: Record<string, { pass: number; full: number }> = {
  accuracy: { pass: 0.5, full: 0.9 },
  f1: { pass: 0.5, full: 0.9 },
  r2: { pass: 0, full: 0.8 },
  precision: { pass: 0.5, full: 0.9 },
  recall: { pass: 0.5, full: 0.9 },
  balanced_accuracy: { pass: 0.5, full: 0.9 },
  auc: { pass: 0.6, full: 0.9 },
};

/** The metric over all rows of the window as if they had been asked at once: below `pass` nothing, at `pass` 60%, from `full` on everything. */
export function scoreQuality(input: ScoreInput, rule: ScoreRule): CriterionScore {
  const measured = collect(input, rule);
  const last = measured.at(-1);
  if (!last) return award(rule, undefined, []);
  const thresholds = qualityThresholds(input.policy, last.metric);
  if (!thresholds) {
    const text = `Nothing due yet: the challenge states no thresholds for ${last.metric}.`;
    return award(rule, undefined, [{ text, evidence: last.id }]);
  }
  const { metric, pass, full } = thresholds;
  const same = measured.filter((measure) => measure.metric === metric);
  const pooled = pool(metric, same);
  if (!pooled) return award(rule, undefined, silent(metric, same));
  const { value, rows, asked } = pooled;
  const unanswered = asked - rows;
  // Where silence is wrong already, it is not counted twice; of the rest nobody knows how good it would have been.
  const coverage = silenceCounts(metric) || asked === 0 ? 1 : rows / asked;
  const share = value === undefined ? 0 : coverage * gradeBetween(value, thresholds);
  const times = same.length === 1 ? 'one measurement' : `${same.length} measurements`;
  // While rows are still asked, an exact figure would tell from probe to probe how many were right.
  const open = input.now <= input.policy.ends;
  const exact = value === undefined ? 'unknown' : decimals(value);
  const shown = open && value !== undefined ? `about ${coarseValue(metric, value, thresholds)}` : exact;
  const reached =
    `${metric} ${shown} over ${silenceCounts(metric) ? asked : rows} held-out rows in ${times} ` +
    `(${decimals(pass)} passes, ${decimals(full)} earns all).`;
  const cost = silenceCounts(metric) ? 'the others count as wrong' : `only that share of the points is earned`;
  const covered = `${rows} of ${asked} rows (${sayShare(rows / Math.max(1, asked))}) were answered: ${cost}.`;
  const text = unanswered > 0 ? `${reached} ${covered}` : reached;
  const advice =
    unanswered > 0
      ? 'Answer every row that is asked.'
      : 'Train on every release so far and compare on rows that the model has not seen.';
  return award(rule, share, [{ text, evidence: same.at(-1)!.id, ...(share < 1 ? { next: advice } : {}) }]);
}

type Pooled = { value: number | undefined; rows: number; asked: number };

/** Undefined where the labels say nothing. Measurements from before sums were kept are weighed by their rows. */
function pool(metric: string, measured: readonly Measured[]): Pooled | undefined {
  const sums = merge(measured.flatMap(({ statistics }) => (statistics ? [statistics] : [])));
  const means = measured.filter(({ statistics, rows }) => !statistics && rows > 0);
  const counted = sums && sums.asked > 0 && !(sums.rows > 0 && saysNothing(metric, sums)) ? sums : undefined;
  const old = means.reduce((sum, { rows }) => sum + rows, 0);
  if (!counted && old === 0) return undefined;
  const rows = old + (counted?.rows ?? 0);
  const asked = old + (counted?.asked ?? 0);
  const parts = means.map((mean) => [mean.value, mean.rows] as const);
  const value = counted && valueOf(metric, counted);
  if (counted && value !== undefined) parts.push([value, silenceCounts(metric) ? counted.asked : counted.rows]);
  const weight = parts.reduce((sum, [, many]) => sum + many, 0);
  const mean = parts.reduce((sum, [one, many]) => sum + one * many, 0) / weight;
  return { value: weight === 0 ? undefined : mean, rows, asked };
}

function silenceCounts(metric: string): boolean {
  return isMetric(metric) && countsSilence(metric);
}

function silent(metric: string, measured: readonly Measured[]): Reason[] {
  if (!measured.some(({ statistics }) => statistics && statistics.asked > 0)) return [];
  return [{ text: `Nothing due yet: the rows asked so far have labels for which ${metric} is undefined.` }];
}

/** Those of the challenge, or else the usual ones of the metric, where it has any. */
export function qualityThresholds({ quality }: Pick<ScorePolicy, 'quality'>, metric: string): Thresholds | undefined {
  if (quality) return quality;
  const known = Object.hasOwn(defaults, metric) ? defaults[metric] : undefined;
  return known && { metric, ...known };
}

/** In order of time. Of a request the first attempt counts: the later ones were made with a verdict in hand. */
function collect({ policy, evidence, now }: ScoreInput, rule: ScoreRule): Measured[] {
  const to = Math.min(now.getTime(), policy.ends.getTime());
  const from = probesSince(policy, now).getTime();
  const found = new Map<string, Measured>();
  const drills = drillSpans(evidence, now);
  const inDrill = new Set<string>();
  for (const item of evidence) {
    if (item.kind !== 'probe' && item.kind !== 'answer') continue;
    const at = item.at.getTime();
    const metric = item.quality?.metric ?? item.measured?.metric;
    if (metric === undefined || at < from || at > to || !isTrusted(item, rule)) continue;
    const late = item.kind === 'answer' && item.verdict === 'deadline_exceeded';
    // Not in time is not answered; what was judged before that was kept says nothing of its rows.
    if (late && !item.measured) continue;
    const key = item.kind === 'answer' ? `answer ${item.request}` : item.id;
    // Of a request the first attempt counts; where a drill may have spoilt it, none does.
    if (found.has(key) || inDrill.has(key)) continue;
    if (isWithin(item.at, drills)) {
      inDrill.add(key);
      continue;
    }
    const { value, rows } = (late ? undefined : item.quality) ?? { value: 0, rows: 0 };
    const statistics = item.measured;
    found.set(key, { metric, value, rows, id: item.id, ...(statistics ? { statistics } : {}) });
  }
  return [...found.values()];
}

function decimals(value: number): string {
  return String(Math.round(value * 1000) / 1000);
}

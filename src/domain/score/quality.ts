// Criterion quality: the metric on rows whose labels the student never saw, from probes and batch predictions.
import type { ScoreRule } from '../challenge/challenge.ts';
import type { Quality } from '../evidence/evidence.ts';
import { probesSince, type ScorePolicy } from '../evidence/policy.ts';
import { award, gradeBetween, isTrusted } from '../evidence/criterion.ts';
import type { CriterionScore, ScoreInput } from '../evidence/criterion.ts';

type Thresholds = { metric: string; pass: number; full: number };
type Measured = Quality & { id: string };

/** For metrics that mean the same on every dataset. Errors in the target's own unit need thresholds of the challenge. */
const defaults: Record<string, { pass: number; full: number }> = {
  accuracy: { pass: 0.5, full: 0.9 },
  f1: { pass: 0.5, full: 0.9 },
  r2: { pass: 0, full: 0.8 },
};

/** The mean over the window, weighted by rows: below `pass` nothing, at `pass` 60 %, from `full` on everything. */
export function scoreQuality(input: ScoreInput, rule: ScoreRule): CriterionScore {
  const measured = collect(input, rule);
  const last = measured.at(-1);
  if (!last) return award(rule, undefined, []);
  const thresholds = qualityThresholds(input.policy, last.metric);
  if (!thresholds) {
    const text = `Nothing due yet: the challenge states no thresholds for ${last.metric}.`;
    return award(rule, undefined, [{ text, evidence: last.id }]);
  }
  const same = measured.filter(({ metric }) => metric === thresholds.metric);
  const rows = same.reduce((sum, one) => sum + one.rows, 0);
  if (rows === 0) return award(rule, undefined, []);
  const value = same.reduce((sum, one) => sum + one.value * one.rows, 0) / rows;
  const share = gradeBetween(value, thresholds);
  const times = same.length === 1 ? 'one measurement' : `${same.length} measurements`;
  const text =
    `${thresholds.metric} ${decimals(value)} over ${rows} held-out rows in ${times} ` +
    `(${decimals(thresholds.pass)} passes, ${decimals(thresholds.full)} earns all).`;
  const next = share < 1 ? 'Train on every release so far and compare on rows that the model has not seen.' : undefined;
  return award(rule, share, [{ text, evidence: same.at(-1)!.id, ...(next ? { next } : {}) }]);
}

/** Those of the challenge, or else the usual ones of the metric, where it has any. */
export function qualityThresholds({ quality }: Pick<ScorePolicy, 'quality'>, metric: string): Thresholds | undefined {
  if (quality) return quality;
  const known = Object.hasOwn(defaults, metric) ? defaults[metric] : undefined;
  return known && { metric, ...known };
}

/** In order of time; of a request's attempts the last one counts. */
function collect({ policy, evidence, now }: ScoreInput, rule: ScoreRule): Measured[] {
  const to = Math.min(now.getTime(), policy.ends.getTime());
  const from = probesSince(policy, now).getTime();
  const found = new Map<string, Measured>();
  for (const one of evidence) {
    if (one.kind !== 'probe' && one.kind !== 'answer') continue;
    const at = one.at.getTime();
    if (!one.quality || at < from || at > to || !isTrusted(one, rule)) continue;
    if (one.kind === 'answer' && one.verdict === 'deadline_exceeded') continue;
    const key = one.kind === 'answer' ? `answer ${one.request}` : one.id;
    found.delete(key);
    found.set(key, { ...one.quality, id: one.id });
  }
  return [...found.values()];
}

function decimals(value: number): string {
  return String(Math.round(value * 1000) / 1000);
}

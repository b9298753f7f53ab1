// What counts in a challenge: points, and the thresholds behind them.
import { parseDuration } from '../time/calendar.ts';
import type { ChallengeParts, EndpointPart } from './schema.ts';
import { measuredCriteria as criteria } from './challenge.ts';
import type { Challenge, EndpointRule, Maintenance, ScoreRule, Trust } from './challenge.ts';
import type { Dataset } from '../dataset/dataset.ts';
import { positive } from './requests.ts';
import type { DatasetFacts } from '../dataset/facts.ts';
import { checkMetric } from './check-metric.ts';
import { higherIsBetter } from './metric.ts';
import { readDate } from '../text/read-date.ts';
import type { Report } from '../text/report-problems.ts';
import { readAmount } from '../text/values.ts';

type Criterion = (typeof criteria)[number];

/** The least trust that counts where the file names none: what the app sees itself is measured, runs are reported. */
const defaultTrust: Record<Criterion, Trust> = {
  data: 'measured',
  requests: 'measured',
  pipeline: 'claimed',
  freshness: 'claimed',
  endpoint: 'measured',
  quality: 'measured',
  hygiene: 'measured',
};

const defaultPoints: Partial<Record<Criterion, number>> = {
  data: 20,
  requests: 15,
  pipeline: 20,
  freshness: 15,
  endpoint: 15,
  quality: 15,
};

type Score = Challenge['score'];

/** Without `score`, each criterion that this challenge can measure counts with its usual weight. */
export function readScore(parts: ChallengeParts, dataset: Dataset | undefined, report: Report): Score {
  const able = abilities(parts, dataset, report);
  const score: Score = {};
  for (const criterion of criteria) {
    const written = parts.score?.[criterion];
    const usual = parts.score === undefined && able[criterion] === undefined ? defaultPoints[criterion] : undefined;
    const rule = written ?? usual;
    if (rule !== undefined) score[criterion] = toRule(criterion, rule);
    const lacking = able[criterion];
    if (written !== undefined && lacking !== undefined && score[criterion]!.points > 0) {
      report.error(
        ['score', criterion],
        'score-impossible',
        `points for \`${criterion}\` cannot be earned: ${lacking}`,
      );
    }
  }
  const total = Object.values(score).reduce((sum, rule) => sum + rule.points, 0);
  if (parts.score !== undefined && total === 0) {
    report.error(['score'], 'score-zero', 'nothing counts: all points are 0');
  }
  return score;
}

function toRule(criterion: Criterion, rule: number | ScoreRule): ScoreRule {
  return typeof rule === 'number' ? { points: rule, trust: defaultTrust[criterion] } : rule;
}

/** Why a criterion cannot be measured in this challenge; absent where it can. */
function abilities(
  parts: ChallengeParts,
  dataset: Dataset | undefined,
  { lacks }: Report,
): Partial<Record<Criterion, string>> {
  const lacking: Partial<Record<Criterion, string>> = {};
  const { requests } = parts;
  if (requests ? requests.length === 0 && lacks(['requests', 0]) : lacks(['requests']))
    lacking.requests = 'the challenge has no `requests`';
  if (lacks(['endpoint'])) lacking.endpoint = 'the challenge has no `endpoint`';
  if (dataset && dataset.target === undefined && lacks(['dataset', 'target']))
    lacking.quality = '`dataset.target` is missing';
  else if (dataset && dataset.holdOut === 0 && lacks(['dataset', 'hold_out']))
    lacking.quality = '`dataset.hold_out` is missing';
  return lacking;
}

export function readEndpoint(part: EndpointPart | undefined, zone: string, report: Report): EndpointRule | undefined {
  if (!part) return undefined;
  const every = positive(part.every, 'every', ['endpoint', 'every'], report);
  const wait = positive(part.wait, 'wait', ['endpoint', 'wait'], report);
  const window = positive(part.window, 'window', ['endpoint', 'window'], report);
  const availability = { pass: readAmount(part.availability.pass), full: readAmount(part.availability.full) };
  if (every > 0 && every < 30_000) {
    report.error(['endpoint', 'every'], 'probe-too-often', '`every` must be at least 30s: probes must not become load');
  }
  if (wait > 60_000) report.error(['endpoint', 'wait'], 'probe-too-slow', '`wait` must be at most 60s');
  else if (wait > every && every > 0)
    report.error(['endpoint', 'wait'], 'probe-too-slow', '`wait` must be shorter than `every`');
  if (window > 0 && window < every)
    report.error(['endpoint', 'window'], 'window-too-short', '`window` must be longer than `every`');
  if (availability.pass > availability.full) {
    report.error(['endpoint', 'availability', 'pass'], 'range-reversed', '`pass` must not be more than `full`');
  }
  const identity = part.identity === 'required' ? { identity: part.identity } : {};
  return { every, wait, availability, window, ...identity, maintenance: readMaintenance(part, zone, report) };
}

function readMaintenance(part: EndpointPart, zone: string, report: Report): Maintenance[] {
  return (part.maintenance ?? []).flatMap((span, index) => {
    const at = ['endpoint', 'maintenance', index];
    const from = readDate(span.from, zone, [...at, 'from'], report);
    const to = readDate(span.to, zone, [...at, 'to'], report);
    if (!from || !to) return [];
    if (from >= to) report.error([...at, 'to'], 'range-reversed', '`to` must be after `from`');
    return [{ from, to, ...(span.reason === undefined ? {} : { reason: span.reason }) }];
  });
}

export function readFreshness(parts: ChallengeParts, report: Report): Challenge['freshness'] {
  const full = parseDuration(parts.freshness?.full ?? '24h') ?? 0;
  const zero = parseDuration(parts.freshness?.zero ?? '7d') ?? 0;
  if (full >= zero) report.error(['freshness', 'zero'], 'range-reversed', '`zero` must be more than `full`');
  return { full, zero };
}

export function readQuality(
  parts: ChallengeParts,
  dataset: Dataset | undefined,
  facts: DatasetFacts | undefined,
  report: Report,
): Challenge['quality'] {
  if (!parts.quality) return undefined;
  const { metric } = parts.quality;
  checkMetric(metric, ['quality', 'metric'], dataset, facts, report);
  const pass = readAmount(parts.quality.pass);
  const full = readAmount(parts.quality.full);
  const better = higherIsBetter(metric) ? full >= pass : full <= pass;
  if (!better) {
    const message = `\`full\` must be ${higherIsBetter(metric) ? 'at least' : 'at most'} \`pass\`, since ${higherIsBetter(metric) ? 'more' : 'less'} \`${metric}\` is better`;
    report.error(['quality', 'full'], 'range-reversed', message);
  }
  return { metric, pass, full };
}

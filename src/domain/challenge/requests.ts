// The requests of a challenge: whether each can be asked, and judged, with this dataset.
import { parseDuration } from '../time/calendar.ts';
import type { RequestPart } from './schema.ts';
import type { Between } from '../text/between.ts';
import type { Dataset } from '../dataset/dataset.ts';
import type { Release, RequestRule } from './challenge.ts';
import type { DatasetFacts } from '../dataset/facts.ts';
import { checkMetric } from './check-metric.ts';
import { parseFormula } from '../text/formula.ts';
import { releaseRanges } from './release-rows.ts';
import type { Report } from '../text/report-problems.ts';
import { releasedRows } from '../dataset/slices.ts';
import { suggest } from '../text/suggest.ts';
import { readAmount, readCounts } from '../text/values.ts';
import type { Path } from '../text/yaml-source.ts';

type Context = {
  dataset: Dataset | undefined;
  releases: readonly Release[];
  sample: number;
  facts: DatasetFacts | undefined;
  report: Report;
};

export function readRequests(parts: readonly RequestPart[], context: Context): RequestRule[] {
  return parts.map((part, index) => {
    const at: Path = ['requests', index];
    checkNeeds(part, at, context);
    checkFormula(part, at, context);
    checkCounts(part, at, context);
    checkMetric(part.metric, [...at, 'metric'], context.dataset, context.facts, context.report);
    const every = readEvery(part, at, context.report);
    const due = readAnswerTime(part, at, context.report);
    const { on, kind, tolerance, attempts, metric, threshold, formula, seed } = part;
    return {
      on,
      kind,
      rows: readCounts(part.rows),
      due,
      ...(every === undefined ? {} : { every }),
      tolerance,
      attempts,
      ...(metric === undefined ? {} : { metric }),
      ...(threshold === undefined ? {} : { threshold: readAmount(threshold) }),
      ...(formula === undefined ? {} : { formula }),
      seed,
    };
  });
}

/** `due` is the old spelling of `answer_within`. */
function readAnswerTime(part: RequestPart, at: Path, report: Report): number {
  const old = [...at, 'due'];
  if (part.due !== undefined) {
    const isTwice = part.answer_within !== undefined;
    const hint = 'the old spelling still works';
    if (isTwice)
      report.error(old, 'duplicate-value', '`due` is the old spelling of `answer_within`', 'keep one of them');
    else report.warning(old, 'key-renamed', '`due` is now called `answer_within`', hint);
  }
  const key = part.answer_within === undefined && part.due !== undefined ? 'due' : 'answer_within';
  const text = part[key];
  if (text !== undefined) return positive(text, key, [...at, key], report);
  if (report.lacks([...at, 'answer_within']) && report.lacks(old)) {
    report.error(at, 'missing-key', 'missing key `answer_within`: the time to answer', 'such as `answer_within: 2d`');
  }
  return 0;
}

/** A duration that must not be zero. */
export function positive(text: string, key: string, at: Path, report: Report): number {
  const ms = parseDuration(text) ?? 0;
  if (ms === 0) report.error(at, 'bad-value', `\`${key}\` must be more than 0`);
  return ms;
}

function checkNeeds(part: RequestPart, at: Path, { dataset, report }: Context): void {
  const { kind } = part;
  if (kind === 'batch_prediction' && dataset) {
    if (dataset.target === undefined && report.lacks(['dataset', 'target'])) {
      report.error(
        [...at, 'kind'],
        'target-missing',
        '`batch_prediction` needs `dataset.target`: what is to be predicted',
      );
    }
    if (dataset.holdOut === 0 && report.lacks(['dataset', 'hold_out'])) {
      const message = '`batch_prediction` needs `dataset.hold_out`: rows whose labels nobody has';
      report.error([...at, 'kind'], 'hold-out-missing', message, 'such as `hold_out: 20%`');
    }
  }
  if (kind === 'calculated_feature' && part.formula === undefined && report.lacks([...at, 'formula'])) {
    report.error(at, 'missing-key', '`calculated_feature` must have a `formula`');
  }
  if (kind !== 'calculated_feature' && part.formula !== undefined) {
    report.warning([...at, 'formula'], 'request-unused', `\`formula\` has no effect on \`${kind}\``);
  }
  for (const key of ['metric', 'threshold'] as const) {
    if (kind !== 'batch_prediction' && part[key] !== undefined) {
      report.warning([...at, key], 'request-unused', `\`${key}\` has no effect on \`${kind}\``);
    }
  }
  if (part.threshold !== undefined && part.metric === undefined && report.lacks([...at, 'metric'])) {
    report.error([...at, 'threshold'], 'missing-key', 'a `threshold` needs a `metric`');
  }
}

function checkFormula({ kind, formula: text }: RequestPart, at: Path, { facts, report }: Context): void {
  if (kind !== 'calculated_feature' || text === undefined) return;
  const formula = parseFormula(text);
  if ('problem' in formula)
    return report.error([...at, 'formula'], 'formula-unreadable', `\`formula\`: ${formula.problem}`);
  const known = facts?.columns.map(({ name }) => name);
  for (const column of formula.columns) {
    if (!known || known.includes(column)) continue;
    const nearest = suggest(column, known);
    const hint = nearest ? `did you mean \`${nearest}\`?` : undefined;
    report.error([...at, 'formula'], 'unknown-column', `\`formula\`: the data has no column \`${column}\``, hint);
  }
}

function readEvery(part: RequestPart, at: Path, report: Report): Between | undefined {
  if (part.every === undefined) {
    if (part.on === 'random' && report.lacks([...at, 'every'])) {
      report.error(at, 'missing-key', 'a random request must have `every`', 'such as `every: [1d, 3d]`');
    }
    return undefined;
  }
  if (part.on !== 'random') {
    report.warning([...at, 'every'], 'request-unused', `\`every\` has no effect on requests on \`${part.on}\``);
  }
  const [least, most = least] = Array.isArray(part.every) ? part.every : [part.every];
  const every = { min: positive(least!, 'every', [...at, 'every'], report), max: parseDuration(most!) ?? 0 };
  if (every.max < every.min)
    report.error([...at, 'every'], 'range-reversed', `\`every\` goes from ${least} down to ${most}`);
  return every;
}

function checkCounts(part: RequestPart, at: Path, { dataset, releases, sample, facts, report }: Context): void {
  const rows = readCounts(part.rows);
  const path = [...at, 'rows'];
  if (rows.min < 1) return report.error(path, 'bad-value', '`rows` must be at least 1');
  if (rows.max < rows.min)
    return report.error(path, 'range-reversed', `\`rows\` goes from ${rows.min} down to ${rows.max}`);
  if (!facts || !dataset || dataset.holdOut >= 1) return;
  const released = releasedRows(facts.rows, dataset.holdOut);
  const held = facts.rows - released;
  if (part.kind === 'batch_prediction') {
    if (held > 0 && rows.max > held) {
      report.error(path, 'too-many-rows', `\`rows\`: up to ${rows.max} are asked for, but only ${held} are held out`);
    }
    return;
  }
  const sizes = releaseRanges(releases, released).flatMap((range) =>
    range ? [Math.floor((range[1] - range[0]) * sample)] : [],
  );
  const smallest = Math.min(...sizes);
  if (sizes.length > 0 && smallest > 0 && rows.max > smallest) {
    const message = `\`rows\`: up to ${rows.max} are asked for, but the smallest release has ${smallest}`;
    report.warning(path, 'too-many-rows', message, 'no more than that is asked');
  }
}

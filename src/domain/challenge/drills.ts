// The drills of a challenge: whether each kind can happen in it, and whether the window has room for them.
import type { Challenge, DrillKind, DrillRule } from './challenge.ts';
import type { DrillsPart } from './schema.ts';
import { readDate } from '../text/read-date.ts';
import type { Report } from '../text/report-problems.ts';
import { positive } from './requests.ts';

const usualDetection = 4 * 3_600_000;

export function readDrills(
  part: DrillsPart | undefined,
  challenge: Challenge,
  zone: string,
  report: Report,
): DrillRule | undefined {
  if (!part) return undefined;
  const time = (key: 'detect_within' | 'lasts' | 'post_mortem_within', text: string): number =>
    positive(text, key, ['drills', key], report);
  const lasts = time('lasts', part.lasts);
  const { detect_within: detect } = part;
  const rule: DrillRule = {
    ...readWindow(part, challenge, zone, report),
    kinds: part.kinds,
    number: part.number,
    detectWithin: detect === undefined ? Math.min(usualDetection, lasts) : time('detect_within', detect),
    lasts,
    postMortemWithin: time('post_mortem_within', part.post_mortem_within),
    sections: part.sections,
    seed: part.seed,
    ...(part.real ? { real: true as const } : {}),
  };
  if (part.real && !challenge.endpoint)
    report.error(['drills', 'real'], 'drill-impossible', '`real` needs an `endpoint`');
  for (const [index, kind] of part.kinds.entries()) {
    const at = ['drills', 'kinds', index];
    if (part.kinds.indexOf(kind) !== index) report.error(at, 'duplicate-value', `\`${kind}\` is named twice`);
    const lacking = whatLacks(kind, challenge);
    if (lacking !== undefined) report.error(at, 'drill-impossible', `\`${kind}\` needs ${lacking}`);
  }
  if (rule.detectWithin > rule.lasts)
    report.error(['drills', 'detect_within'], 'range-reversed', '`detect_within` must not be more than `lasts`');
  return rule;
}

function readWindow(
  part: DrillsPart,
  { starts, ends }: Challenge,
  zone: string,
  report: Report,
): { from: Date; to: Date } {
  const at = ['drills', 'window'];
  if (part.window === undefined) return { from: starts, to: ends };
  const isList = Array.isArray(part.window);
  const [first, last] = Array.isArray(part.window) ? part.window : [part.window.from, part.window.to];
  const from = readDate(first!, zone, [...at, isList ? 0 : 'from'], report) ?? starts;
  const to = readDate(last!, zone, [...at, isList ? 1 : 'to'], report) ?? ends;
  if (from >= to) report.error(at, 'dates-reversed', '`window` must end after it begins');
  else if (from < starts || to > ends)
    report.error(at, 'drill-outside', '`window` must lie between `starts` and `ends` of the challenge');
  return { from, to };
}

const services: readonly DrillKind[] = ['malformed_requests', 'burst'];

/** In words, what a kind of drill needs and this challenge has not. */
function whatLacks(kind: DrillKind, { endpoint, carriers, releases, dataset, path }: Challenge): string | undefined {
  if (services.includes(kind)) return endpoint ? undefined : 'an `endpoint`';
  const ways = [...carriers, ...releases.flatMap((release) => release.carriers ?? [])].map((carrier) => carrier.kind);
  if (kind === 'remote_outage')
    return ways.includes('rclone') ? undefined : 'a release that travels by `{ rclone: … }`';
  if (!ways.some((way) => way === 'commit' || way === 'pull_request'))
    return 'a release that travels by `commit` or `pull_request`';
  if (dataset.index !== undefined) return 'releases that are one file, and this dataset is a folder';
  const isText = /\.(csv|tsv|jsonl|ndjson)$/i.test(path);
  if ((kind === 'schema_change' || kind === 'poisoned_labels') && !isText) return 'releases in CSV or JSON lines';
  if (kind === 'poisoned_labels' && dataset.target === undefined) return '`dataset.target`';
  return undefined;
}

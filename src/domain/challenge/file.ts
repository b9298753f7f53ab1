// challenge.yml: bytes → a Challenge, or every problem with it at once.
import type { Course } from '../course/course.ts';
import { readDataset } from './dataset.ts';
import type { Known } from './dataset.ts';
import { assignCarriers, readCarriers, readPath, readPer } from './delivery.ts';
import { readDrills } from './drills.ts';
import { readDrift } from './drift.ts';
import { completeReleases, readReleases, releasesOf } from './releases.ts';
import { positive, readRequests } from './requests.ts';
import { challengeSchema } from './schema.ts';
import type { ChallengeParts } from './schema.ts';
import { doubtStages } from './doubt-stages.ts';
import { readEndpoint } from './endpoint.ts';
import { readFreshness, readQuality, readScore } from './score.ts';
import { checkWhere } from './where.ts';
import { checkPathForm } from './path-form.ts';
import type { Challenge, Release } from './challenge.ts';
import type { Dataset } from '../dataset/dataset.ts';
import { isAcceptable } from '../text/problem.ts';
import type { Problem } from '../text/problem.ts';
import { readDate } from '../text/read-date.ts';
import type { Span } from './release-dates.ts';
import { checkCounts, checkRows } from './release-rows.ts';
import { pathFault } from '../text/repository-path.ts';
import type { Report } from '../text/report-problems.ts';
import { validateYaml } from '../text/validate-yaml.ts';
import { readAmount } from '../text/values.ts';
import { readYaml } from '../text/yaml-source.ts';
import type { YamlSource } from '../text/yaml-source.ts';

/**
 * `value` only when there is no error. `dataset` as far as it could be understood, so that its source can be looked at
 * although something else is wrong. `source` places problems that are found by comparing files.
 */
export type ParsedChallenge = { value?: Challenge; dataset?: Dataset; source?: YamlSource; problems: Problem[] };

/** Releases are counted and named by their place, so a list of them is checked whole or not at all. */
const together = ['releases', 'list', 'proportions'];

/** Never throws for what a person wrote. `known` adds the checks against the repository's paths and the data itself. */
export function parseChallenge(bytes: Uint8Array, file: string, course: Course, known: Known = {}): ParsedChallenge {
  const { source, problems } = readYaml(bytes, file);
  if (!source) return { problems };
  const { parts, problems: shape, report } = validateYaml(challengeSchema, source, together);
  const challenge = readParts(parts, file, course, known, report);
  const all = [...problems, ...shape, ...report.problems].toSorted((a, b) => a.line - b.line || a.column - b.column);
  return {
    ...(challenge.whole && isAcceptable(all) ? { value: challenge.whole } : {}),
    ...(challenge.dataset ? { dataset: challenge.dataset } : {}),
    source,
    problems: all,
  };
}

type Read = { whole?: Challenge; dataset?: Dataset };

function readParts(parts: ChallengeParts, file: string, course: Course, known: Known, report: Report): Read {
  const zone = course.timezone;
  const starts = parts.starts === undefined ? undefined : readDate(parts.starts, zone, ['starts'], report);
  const ends = parts.ends === undefined ? undefined : readDate(parts.ends, zone, ['ends'], report);
  if (starts && ends && starts >= ends) report.error(['ends'], 'dates-reversed', '`ends` must be after `starts`');
  const dataset = readDataset(parts, file, known, report);
  const delivery = readDelivery(parts, { starts, ends, zone }, dataset, known, report);
  const rules = {
    requests: readRequests(parts.requests ?? [], {
      dataset,
      releases: delivery?.releases ?? [],
      sample: delivery?.sample ?? 1,
      facts: known.facts,
      report,
    }),
    score: readScore(parts, dataset, report),
    freshness: readFreshness(parts, report),
    milestones: readMilestones(parts.milestones ?? {}),
  };
  const optional = readOptional(parts, zone, dataset, known, report);
  if (optional.endpoint && starts && ends) doubtStages(optional.endpoint, { starts, ends }, report);
  const { name, title = name } = parts;
  if (name === undefined || title === undefined || !starts || !ends || !dataset || !delivery)
    return dataset ? { dataset } : {};
  const whole = { name, title, file, starts, ends, dataset, ...delivery, ...rules, ...optional };
  const drills = readDrills(parts.drills, whole, zone, report);
  return { dataset, whole: { ...whole, ...(drills ? { drills } : {}) } };
}

type Delivery = Pick<Challenge, 'releases' | 'path' | 'carriers' | 'per' | 'sample' | 'drift' | 'early'>;

function readDelivery(
  parts: ChallengeParts,
  span: Span,
  dataset: Dataset | undefined,
  known: Known,
  report: Report,
): Delivery | undefined {
  const found = releasesOf(parts);
  if (!found) return undefined;
  const { part, listPath } = found;
  const drafted = readReleases(part, listPath, span, report);
  const { per, sample } = readPer(part.per, report);
  const path = readPath(part, dataset, drafted.length, report);
  const carriers = readCarriers(part.carrier, path, per, report);
  checkPathForm(path, known.facts, report);
  checkRows(drafted, dataset?.holdOut ?? 0, known.facts, report);
  const names = drafted.map(({ name }) => name);
  const drift = readDrift(part.drift ?? [], { releases: names, dataset, facts: known.facts, report });
  const releases: Release[] = assignCarriers(completeReleases(drafted), part.carriers, path, per, report);
  for (const [index, { name, path: at, take }] of drafted.entries()) {
    if (take?.kind !== 'where') continue;
    const where = [...at, 'where'];
    checkWhere(take.where, where, { dataset, facts: known.facts }, report);
    if (known.counts?.[index] === 0)
      report.warning(
        where,
        'release-without-rows',
        `\`${name}\` has no rows: none meets this`,
        'check upper and lower case, and whether an earlier release takes the same rows',
      );
  }
  checkCounts(known, dataset?.holdOut ?? 0, drafted, report);
  return { releases, path, carriers, per, sample, drift, ...(part.start === 'early' ? { early: true } : {}) };
}

function readOptional(
  parts: ChallengeParts,
  zone: string,
  dataset: Dataset | undefined,
  known: Known,
  report: Report,
): Pick<Challenge, 'endpoint' | 'quality' | 'placement'> {
  const endpoint = readEndpoint(parts.endpoint, zone, report);
  const quality = readQuality(parts, dataset, known.facts, report);
  return {
    ...(endpoint ? { endpoint } : {}),
    ...(quality ? { quality } : {}),
    ...(parts.placement ? { placement: readPlacement(parts.placement, report) } : {}),
  };
}

function readMilestones(part: NonNullable<ChallengeParts['milestones']>): Challenge['milestones'] {
  const given = Object.entries(part).filter((entry): entry is [string, string | number] => entry[1] !== undefined);
  return Object.fromEntries(given.map(([key, value]) => [key, readAmount(value)]));
}

function readPlacement(
  part: NonNullable<ChallengeParts['placement']>,
  report: Report,
): NonNullable<Challenge['placement']> {
  const fault = part.nodes === undefined ? undefined : pathFault(part.nodes);
  if (fault) report.error(['placement', 'nodes'], 'bad-path', `\`nodes\` ${fault}`);
  return {
    placer: part.placer,
    ...(part.nodes === undefined ? {} : { nodes: part.nodes }),
    ...(part.window === undefined ? {} : { window: positive(part.window, 'window', ['placement', 'window'], report) }),
    seed: part.seed,
  };
}

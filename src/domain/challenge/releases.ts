// The releases of a challenge: which rows, and when they are due.
import type { ListedRelease, ReleasesPart } from './schema-releases.ts';
import type { ChallengeParts } from './schema.ts';
import { readWhere } from './where.ts';
import type { Release, Take } from './challenge.ts';
import { checkDueDates, setDueDates } from './release-dates.ts';
import type { Drafted, Span } from './release-dates.ts';
import type { Report } from '../text/report-problems.ts';
import { sumOf, sumTolerance } from '../dataset/slices.ts';
import { readAmount } from '../text/values.ts';
import type { Path } from '../text/yaml-source.ts';

/** The mapping form of `releases`, whichever form was written, and where its list stands. */
export function releasesOf(parts: ChallengeParts): { part: ReleasesPart; listPath: Path } | undefined {
  const { releases } = parts;
  if (!releases) return undefined;
  if (!Array.isArray(releases)) return { part: releases, listPath: ['releases', 'list'] };
  return { part: { list: releases, carrier: 'pull_request', per: 'course', start: 'due' }, listPath: ['releases'] };
}

export function readReleases(part: ReleasesPart, listPath: Path, span: Span, report: Report): Drafted[] {
  const given = (['proportions', 'count', 'list'] as const).filter(
    (key) => part[key] !== undefined || !report.lacks(key === 'list' ? listPath : ['releases', key]),
  );
  if (given.length !== 1) {
    const message =
      given.length === 0
        ? '`releases` must say what is released: `proportions`, `count` or `list`'
        : `\`${given.join('` and `')}\` exclude each other`;
    report.error(
      ['releases', ...given.slice(1, 2)],
      given.length === 0 ? 'missing-key' : 'releases-ambiguous',
      message,
    );
  }
  const drafted = part.list !== undefined ? listedReleases(part.list, listPath, report) : sharedReleases(part, report);
  setDueDates(drafted, part, listPath, span, report);
  checkNames(drafted, report);
  checkDueDates(drafted, part, span, report);
  return drafted;
}

function sharedReleases(part: ReleasesPart, report: Report): Drafted[] {
  const { proportions, count } = part;
  if (proportions === undefined) {
    return Array.from({ length: count ?? 0 }, (_, index) => ({
      name: `release-${index + 1}`,
      take: { kind: 'share', share: 1 / count! },
      path: ['releases', 'count'],
    }));
  }
  const shares = proportions.map(readAmount);
  for (const [index, value] of shares.entries()) {
    if (value > 0) continue;
    report.error(['releases', 'proportions', index], 'proportion-not-positive', 'each proportion must be more than 0');
  }
  const sum = sumOf(shares);
  if (Math.abs(sum - 1) > sumTolerance) {
    const message = `the proportions sum to ${Number(sum.toPrecision(12))}, not to 1`;
    report.error(['releases', 'proportions'], 'proportions-sum', message, 'for equal parts write `count` instead');
  }
  return shares.map((value, index) => ({
    name: `release-${index + 1}`,
    take: { kind: 'share', share: value },
    path: ['releases', 'proportions', index],
  }));
}

function listedReleases(list: ListedRelease[], listPath: Path, report: Report): Drafted[] {
  return list.map((item, index) => {
    const path = [...listPath, index];
    const take = readTake(item, path, report);
    return { name: item.name ?? `release-${index + 1}`, ...(take ? { take } : {}), path };
  });
}

function readTake(item: ListedRelease, path: Path, report: Report): Take | undefined {
  if ((item.rows === undefined) === (item.where === undefined)) {
    const both = item.rows !== undefined;
    const message = both ? '`rows` and `where` exclude each other' : 'a release must have `rows` or `where`';
    report.error(both ? [...path, 'where'] : path, both ? 'releases-ambiguous' : 'missing-key', message);
    return undefined;
  }
  if (item.where !== undefined) return { kind: 'where', where: readWhere(item.where, [...path, 'where'], report) };
  const [from, to] = item.rows as [number, number];
  if (from === to)
    report.error([...path, 'rows'], 'empty-release', `\`[${from}, ${to}]\` has no rows: the end is not included`);
  else if (from > to) report.error([...path, 'rows'], 'rows-reversed', `\`[${from}, ${to}]\` ends before it begins`);
  return { kind: 'rows', rows: [from, to] };
}

function checkNames(drafted: Drafted[], report: Report): void {
  const seen = new Map<string, string>();
  for (const { name, path } of drafted) {
    const other = seen.get(name.toLowerCase());
    if (other !== undefined) {
      const message =
        other === name ? `two releases are named \`${name}\`` : `\`${other}\` and \`${name}\` differ only in case`;
      report.error([...path, 'name'], 'duplicate-release', message);
    }
    seen.set(name.toLowerCase(), name);
  }
}

/** The drafts that are complete, as releases. */
export function completeReleases(drafted: Drafted[]): Release[] {
  return drafted.flatMap(({ name, due, take }) => (due && take ? [{ name, due, take }] : []));
}

// When each release is due, and whether those dates make a schedule.
import { addEvery, parseDuration } from '../time/calendar.ts';
import { sayWallTime } from '../time/say-time.ts';
import type { Take } from './challenge.ts';
import type { ReleasesPart } from './schema-releases.ts';
import { readDate } from '../text/read-date.ts';
import type { Report } from '../text/report-problems.ts';
import type { Path } from '../text/yaml-source.ts';

/** A release as far as it could be understood, and where it stands in the file. */
export type Drafted = { name: string; due?: Date; take?: Take; path: Path };

/** The challenge's own dates, as far as they could be read, and the zone of the course. */
export type Span = { starts: Date | undefined; ends: Date | undefined; zone: string };

/** Fills in `due`: as written, or `first` plus the place of the release times `every`. */
export function setDueDates(drafted: Drafted[], part: ReleasesPart, listPath: Path, span: Span, report: Report): void {
  const first = part.first === undefined ? span.starts : readDate(part.first, span.zone, ['releases', 'first'], report);
  if (part.every !== undefined && parseDuration(part.every) === 0) {
    report.error(['releases', 'every'], 'bad-value', '`every` must be more than 0');
    return;
  }
  const derived = drafted.filter((_, index) => part.list?.[index]?.due === undefined);
  if (derived.length > 1 && part.every === undefined && report.lacks(['releases', 'every'])) {
    report.error(derived[0]!.path.slice(0, 1), 'missing-key', 'missing key `every`: the time between releases');
  }
  const skipped: string[] = [];
  const repeated: string[] = [];
  for (const [index, draft] of drafted.entries()) {
    const written = part.list?.[index]?.due;
    if (written !== undefined) {
      const due = readDate(written, span.zone, [...listPath, index, 'due'], report);
      if (due) draft.due = due;
    } else if (first && (part.every !== undefined || index === 0)) {
      const instant = addEvery(first, part.every ?? '0s', index, span.zone);
      draft.due = instant.date;
      const shown = `\`${draft.name}\` (${sayWallTime(instant.date, span.zone)})`;
      if (instant.clock === 'gap') skipped.push(shown);
      if (instant.clock === 'twice' && index > 0) repeated.push(shown);
    }
  }
  if (skipped.length > 0) {
    const message = `the clocks skip this time for ${skipped.join(', ')}; the release comes after the change`;
    report.warning(['releases', 'every'], 'clock-gap', message);
  }
  if (repeated.length > 0) {
    const message = `this time happens twice in ${span.zone} for ${repeated.join(', ')}: it is due the first time`;
    report.warning(
      ['releases', 'every'],
      'clock-twice',
      message,
      'choose another hour, or list the release with its offset',
    );
  }
}

/** Dates must ascend, and lie within the challenge. */
export function checkDueDates(drafted: Drafted[], part: ReleasesPart, span: Span, report: Report): void {
  const dated = drafted.filter((draft): draft is Drafted & { due: Date } => draft.due !== undefined);
  const shown = (due: Date): string => sayWallTime(due, span.zone);
  for (const [index, { name, due, path }] of dated.entries()) {
    const before = dated[index - 1];
    const at = part.list ? [...path, 'due'] : ['releases', 'every'];
    if (before && due.getTime() === before.due.getTime()) {
      report.error(at, 'releases-same-time', `\`${before.name}\` and \`${name}\` are released at the same time`);
    } else if (before && due < before.due) {
      report.error(at, 'releases-unordered', `\`${name}\` is released before \`${before.name}\`, which precedes it`);
    }
  }
  checkSpan(dated, 'before', span.starts, part, shown, report);
  checkSpan(dated, 'after', span.ends, part, shown, report);
}

function checkSpan(
  dated: (Drafted & { due: Date })[],
  side: 'before' | 'after',
  limit: Date | undefined,
  part: ReleasesPart,
  shown: (date: Date) => string,
  report: Report,
): void {
  if (!limit) return;
  const outside = dated.filter(({ due }) => (side === 'before' ? due < limit : due > limit));
  const key = side === 'before' ? 'starts' : 'ends';
  const say = (at: Path, names: string, due: Date): void =>
    report.error(at, 'release-outside', `${names} released ${shown(due)}, ${side} \`${key}\` (${shown(limit)})`);
  if (part.list) {
    for (const { name, due, path } of outside) say([...path, 'due'], `\`${name}\` is`, due);
  } else if (outside.length > 0) {
    const names = outside.map(({ name }) => `\`${name}\``);
    const text = names.length > 3 ? `${names.slice(0, 3).join(', ')} and ${names.length - 3} more` : names.join(', ');
    say(
      ['releases', side === 'before' ? 'first' : 'every'],
      `${text} ${names.length > 1 ? 'are' : 'is'}`,
      outside[0]!.due,
    );
  }
}

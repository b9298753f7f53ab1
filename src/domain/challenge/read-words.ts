// What `dataset` declares of its cells: missing words, decimals, dates.
import type { CellWords } from '../dataset/cell-reader.ts';
import { readDatesBy } from '../dataset/date-format.ts';
import type { Report } from '../text/report-problems.ts';
import { suggest } from '../text/suggest.ts';
import { isZone } from '../time/calendar.ts';
import type { ChallengeParts } from './schema.ts';

export function readWords(part: NonNullable<ChallengeParts['dataset']>, report: Report): CellWords {
  const { missing, decimal, thousands, dates, timezone, text } = part;
  const at = (key: string): string[] => ['dataset', key];
  if (thousands !== undefined && thousands === (decimal ?? '.')) {
    report.error(at('thousands'), 'decimal-thousands', '`decimal` and `thousands` must not be the same sign');
  }
  if (dates !== undefined && readDatesBy(dates) === undefined) {
    const hint = 'such as `dd.mm.yyyy`, `mm/dd/yyyy hh:mm` or `mmm d yyyy`';
    report.error(at('dates'), 'date-form', `\`dates\`: the form \`${dates}\` is not understood`, hint);
  }
  if (timezone !== undefined && !isZone(timezone)) {
    const close = suggest(timezone, Intl.supportedValuesOf('timeZone'), 1000);
    const hint = close === undefined ? 'such as `Europe/Copenhagen`' : `did you mean \`${close}\`?`;
    report.error(at('timezone'), 'unknown-timezone', `unknown time zone \`${timezone}\``, hint);
  }
  const zone = timezone !== undefined && isZone(timezone) ? timezone : undefined;
  return {
    ...(missing === undefined ? {} : { missing: listOf(missing).map((word) => String(word).trim()) }),
    ...(decimal === ',' ? { decimal } : {}),
    ...(thousands === undefined ? {} : { thousands }),
    ...(dates === undefined ? {} : { dates }),
    ...(zone === undefined ? {} : { timezone: zone }),
    ...(text === undefined ? {} : { text: listOf(text) }),
  };
}

function listOf<T>(value: T | T[]): T[] {
  return Array.isArray(value) ? value : [value];
}

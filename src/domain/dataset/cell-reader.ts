// How the cells of one dataset are to be read: what challenge.yml declares of its missing words, decimals and dates.
import { readDatesBy } from './date-format.ts';
import { dateOf, numberOf } from '../text/read-cell.ts';

/** Declared below `dataset`. Nothing of it is ever guessed when rows are cut. */
export type CellWords = {
  /** Words that stand for a missing value, beside the empty text. */
  missing?: string[];
  decimal?: ',';
  /** What stands between groups of three digits. */
  thousands?: string;
  /** The form of dates that are not ISO 8601. */
  dates?: string;
  /** Whose clocks dates without a zone mean; UTC when not given. */
  timezone?: string;
  /** Columns that hold text, whatever their cells look like. */
  text?: string[];
};

export type CellReader = {
  isMissing: (text: string) => boolean;
  number: (text: string) => number | undefined;
  date: (text: string) => number | undefined;
  /** The number in plain writing (`1.000,5` → `1000.5`), or undefined: for comparing more digits than a double has. */
  plain: (text: string) => string | undefined;
  /** A number as this dataset writes it. */
  write: (plain: string) => string;
  isText: (column: string) => boolean;
};

/** Of a dataset that declares nothing. */
export const plainCells: CellReader = {
  isMissing: (text) => text === '',
  number: numberOf,
  date: dateOf,
  plain: (text) => (numberOf(text) === undefined ? undefined : text.trim()),
  write: (plain) => plain,
  isText: () => false,
};

export function cellReader(words: CellWords): CellReader {
  const { missing = [], decimal, thousands, dates, timezone, text = [] } = words;
  const isMissing = missingReader(missing);
  const plain = plainReader(decimal, thousands);
  const number = (cell: string): number | undefined => {
    const written = plain ? plain(cell) : cell;
    return written === undefined || isMissing(cell) ? undefined : numberOf(written);
  };
  const columns = new Set(text);
  return {
    isMissing,
    number: plain || missing.length > 0 ? number : numberOf,
    date: dateReader(dates, timezone),
    plain: (cell) => (number(cell) === undefined ? undefined : (plain?.(cell) ?? cell).trim()),
    write: decimal === ',' ? (value) => value.replace('.', ',') : (value) => value,
    isText: (column) => columns.has(column),
  };
}

/** Only what is declared, so that a dataset without declarations is written down, and named, as before. */
export function wordsOf(words: CellWords): CellWords {
  const { missing, decimal, thousands, dates, timezone, text } = words;
  return {
    ...(missing === undefined ? {} : { missing }),
    ...(decimal === undefined ? {} : { decimal }),
    ...(thousands === undefined ? {} : { thousands }),
    ...(dates === undefined ? {} : { dates }),
    ...(timezone === undefined ? {} : { timezone }),
    ...(text === undefined ? {} : { text }),
  };
}

function missingReader(missing: readonly string[]): (text: string) => boolean {
  if (missing.length === 0) return plainCells.isMissing;
  const words = new Set(missing.map((word) => word.trim()));
  return (text) => text === '' || words.has(text.trim());
}

/** Undefined where numbers are written plainly. */
function plainReader(
  decimal: ',' | undefined,
  thousands: string | undefined,
): ((text: string) => string | undefined) | undefined {
  if (decimal === undefined && thousands === undefined) return undefined;
  const point = decimal ?? '.';
  // A blank between groups is often one that does not break.
  const between = thousands === ' ' ? String.raw`[ \u00A0\u202F\u2009]` : thousands && `[${thousands}]`;
  const whole = between === undefined ? String.raw`\d+` : String.raw`(?:\d{1,3}(?:${between}\d{3})+|\d+)`;
  const form = new RegExp(String.raw`^[+-]?(?:${whole}(?:[${point}]\d*)?|[${point}]\d+)(?:[eE][+-]?\d+)?$`);
  const groups = between === undefined ? undefined : new RegExp(between, 'g');
  return (text) => {
    const trimmed = text.trim();
    if (!form.test(trimmed)) return undefined;
    const bare = groups ? trimmed.replace(groups, '') : trimmed;
    return point === ',' ? bare.replace(',', '.') : bare;
  };
}

/** Dates in ISO 8601 are read beside the declared form, unless the two could be taken for each other. */
function dateReader(dates: string | undefined, timezone: string | undefined): CellReader['date'] {
  const declared = dates === undefined ? undefined : readDatesBy(dates, timezone);
  const iso = (text: string): number | undefined => dateOf(text, timezone);
  if (!declared) return timezone === undefined ? dateOf : iso;
  if (/^(?:y|%Y)/i.test(dates!)) return declared;
  return (text) => declared(text) ?? iso(text);
}

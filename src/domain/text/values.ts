// The small values that people write in YAML (shares, durations, ranges, names): their schemas, and how each is read.
import { z } from 'zod';
import { datePattern, durationPattern } from '../time/calendar.ts';
import type { Between } from './between.ts';

// Every message begins with "must", so that it can follow the name of its key.
const patterned = (pattern: RegExp, error: string, examples: string[]) =>
  z.string({ error }).regex(pattern, { error }).meta({ examples });

const percentPattern = /^\d+(?:\.\d+)?\s?%$/;

export const duration = patterned(durationPattern, 'must be a duration such as `30m`, `48h` or `7d`', ['7d']);

export const date = patterned(
  datePattern,
  'must be a date with a time, such as `2027-01-11T09:00` (course zone) or `2027-01-11T09:00+01:00`',
  ['2027-01-11T09:00'],
);

const shareError = 'must be a share between 0 and 1, such as `20%` or `0.2`';
export const share = z
  .union(
    [
      z.number({ error: shareError }).min(0, { error: shareError }).max(1, { error: shareError }),
      z.string().regex(/^(?:100(?:\.0+)?|\d{1,2}(?:\.\d+)?)\s?%$/, { error: shareError }),
    ],
    { error: shareError },
  )
  .meta({ examples: ['20%', 0.2] });

const amountError = 'must be a number or a percentage';
export const amount = z.union(
  [z.number({ error: amountError }), z.string().regex(percentPattern, { error: amountError })],
  {
    error: amountError,
  },
);

export const wholeNumber = (least: number, most: number): z.ZodType<number, number> => {
  const error = `must be a whole number from ${least} to ${most}`;
  return z.int({ error }).min(least, { error }).max(most, { error });
};

/** Seeds fit 32 bits, so that every generator can take them. */
export const seed = wholeNumber(0, 4_294_967_295);

const countsError = 'must be a whole number or a range such as `5..20`';
export const counts = z
  .union(
    [
      z.int({ error: countsError }).min(1, { error: countsError }),
      z.string().regex(/^\d{1,9}\.\.\d{1,9}$/, { error: countsError }),
    ],
    {
      error: countsError,
    },
  )
  .meta({ examples: ['5..20', 50] });

const rowPair = 'must be `[from, to]`: the first row and the row after the last, counted from 0';
export const rowRange = z
  .array(z.int({ error: rowPair }).min(0, { error: rowPair }), { error: rowPair })
  .length(2, { error: rowPair })
  .meta({ examples: [[0, 1500]] });

/** One line of text. */
export const shortText = (most = 200): z.ZodType<string, string> =>
  z
    .string({ error: 'must be text' })
    .trim()
    .min(1, { error: 'must not be empty' })
    .max(most, { error: `must have at most ${most} characters` })
    // oxlint-disable-next-line no-control-regex -- they are what must not be there
    .regex(/^[^\u0000-\u001F\u007F\u2028\u2029]*$/, { error: 'must be one line' });

/** Exactly as the header of the data has it, blanks included. */
export const columnName = z
  .string({ error: 'must be the name of a column' })
  .min(1, { error: 'must not be empty' })
  .max(500, { error: 'must have at most 500 characters' });

/** A name that goes into branches, paths and repository names. */
export const slug = patterned(
  /^(?=.{1,60}$)[A-Za-z0-9]+(?:[-_][A-Za-z0-9]+)*$/,
  'must be 1 to 60 letters and digits, with single `-` or `_` between them',
  ['avocado'],
);

export const releaseName = patterned(
  /^(?=.{1,60}$)(?!.*\.(?:lock|git)$)[A-Za-z0-9]+(?:[-_.][A-Za-z0-9]+)*$/i,
  'must be 1 to 60 letters and digits, with single `-`, `_` or `.` between them',
  ['week-1'],
);

/** `20%` → 0.2; numbers stay. */
export function readAmount(value: number | string): number {
  return typeof value === 'number' ? value : Number.parseFloat(value) / 100;
}

/** `5..20` → 5 to 20; `50` → 50 to 50. */
export function readCounts(value: number | string): Between {
  if (typeof value === 'number') return { min: value, max: value };
  const [min, max] = value.split('..').map(Number);
  return { min: min!, max: max! };
}

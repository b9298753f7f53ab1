// The keys of `dataset` that say how cells are to be read: missing words, decimals, dates.
import { z } from 'zod';
import { columnName, shortText } from '../text/values.ts';

const wordError = 'must be a word, or a number, that stands for a missing value';
const word = z.union([z.string().max(100, { error: 'must have at most 100 characters' }), z.number(), z.null()], {
  error: wordError,
});

export const cellKeys = {
  missing: z
    .union([word, z.array(word).min(1, { error: 'must not be empty' }).max(50)], { error: wordError })
    .optional()
    .meta({
      description:
        'Words that stand for a missing value, beside the empty text: exactly as in the data, blanks around them aside.',
      examples: [['NA', '?']],
    }),
  decimal: z
    .enum(['.', ','], { error: 'must be `.` or `,`' })
    .default('.')
    .describe('What stands before the decimals of a number.'),
  thousands: z
    .enum([',', '.', ' ', "'", '_'], { error: "must be `,`, `.`, `' '`, `\"'\"` or `_`" })
    .optional()
    .describe('What stands between groups of three digits of a number; without it, nothing does.'),
  dates: shortText(60)
    .optional()
    .meta({
      description:
        'The form of dates that are not ISO 8601: `yyyy`, `yy`, `mm`, `mmm` (name of the month), `dd`, `hh:mm:ss`, `tt` (AM, PM), `z` (offset), with what stands between them; or as in `strftime`.',
      examples: ['dd.mm.yyyy', 'mm/dd/yyyy', '%b %d %Y'],
    }),
  timezone: shortText(60)
    .optional()
    .meta({
      description: 'Time zone of dates in the data that name none; without it, UTC.',
      examples: ['Europe/Copenhagen'],
    }),
  text: z
    .union([columnName, z.array(columnName).min(1, { error: 'must not be empty' }).max(2000)])
    .optional()
    .describe('Columns that hold text, although their cells look like numbers or dates.'),
};

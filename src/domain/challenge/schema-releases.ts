// The `releases` part of challenge.yml: what is released, when, where to and how it travels.
import { z } from 'zod';
import { namedCarriers } from '../carrier/carriers.ts';
import { driftKinds } from '../drift/kinds.ts';
import {
  columnName,
  date,
  duration,
  releaseName,
  rowRange,
  seed,
  share,
  shortText,
  wholeNumber,
} from '../text/values.ts';

const column = columnName;
const scalar = z.union([z.string(), z.number(), z.boolean()], { error: 'must be text, a number, true or false' });
const bound = z.union([z.string(), z.number()], { error: 'must be text or a number' });

const condition = z.strictObject({
  column: column.describe('The column that is looked at.'),
  is: scalar.optional().describe('The value must be this.'),
  in: z
    .array(scalar)
    .min(1, { error: 'must not be empty' })
    .max(1000)
    .optional()
    .describe('The value must be one of these.'),
  not: z
    .union([scalar, z.array(scalar).min(1, { error: 'must not be empty' }).max(1000)], {
      error: 'must be a value or a list of values',
    })
    .optional()
    .describe('The value must not be this, or none of these.'),
  from: bound.optional().describe('The value must be this or more.'),
  above: bound.optional().describe('The value must be more than this.'),
  to: bound.optional().describe('The value must be less than this.'),
  up_to: bound.optional().describe('The value must be this or less.'),
  contains: z.string().min(1, { error: 'must not be empty' }).optional().describe('The text must have this in it.'),
  missing: z.boolean().optional().describe('`true`: the value must be missing; `false`: it must be there.'),
});
const either = z.strictObject({
  any: z.array(condition).min(1, { error: 'must not be empty' }).max(20).describe('Conditions of which one must hold.'),
});
const whereError = 'must be a condition such as `{ column: region, is: Albany }`, `{ any: […] }`, or a list of these';
const oneOf = z.union([condition, either], { error: whereError });
const where = z
  .union([condition, either, z.array(oneOf).min(1, { error: 'must not be empty' }).max(20)], { error: whereError })
  .describe('Takes the rows that meet a condition on a column; of a list, all conditions must hold; of `any`, one.');

const listed = z.strictObject({
  name: releaseName.optional().describe('Name of the release; without it `release-1`, `release-2`, and so on.'),
  due: date.optional().describe('When it is released; without it, `first` plus its place times `every`.'),
  rows: rowRange.optional().describe('Rows `[from, to)` of the released rows, counted from 0.'),
  where: where.optional(),
});
const list = z
  .array(listed)
  .min(1, { error: 'must not be empty' })
  .max(1000, { error: 'must have at most 1000 releases' });

const remote = z.strictObject({
  rclone: shortText(300).meta({
    description: 'An rclone remote and path; `{owner}` differs per student.',
    examples: ['s3:bucket/{owner}'],
  }),
});
const carrierName = z.enum(namedCarriers);
const carrierNames = namedCarriers.map((name) => `\`${name}\``).join(', ');
const carrierError = `must be ${carrierNames}, \`{ rclone: "remote:path" }\` or a list of them`;
const oneCarrier = z.union([carrierName, remote], { error: carrierError });
const carrier = z
  .union([carrierName, remote, z.array(oneCarrier).min(1, { error: 'must not be empty' }).max(10)], {
    error: carrierError,
  })
  .default('pull_request')
  .describe(`How it travels: ${carrierNames}, \`{ rclone: "s3:bucket/{owner}" }\` or a list of them.`);

const drift = z.strictObject({
  kind: z
    .enum(driftKinds)
    .describe('What changes: the inputs, the labels, their relation, the columns, or which rows arrive.'),
  from: releaseName.describe('First release that is changed.'),
  to: releaseName.optional().describe('Last release that is changed; without it, all that follow.'),
  column: column.optional().describe('The column that changes.'),
  scale: z.number().optional().describe('Values are multiplied by this.'),
  shift: z.number().optional().describe('This is added to values.'),
  rate: share.optional().describe('Share of the rows that is touched.'),
  rename: z.record(z.string(), column).optional().describe('`schema`: old column name to new column name.'),
  drop: z
    .union([column, z.array(column).min(1)])
    .optional()
    .describe('`schema`: a column, or a list of columns, that is left out.'),
  seed: seed.default(0).describe('The same seed gives the same bytes.'),
});

const releaseKeys = z.strictObject({
  first: date.optional().describe('When the first release is sent; without it, `starts`.'),
  every: duration
    .optional()
    .describe('Time between releases; days and weeks keep the time on the wall clock when the clocks change.'),
  proportions: z
    .array(z.union([z.number(), share], { error: 'must be a number or a percentage' }))
    .min(1, { error: 'must not be empty' })
    .max(1000, { error: 'must have at most 1000 releases' })
    .optional()
    .meta({ description: 'One release per share of the rows. They must sum to 1.', examples: [[0.3, 0.4, 0.3]] }),
  count: wholeNumber(1, 1000).optional().describe('Instead of `proportions`: so many equal releases.'),
  list: list.optional().describe('Instead of `proportions`: each release with its rows or a condition.'),
  path: shortText(240)
    .optional()
    .meta({
      description: 'Where it lands in the student repository. `{release}`, `{challenge}`, `{owner}`.',
      examples: ['data/incoming/{release}.csv'],
    }),
  carrier,
  carriers: z
    .record(z.string(), oneCarrier)
    .optional()
    .meta({ description: 'Releases that travel otherwise, by name.', examples: [{ 'release-1': 'commit' }] }),
  start: z
    .enum(['due', 'early'])
    .default('due')
    .describe(
      'When sending begins: at the release date (`due`), or `early` enough that everyone has it by then; branches of pull requests are made first, where students can see them.',
    ),
  per: z
    .union(
      [
        z.enum(['course', 'student']),
        z.strictObject({ student: share.describe('Share of the rows that each one gets.') }),
      ],
      {
        error: 'must be `course`, `student` or `{ student: 50% }`',
      },
    )
    .default('course')
    .describe('`course`: the same rows for all. `student`: a seeded half for each, or `{ student: 20% }`.'),
  drift: z.array(drift).max(50).optional().describe('Changes to the data that students must notice.'),
});

export const releases = z
  .union([releaseKeys, list], {
    error: 'must be a mapping with `proportions`, `count` or `list`, or a list of releases',
  })
  .describe('What is released, and when.');

/** The mapping form, which the list form is a short way to write. */
export type ReleasesPart = z.output<typeof releaseKeys>;
export type ListedRelease = z.output<typeof listed>;
export type DriftPart = z.output<typeof drift>;
export type CarrierPart = ReleasesPart['carrier'];
export type WherePart = z.output<typeof where>;
export type TestPart = z.output<typeof condition>;

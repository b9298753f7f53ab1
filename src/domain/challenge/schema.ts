// challenge.yml: the one definition that validates it and that its JSON Schema and documentation are made from.
import { z } from 'zod';
import { cellKeys } from './schema-cells.ts';
import { endpoint } from './schema-endpoint.ts';
import { drills } from './schema-drills.ts';
import { releases } from './schema-releases.ts';
import { METRICS } from './metric.ts';
import { defaultThresholds, type Thresholds } from './thresholds.ts';
import { placers } from '../placement/placers/placers.ts';
import {
  amount,
  columnName,
  counts,
  date,
  duration,
  seed,
  share,
  shortText,
  slug,
  wholeNumber,
} from '../text/values.ts';

const column = columnName;
const order = z
  .union([column, z.strictObject({ shuffle: seed.describe('Seed of the shuffle.') })], {
    error: 'must be `file`, the name of a column, or `{ shuffle: 7 }`',
  })
  .default('file')
  .describe('Order in which rows are released: `file` (as they stand), a column, or `{ shuffle: SEED }`.');

const dataset = z
  .strictObject({
    source: shortText(500).meta({
      description:
        'Where the data is: a path in the course repository, `https://…`, `s3://…` or an rclone remote `name:path`. CSV, JSON lines, Parquet, or a folder of files.',
      examples: ['data/avocado.csv'],
    }),
    target: column.optional().describe('The column that models predict.'),
    order,
    hold_out: share
      .default(0)
      .describe('Share of the rows that is never released: the hidden labels that quality is judged on.'),
    index: shortText(240)
      .optional()
      .describe('For a folder of files: the CSV in it that lists them, one row per file.'),
    encoding: z
      .enum(['utf-8', 'latin-1'])
      .default('utf-8')
      .describe(
        'How the text of a CSV is encoded. Slices keep it, byte for byte; UTF-16 is told by its byte order mark.',
      ),
    ...cellKeys,
  })
  .describe('The data, and how it is divided.');

const request = z.strictObject({
  on: z
    .enum(['release', 'random', 'manual'])
    .describe('When it is asked: with each release, at random times, or by hand.'),
  kind: z
    .enum(['data_validation', 'batch_prediction', 'calculated_feature'])
    .describe('Rows asked back, predictions for rows without the target, or a formula over columns.'),
  rows: counts.default(20).describe('How many rows; of a range, a seeded number.'),
  answer_within: duration.optional().describe('Time to answer; needed.'),
  due: duration.optional().describe('The old spelling of `answer_within`.'),
  every: z
    .union([duration, z.array(duration).length(2, { error: 'must be `[least, most]`' })], {
      error: 'must be a duration or `[least, most]`, such as `[1d, 3d]`',
    })
    .optional()
    .describe('`random`: the time between two requests.'),
  tolerance: z
    .number()
    .min(0, { error: 'must not be negative' })
    .default(1e-6)
    .describe('How far a number may be off, absolute and relative.'),
  attempts: wholeNumber(1, 1000).default(3).describe('How many answers are judged.'),
  metric: z.enum(METRICS).optional().describe('`batch_prediction`: how predictions are judged.'),
  threshold: amount.optional().describe('`batch_prediction`: the value of the metric that is enough.'),
  formula: shortText(500).optional().describe('`calculated_feature`: the formula.'),
  seed: seed.default(0).describe('Chooses the rows and the times.'),
});

const pointsError = 'must be points (a number of 0 or more) or `{ points, trust }`';
const points = z.number({ error: pointsError }).min(0, { error: pointsError }).max(10_000, { error: pointsError });
const trust = z.enum(['claimed', 'attested', 'measured']);
const criterion = z.union(
  [
    points,
    z.strictObject({
      points: points.describe('Points to be had.'),
      trust: trust.describe('The least trust that counts.'),
    }),
  ],
  { error: pointsError },
);
const score = z
  .strictObject({
    data: criterion.optional().describe('The release was received and merged.'),
    requests: criterion.optional().describe('Requests were answered correctly.'),
    pipeline: criterion.optional().describe('The pipeline ran on the release and succeeded.'),
    freshness: criterion.optional().describe('How soon after a release a model was trained on it.'),
    endpoint: criterion.optional().describe('The endpoint was up and fast.'),
    quality: criterion.optional().describe('Predictions on held-out rows were good.'),
    hygiene: criterion.optional().describe('Milestones of good practice.'),
    drills: criterion.optional().describe('Incidents were noticed, mitigated and written up.'),
  })
  .describe('Points per criterion: a number, or `{ points, trust }` with `claimed`, `attested` or `measured`.');

const freshness = z
  .strictObject({
    full: duration.default('24h').describe('Until then, all points.'),
    zero: duration.default('7d').describe('From then on, none.'),
  })
  .describe('How the points for freshness fall with time.');

const quality = z
  .strictObject({
    metric: z.enum(METRICS).describe('How predictions are judged.'),
    pass: amount.describe('From here on, points.'),
    full: amount.describe('From here on, all points.'),
  })
  .describe('How quality is judged on the held-out rows.');

/** What the evidence of a milestone is measured against; what is not given stays so, since a challenge that sets none may look for none. */
const thresholds: Record<keyof Thresholds, string> = {
  inception: 'Share of the steps of this milestone that suffices.',
  reproducibility: 'Share of the steps of this milestone that suffices.',
  quality: 'Share of the steps of this milestone that suffices.',
  deployment: 'Share of the steps of this milestone that suffices.',
  flow: 'Share of the steps of this milestone (GitHub Flow) that suffices; it is looked for only above 0.',
  layout: 'Share of the steps of this milestone (folders) that suffices; it is looked for only above 0.',
  card_words: 'Words that make a section of a card written.',
  issues: 'Issues that show that they are in use.',
  board: 'Issues that must stand on a project board of the organisation; none are asked for by 0.',
  coverage: 'Share of the lines that the tests must run.',
  file_megabytes: 'Largest file that belongs in git, in megabytes.',
  pylint: "Pylint's mark that suffices.",
};
const milestones = z
  .strictObject(
    Object.fromEntries(
      Object.entries(thresholds).map(([key, description]) => [
        key,
        amount.optional().meta({ description, default: defaultThresholds[key as keyof Thresholds] }),
      ]),
    ),
  )
  .describe('Thresholds of good practice.');

const placement = z
  .strictObject({
    placer: z.enum(placers.map(({ name }) => name)).describe('The strategy that picks a runner for each task.'),
    nodes: shortText(240).optional().describe('The file that describes the runners.'),
    window: duration.optional().describe('How long submissions are gathered before they are placed.'),
    seed: seed.default(42).describe('For strategies that draw lots.'),
  })
  .describe('How pipelines are placed on runners.');

export const challengeSchema = z
  .strictObject({
    version: z.literal(1, { error: 'must be 1' }).describe('Version of this file format.'),
    name: slug.describe('Name of the challenge: goes into repositories, branches and paths.'),
    title: shortText().optional().describe('Title, as students see it; without it, the name.'),
    starts: date.describe('Begin, in the zone of course.yml or with an offset.'),
    ends: date.describe('End.'),
    dataset,
    releases,
    requests: z.array(request).max(50).optional().describe('Questions about the data that students must answer.'),
    endpoint: endpoint.optional(),
    drills: drills.optional(),
    score: score.optional(),
    freshness: freshness.optional(),
    quality: quality.optional(),
    milestones: milestones.optional(),
    placement: placement.optional(),
  })
  .meta({ title: 'challenge.yml', description: 'A challenge: a dataset, a schedule, and what counts.' });

/** What is left of a file when everything that is wrong was taken out. */
export type ChallengeParts = Partial<z.output<typeof challengeSchema>>;
export type RequestPart = z.output<typeof request>;
export type DrillsPart = z.output<typeof drills>;
export type EndpointPart = z.output<typeof endpoint>;

// The part of challenge.yml that announces incident drills.
import { z } from 'zod';
import { drillKinds } from './challenge.ts';
import { date, duration, seed, shortText, wholeNumber } from '../text/values.ts';

const windowError = 'must be `[from, to]` or `{ from, to }`';
const span = z.union(
  [
    z.array(date).length(2, { error: windowError }),
    z.strictObject({ from: date.describe('Begin.'), to: date.describe('End.') }),
  ],
  { error: windowError },
);

export const drills = z
  .strictObject({
    window: span.optional().meta({
      description: 'In which drills begin and end: `[from, to]`; without it, the whole challenge.',
      examples: [['2027-02-01T00:00', '2027-03-01T00:00']],
    }),
    kinds: z
      .array(z.enum(drillKinds))
      .min(1, { error: 'must name a kind' })
      .max(drillKinds.length)
      .describe('What may happen. Everybody meets the same kinds, in another order.'),
    number: wholeNumber(1, 20).default(1).describe('How many drills each student or group meets.'),
    points: z
      .number({ error: 'must be points: a number of 0 or more' })
      .min(0, { error: 'must be points: a number of 0 or more' })
      .max(10_000)
      .optional()
      .describe('Points for all drills; or as `drills` in `score`.'),
    detect_within: duration
      .optional()
      .describe(
        'Noticed until then, all points for noticing; later, half. Without it 4h, or `lasts` where that is less.',
      ),
    lasts: duration.default('12h').describe('How long the fault stays, unless it is mitigated before.'),
    post_mortem_within: duration.default('3d').describe('Time for the post-mortem, from the begin of the fault.'),
    sections: z
      .array(shortText(80))
      .min(1)
      .max(20)
      .default(['Summary', 'Timeline', 'Root cause', 'Impact', 'Actions'])
      .describe('Headings that a post-mortem must have.'),
    seed: seed.default(0).describe('Chooses times and order.'),
    real: z
      .boolean()
      .default(false)
      .describe('Whether an outage of the service that burns its error budget takes the place of the next drill.'),
  })
  .describe('Incident drills: faults that the app injects into what it controls.');

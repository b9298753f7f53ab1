// The part of challenge.yml that says how students' services are probed, and stressed.
import { z } from 'zod';
import { date, duration, share, shortText } from '../text/values.ts';

const partOfCriterion = share.describe('Share of the points of `endpoint`; the rest is availability.');
const moments = z
  .array(date)
  .min(1, { error: 'must name a moment' })
  .max(20)
  .describe('When it begins; students are told.');
const number = (least: number, most: number): z.ZodType<number, number> => {
  const error = `must be a number from ${least} to ${most}`;
  return z.number({ error }).min(least, { error }).max(most, { error });
};

const latency = z
  .strictObject({
    percentile: number(1, 100).default(95).describe('So many percent of the answers are at least so fast.'),
    share: partOfCriterion.default('25%'),
    curve: z
      .array(
        z.strictObject({
          at: duration.describe('The time that an answer takes.'),
          worth: share.describe('What it is worth.'),
        }),
      )
      .min(2, { error: 'must have two points at least' })
      .max(20)
      .default([
        { at: '200ms', worth: '100%' },
        { at: '800ms', worth: 0 },
      ])
      .describe('What the percentile is worth, in a straight line between these points.'),
  })
  .describe('Points for how fast answers are.');

const load = z
  .strictObject({
    at: moments,
    ramp: z
      .array(number(0.1, 200))
      .min(1)
      .max(20)
      .default([1, 5, 10])
      .describe('Requests a second, step by step; never more than `load` in the practicum.yml of the student.'),
    each: duration.default('20s').describe('How long each step lasts, a minute at most.'),
    share: partOfCriterion.default('25%'),
  })
  .describe('A load stage: predictions at a rate that rises.');

const badInputs = z
  .strictObject({ at: moments, share: partOfCriterion.default('10%') })
  .describe('Inputs that must be refused: each with a 4xx.');

export const endpoint = z
  .strictObject({
    every: duration.default('5m').describe('Time between two probes.'),
    wait: duration.default('800ms').describe('How long an answer may take.'),
    availability: z
      .strictObject({
        pass: share.default('70%').describe('Below this, no points.'),
        full: share.default('99%').describe('From here on, all points.'),
      })
      .prefault({})
      .describe('Share of the probes that must be answered well.'),
    window: duration.default('168h').describe('The span that availability is measured over.'),
    identity: z
      .enum(['optional', 'required'])
      .default('optional')
      .describe('`required`: a service must say at `/metadata` which repository it is of, or its probes fail.'),
    maintenance: z
      .array(
        z.strictObject({
          from: date.describe('Begin.'),
          to: date.describe('End.'),
          reason: shortText(200).optional().describe('Shown to students.'),
        }),
      )
      .max(100)
      .optional()
      .describe('Spans in which probes do not count.'),
    maintenance_per_token: duration
      .default('4h')
      .describe('How much maintenance one late token pays for: students announce it by `/maintenance 2h`.'),
    latency: latency.optional(),
    load: load.optional(),
    bad_inputs: badInputs.optional(),
  })
  .describe('How each endpoint is probed.');

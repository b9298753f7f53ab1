// The lines of drills, stages of stress, canaries and paid maintenance, and of the rules behind them.
import { z } from 'zod';

const word = z.string().min(1).max(200);
const count = z.number().int().nonnegative();
const moment = z.iso.datetime({ precision: 3 });
const date = moment.transform((text) => new Date(text));
const time = z.number();
const side = z.strictObject({ ok: z.boolean(), code: word, latencyMs: time.optional() });
const step = z.strictObject({
  rate: time,
  wanted: time,
  sent: count,
  good: count,
  p50: time.optional(),
  p95: time.optional(),
  p99: time.optional(),
});
const cause = z.enum(['student', 'ours', 'maintenance']);

export const stressLines = {
  drill: {
    kind: z.literal('drill'),
    drill: word,
    turn: count,
    event: z.enum(['began', 'detected', 'mitigated', 'over', 'reviewed', 'closed']),
    terms: z.strictObject({ detectWithin: time, lasts: time, postMortemWithin: time }).optional(),
    practice: z.literal(true).optional(),
    real: z.literal(true).optional(),
  },
  maintenance: { kind: z.literal('maintenance'), from: moment, to: moment, tokens: count },
  stress: {
    kind: z.literal('stress'),
    stage: z.enum(['load', 'bad_inputs']),
    announced: moment,
    cause,
    steps: z.array(step).optional(),
    inputs: z.array(z.strictObject({ name: word, ok: z.boolean(), got: word })).optional(),
  },
  canary: { kind: z.literal('canary'), stable: side, canary: side },
};

const stage = { at: z.array(date), share: time };
export const stressRules = {
  perToken: time.optional(),
  latency: z
    .strictObject({
      percentile: time,
      share: time,
      curve: z.array(z.strictObject({ at: time, worth: time })),
    })
    .optional(),
  load: z.strictObject({ ...stage, ramp: z.array(z.strictObject({ rate: time, seconds: time })) }).optional(),
  badInputs: z.strictObject(stage).optional(),
};

// The lines of a term: what happened, as a file that knows no person. One definition validates, documents and types them.
import { z } from 'zod';
import { METRICS } from '../challenge/metric.ts';
import { stressLines, stressRules } from './stress-lines.ts';
import { criteria } from '../challenge/challenge.ts';

export const termFormat = 'practicum-term';
export const termVersion = 1;

const moment = z.iso.datetime({ precision: 3 }).transform((text) => new Date(text));
const word = z.string().min(1).max(200);
const count = z.number().int().nonnegative();
const trust = z.enum(['claimed', 'attested', 'measured']);
const metric = z.enum(METRICS);

const quality = z.strictObject({ metric, value: z.number(), rows: count });
const sums = { metric, asked: count, rows: count };
const measured = z.discriminatedUnion('of', [
  z.strictObject({
    ...sums,
    of: z.literal('classes'),
    classes: z.array(z.tuple([word, count, count, count])),
  }),
  z.strictObject({
    ...sums,
    of: z.literal('numbers'),
    numbers: z.strictObject({
      n: count,
      absolute: z.number(),
      squared: z.number(),
      relative: z.number(),
      mean: z.number(),
      spread: z.number(),
      least: z.number(),
      most: z.number(),
    }),
  }),
  z.strictObject({
    ...sums,
    of: z.literal('scores'),
    scores: z.strictObject({
      asked: count,
      rows: count,
      loss: z.number(),
      scores: z.array(z.tuple([z.number(), z.number(), z.number()])),
    }),
  }),
]);

const seen = { id: word, challenge: word, owner: word, repository: word, at: moment, trust };
const evidence = z.discriminatedUnion('kind', [
  z.strictObject({
    ...seen,
    kind: z.literal('data'),
    release: word,
    shipment: word,
    event: z.enum(['shipped', 'merged', 'altered', 'closed']),
    commit: word.optional(),
  }),
  z.strictObject({
    ...seen,
    kind: z.literal('run'),
    commit: word,
    attempt: count.optional(),
    conclusion: z.enum(['success', 'failure', 'neutral', 'cancelled']),
    releases: z.array(word),
    unread: z.array(word).optional(),
    modelDigest: word.optional(),
    modelVersion: word.optional(),
    modelFrom: z.array(word).optional(),
    rejected: z.strictObject({ code: word, reason: word }).optional(),
  }),
  z.strictObject({
    ...seen,
    kind: z.literal('answer'),
    request: word,
    release: word.optional(),
    verdict: z.enum(['pending', 'correct', 'partial_correct', 'incorrect', 'syntax_error', 'deadline_exceeded']),
    matches: count,
    expected: count,
    extra: count,
    attempt: count,
    quality: quality.optional(),
    measured: measured.optional(),
  }),
  z.strictObject({
    ...seen,
    kind: z.literal('probe'),
    ok: z.boolean(),
    code: word,
    cause: z.enum(['student', 'ours', 'maintenance']),
    latencyMs: z.number().optional(),
    apiVersion: word.optional(),
    modelVersion: word.optional(),
    quality: quality.optional(),
    measured: measured.optional(),
    identity: z.enum(['proven', 'contested']).optional(),
  }),
  z.strictObject({
    ...seen,
    kind: z.literal('milestone'),
    milestone: word,
    done: z.number(),
    total: z.number(),
    missing: z.array(word),
  }),
  z.strictObject({
    ...seen,
    kind: z.literal('judgement'),
    criterion: word,
    level: z.number().nullable(),
    said: word,
    comment: z.literal(''),
    by: word,
  }),
  z.strictObject({
    ...seen,
    kind: z.literal('cut'),
    commit: word,
    receivedAt: z.iso.datetime({ precision: 3 }).optional(),
  }),
  z.strictObject({ ...seen, ...stressLines.drill }),
  z.strictObject({ ...seen, ...stressLines.maintenance }),
  z.strictObject({ ...seen, ...stressLines.stress }),
  z.strictObject({ ...seen, ...stressLines.canary }),
]);

const rule = z.strictObject({ points: z.number(), trust });
const between = { pass: z.number(), full: z.number() };
const policy = z.strictObject({
  challenge: word,
  timezone: word,
  ends: moment,
  releases: z.array(z.strictObject({ name: word, due: moment })),
  criteria: z.partialRecord(z.enum(criteria), rule),
  freshness: z.strictObject({ full: z.number(), zero: z.number() }),
  endpoint: z
    .strictObject({
      every: z.number(),
      wait: z.number(),
      availability: z.strictObject(between),
      window: z.number(),
      maintenance: z.array(z.strictObject({ from: moment, to: moment })),
      ...stressRules,
    })
    .optional(),
  quality: z.strictObject({ metric, ...between }).optional(),
  rubric: z.array(z.strictObject({ name: word, levels: z.array(z.number()) })).optional(),
  late: z.strictObject({ tokens: z.number(), daysPerToken: z.number(), thenPerDay: z.number() }),
});

const shipment = z.strictObject({
  id: word,
  release: word,
  owner: word,
  due: moment,
  state: z.enum(['planned', 'dispatched', 'failed', 'cancelled']),
  dispatchedAt: moment.optional(),
  carrier: z.enum(['commit', 'pull_request', 'asset', 'rclone']).optional(),
});

/** Points, what could be earned, what all of it is worth. */
const points = z.tuple([z.number(), z.number(), z.number()]);
const scored = {
  challenge: word,
  student: word,
  total: z.number(),
  of: z.number(),
  worth: z.number(),
  criteria: z.partialRecord(z.enum(criteria), points),
};

const at = moment.describe('When it was entered: course time.');
const seal = z
  .string()
  .regex(/^[bcdfghj-np-t]{64}$/)
  .describe(
    'SHA-256 of the seal of the line before it (64 times b at first), a line feed, and this line in canonical JSON without its seal; its sixteen digits are written bcdfghjklmnpqrst, which spell no name.',
  );

export const termLine = z
  .discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('term'),
      format: z.literal(termFormat),
      version: z.literal(termVersion),
      clock: moment.describe('The moment of the export, by which the last grades were computed.'),
      rules: count.describe('By which rules of the app the last grades were computed.'),
      pass: z.number().describe('Share of the points that passes.'),
      seal,
    }),
    z.strictObject({ kind: z.literal('student'), student: word, members: count, seal }),
    z.strictObject({ kind: z.literal('in-force'), at, challenges: z.array(word), rules: count, seal }),
    z.strictObject({ kind: z.literal('policy'), at, policy, seal }),
    z.strictObject({ kind: z.literal('shipment'), at, challenge: word, shipment, seal }),
    z.strictObject({
      kind: z.literal('extension'),
      at,
      challenge: word,
      student: word,
      item: word.optional(),
      by: z.number(),
      seal,
    }),
    z.strictObject({ kind: z.literal('evidence'), at, evidence, seal }),
    z.strictObject({
      kind: z.literal('override'),
      at,
      id: word,
      student: word,
      challenge: word,
      criterion: z.enum(criteria).optional(),
      points: z.number().nullable(),
      seal,
    }),
    z.strictObject({ kind: z.literal('gate'), at, open: z.boolean(), seal }),
    z.strictObject({
      kind: z.literal('webhook'),
      at,
      event: word,
      action: word.optional(),
      repository: word.optional(),
      seal,
    }),
    z.strictObject({ kind: z.literal('score'), at, ...scored, seal }),
    z.strictObject({ kind: z.literal('grade'), ...scored, passes: z.boolean().optional(), seal }),
    z.strictObject({ kind: z.literal('end'), lines: count.describe('How many stand before it.'), seal }),
  ])
  .describe('One line of a term: what happened in a course, without its people. Lines are canonical JSON.');

export type TermLine = z.infer<typeof termLine>;
export type Unsealed<Line = TermLine> = Line extends TermLine ? Omit<Line, 'seal'> : never;
export type Scored = Pick<Extract<TermLine, { kind: 'score' }>, keyof typeof scored>;

// What a run of a reaction says of itself: numbers and one bounded message for each of its two runs, and nothing else.
import { z } from 'zod';

/** So much is kept of what a pipeline said last; a slice does not fit into it. */
export const longestMessage = 200;
const mostMetrics = 50;

const side = z.strictObject({
  conclusion: z.enum(['success', 'failure', 'neutral', 'cancelled']),
  metrics: z
    .record(z.string().max(100), z.number())
    .refine((metrics) => Object.keys(metrics).length <= mostMetrics, `at most ${mostMetrics} metrics`),
  message: z.string().max(longestMessage).optional(),
});

/** The head pipeline as it is, and again with the slice of the release in its place. */
export const reactionOutcome = z.strictObject({ before: side, after: side, seconds: z.number().nonnegative() });
export type ReactionOutcome = z.infer<typeof reactionOutcome>;
export type ReactionSide = z.infer<typeof side>;

/** One line that a terminal, a table and a check run can show. */
export function boundMessage(text: string): string {
  const line = text.replaceAll(/\p{Cc}+/gu, ' ').trim();
  return line.length > longestMessage ? `${line.slice(0, longestMessage - 1).replace(/[\uD800-\uDBFF]$/, '')}…` : line;
}

/** The first metrics, so that what is posted is what is taken. */
export function boundMetrics(metrics: Readonly<Record<string, number>>): Record<string, number> {
  const few = Object.entries(metrics).filter(([name, value]) => name.length <= 100 && Number.isFinite(value));
  return Object.fromEntries(few.slice(0, mostMetrics));
}

// What the job that runs student code hands on. The job that reports reads it as what it is: somebody's word.
import { z } from 'zod';
import { reportSchema } from '../../src/domain/report/report.ts';

const { conclusion, pipeline, tasks, outputs, metrics, endpoint } = reportSchema.shape;
const sentence = z.string().max(2_000);

const detail = z.object({
  name: z.string().max(1_000),
  /** Where the task stands in the pipeline file. */
  line: z.int().min(1),
  reason: z.string().max(2_000).optional(),
  runner: z.string().max(200),
  attempts: z.int(),
  tail: z.string().max(20_000).optional(),
});

const problem = z.object({
  file: z.string().max(1_000),
  line: z.int().min(1),
  column: z.int().min(1),
  level: z.enum(['error', 'warning', 'notice']),
  code: z.string().max(100),
  message: z.string().max(5_000),
  hint: z.string().max(2_000).optional(),
});

export const outcomeSchema = z.object({
  version: z.literal(1),
  conclusion,
  pipeline,
  problems: z.array(problem).max(500),
  tasks,
  details: z.array(detail),
  outputs,
  metrics,
  /** What was found among the metrics and is no number, or could not be read. */
  metricNotes: z.array(z.string().max(1_000)).max(40).default([]),
  model: z.object({ path: z.string().max(1_000), sha256: z.string().regex(/^[0-9a-f]{64}$/) }).nullable(),
  endpoint,
  endpointNotes: z.array(z.string().max(1_000)).max(40),
  started: z.iso.datetime(),
  ended: z.iso.datetime(),
  /** Why there is no result where there should be one. */
  broken: sentence.optional(),
  /** It did not fit where it had to go; the file in the artifact is whole. */
  shortened: z.boolean().optional(),
});
export type Outcome = z.infer<typeof outcomeSchema>;
export type TaskDetail = z.infer<typeof detail>;

/** What stands in for a pipeline that is not there, or for a first job that handed nothing on. `broken`: why. */
export function emptyOutcome(conclusion: Outcome['conclusion'], now: Date, broken?: string): Outcome {
  return {
    version: 1,
    conclusion,
    pipeline: null,
    problems: [],
    tasks: [],
    details: [],
    outputs: {},
    metrics: {},
    metricNotes: [],
    model: null,
    endpoint: null,
    endpointNotes: [],
    started: now.toISOString(),
    ended: now.toISOString(),
    ...(broken === undefined ? {} : { broken: broken.slice(0, 2_000) }),
  };
}

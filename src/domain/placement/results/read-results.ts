// pipelines.json in the published fields → results to measure.
import { z } from 'zod';
import type { Problem } from '../../text/problem.ts';
import type { PipelineResult } from './export-results.ts';
import { findProblems, parseJson } from '../model/read-json.ts';

const time = z
  .string()
  .regex(
    /^\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})$/,
    'a time like 2025-04-07 02:56:10+00:00',
  )
  .refine((text) => !Number.isNaN(Date.parse(text.replace(' ', 'T'))), 'no such time');
const maybe = time.nullish().transform((text) => text ?? null);
const text = z
  .string()
  .max(1000)
  .nullish()
  .transform((value) => value ?? null);
const seconds = z
  .number()
  .nullish()
  .transform((value) => value ?? null);

const componentSchema = z.object({
  name: z.string().max(1000),
  type: z.enum(['preprocessing', 'training', 'evaluation']),
  state: z
    .string()
    .max(100)
    .nullish()
    .transform((value) => value ?? 'PENDING'),
  node: text,
  platform: text,
  start_time: maybe,
  end_time: maybe,
  duration: seconds,
});
const pipelineSchema = z.object({
  id: z.string().max(1000),
  name: z.string().max(1000),
  kfp_id: text,
  state: z
    .string()
    .max(100)
    .nullish()
    .transform((value) => value ?? 'PENDING'),
  submitted_at: time,
  scheduled_at: maybe,
  finished_at: maybe,
  duration: seconds,
  components: z.record(z.string().max(1000), componentSchema),
});

/** Unknown fields are left out: older files have more. */
export function readResults(content: string, file: string): { value?: PipelineResult[]; problems: Problem[] } {
  const parsed = parseJson(content, file);
  if ('problems' in parsed) return parsed;
  const checked = z.array(pipelineSchema).max(100_000).safeParse(parsed.value);
  if (checked.success) return { value: checked.data, problems: [] };
  return { problems: findProblems(checked.error, content, file, 'results-invalid') };
}

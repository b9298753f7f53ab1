// When each pipeline is submitted: a file of times, in place of "all at once".
import { z } from 'zod';
import type { Problem } from '../../text/problem.ts';
import type { Pipeline } from '../model/pipeline.ts';
import { findProblems, parseJson } from '../model/read-json.ts';
import type { ProblemCode } from '../../text/problem-codes.ts';

const entrySchema = z.object({
  pipeline: z.string().max(1000),
  at: z.number().nonnegative().max(1e9),
  deadline: z.number().positive().max(1e9).optional(),
  owner: z.string().min(1).max(200).optional(),
  priority: z.literal('high').optional(),
});
const fileSchema = z.union([z.record(z.string().max(1000), z.number().nonnegative().max(1e9)), z.array(entrySchema)]);

export type Submission = z.output<typeof entrySchema>;

/** `{ pipeline: seconds }`, or a list of `{ pipeline, at, deadline?, owner?, priority? }` in which a pipeline may come more than once. */
export function readSubmissions(text: string, file: string): { value?: Submission[]; problems: Problem[] } {
  const parsed = parseJson(text, file);
  if ('problems' in parsed) return parsed;
  const checked = fileSchema.safeParse(parsed.value);
  if (!checked.success) return { problems: findProblems(checked.error, text, file, 'submissions-invalid') };
  const { data } = checked;
  const value = Array.isArray(data) ? data : Object.entries(data).map(([pipeline, at]) => ({ pipeline, at }));
  return { value, problems: [] };
}

/** The pipelines as submitted, in that order; the second submission of `a` is named `a#2`. */
export function submit(
  pipelines: readonly Pipeline[],
  submissions: readonly Submission[],
  file: string,
): { value: Pipeline[]; problems: Problem[] } {
  const byName = new Map(pipelines.map((pipeline) => [pipeline.name, pipeline]));
  const times = new Map<string, number>();
  const problems: Problem[] = [];
  const say = (code: ProblemCode, message: string): void => {
    problems.push({ file, line: 1, column: 1, level: 'error', code, message });
  };
  const value = submissions.flatMap(({ pipeline: name, at, deadline, owner, priority }) => {
    const pipeline = byName.get(name);
    if (!pipeline) {
      say('submission-unknown', `submits "${name}", which is not among the pipelines`);
      return [];
    }
    const turn = (times.get(name) ?? 0) + 1;
    times.set(name, turn);
    const renamed = {
      ...pipeline,
      name: turn === 1 ? name : `${name}#${turn}`,
      submitted: at,
      ...(deadline === undefined ? {} : { deadline }),
      ...(owner === undefined ? {} : { owner }),
      ...(priority === undefined ? {} : { priority }),
    };
    if (turn > 1 && byName.has(renamed.name)) say('submission-name', `"${renamed.name}" would name two submissions`);
    return [renamed];
  });
  return { value: value.toSorted((a, b) => a.submitted - b.submitted), problems };
}

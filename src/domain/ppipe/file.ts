// A P-pipe challenge as its API and its older exports write it: read leniently, and brought to one form.
import { z } from 'zod';

const binding = z.object({ type: z.string(), bucket: z.string().nullish(), folder_id: z.string().nullish() });

const options = z.object({
  possible_request_types: z.array(z.object({ type: z.string() })).nullish(),
  makes_requests_on_transaction_push: z.boolean().nullish(),
  makes_requests_randomly: z.boolean().nullish(),
  min_time_between_requests: z.number().nullish(),
  max_time_between_requests: z.number().nullish(),
  requests_deadline: z.number().nullish(),
  allow_retries_on_request: z.union([z.boolean(), z.number()]).nullish(),
  validate_request_immediately_on_answer: z.boolean().nullish(),
  return_completed_request_on_student_answer: z.boolean().nullish(),
});

const challenge = z.object({
  challenge_name: z.string().min(1).max(500),
  init_dataset_location: z.string().min(1).max(2000),
  init_dataset_rows: z.number().int().min(0).nullish(),
  init_dataset_name: z.string().nullish(),
  init_dataset_description: z.string().nullish(),
  dispatches_to: z.union([z.string(), z.array(z.string())]).nullish(),
  time_of_first_release: z.number().finite(),
  release_proportions: z.array(z.number().finite()).min(1).max(1000),
  time_between_releases: z.number().finite().min(0),
  access_bindings: z.union([binding, z.array(binding)]).nullish(),
  challenge_options: options.nullish(),
});

type PpipeOptions = z.output<typeof options>;
type Raw = z.output<typeof challenge>;

/** All times in milliseconds, all lists present. */
export type PpipeChallenge = Omit<Raw, 'dispatches_to' | 'access_bindings' | 'challenge_options'> & {
  targets: ('s3' | 'drive')[];
  bindings: z.output<typeof binding>[];
  options: PpipeOptions;
};

type PpipeFault = { path: (string | number)[]; message: string };
export type PpipeRead = { value: PpipeChallenge; notes: string[] } | { faults: PpipeFault[] };

const known = new Set([...Object.keys(challenge.shape), 'id', 'created_at']);

export function readPpipeChallenge(value: unknown): PpipeRead {
  const result = challenge.safeParse(value);
  if (!result.success) {
    const faults = result.error.issues.map(({ path, message }) => ({ path: path as (string | number)[], message }));
    return { faults };
  }
  const notes: string[] = [];
  const { dispatches_to: to, access_bindings: bound, challenge_options: given, ...raw } = result.data;
  const written = (typeof to === 'string' ? [to] : (to ?? [])).map((text) => text.toLowerCase());
  const strange = written.filter((text) => text !== 's3' && text !== 'drive');
  if (strange.length > 0) notes.push(`unknown targets are left out: ${strange.join(', ')}`);
  const unknown = Object.keys(value as object).filter((key) => !known.has(key));
  if (unknown.length > 0) notes.push(`unknown fields are left out: ${unknown.slice(0, 10).join(', ')}`);
  const targets = (['s3', 'drive'] as const).filter((target) => written.includes(target));
  const bindings = bound === null || bound === undefined ? [] : Array.isArray(bound) ? bound : [bound];
  return { value: inMilliseconds({ ...raw, targets, bindings, options: given ?? {} }, notes), notes };
}

/** Times before November 1973 in milliseconds are times after 1970 in seconds, as the first versions wrote them. */
const earliestMs = 1e11;

function inMilliseconds(value: PpipeChallenge, notes: string[]): PpipeChallenge {
  if (Math.abs(value.time_of_first_release) >= earliestMs) return value;
  notes.push('times were read as seconds: the first release would be before 1974 otherwise');
  const scale = (time: number | null | undefined): number | null =>
    time === null || time === undefined ? null : time * 1000;
  const { options: given } = value;
  return {
    ...value,
    time_of_first_release: value.time_of_first_release * 1000,
    time_between_releases: value.time_between_releases * 1000,
    options: {
      ...given,
      requests_deadline: scale(given.requests_deadline),
      min_time_between_requests: scale(given.min_time_between_requests),
      max_time_between_requests: scale(given.max_time_between_requests),
    },
  };
}

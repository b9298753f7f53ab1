// The one map of jobs: name → payload. Queueing, parsing and working are typed from it; `src/jobs.ts` gives each its flow.
import { z } from 'zod';
import { occasions } from '../domain/course/course.ts';
import type { JobRequest } from './jobs.ts';

const text = z.string().min(1);
const whole = z.int().nonnegative();
/** A moment, as JSON keeps it. */
const moment = z.string().refine((written) => !Number.isNaN(Date.parse(written)), 'must be a moment');

const course = z.object({ organisation: text });
const repository = z.object({ organisation: text, repository: text });
const commit = z.object({ organisation: text, repository: text, commit: text });
const challenge = z.object({ organisation: text, repository: text, challenge: text });
const identified = z.object({ organisation: text, id: text });

const dispatch = z.object({
  type: z.literal('dispatch'),
  id: text,
  pipeline: text,
  task: text,
  attempt: whole,
  node: z.string(),
  labels: z.array(z.string()),
});
const report = z.object({
  status: z.enum(['queued', 'in_progress', 'completed']),
  conclusion: z.enum(['success', 'failure', 'cancelled', 'action_required']).exactOptional(),
  title: z.string(),
  summary: z.string(),
});

/**
 * A row may be older than this program: a key that comes later is optional, and one that is no longer read is passed over.
 * Names and payloads of rows that may still be queued must not change.
 */
const payloads = {
  delivery: z.object({ guid: text }),
  'sync-challenge': course,
  'onboard-course': course,
  'follow-merge': course,
  'write-roster': course,
  'provision-student': repository,
  'look-at-repository': repository,
  'look-at-course': course,
  'report-repositories': course,
  'keep-retention': course,
  'stage-shipment': identified,
  'dispatch-shipment': identified,
  'collect-report': commit,
  'check-milestones': commit.extend({ at: moment }),
  'cut-deadline': challenge,
  'publish-score': commit,
  'publish-head': course,
  'keep-dashboard-issue': repository,
  'notify-student': repository.extend({ occasion: z.enum(occasions), subject: text }),
  'send-reminder': repository.extend({ id: text }),
  'report-parked': course,
  'update-template': commit,
  'issue-request': challenge.extend({ rule: whole, release: text.exactOptional(), occasion: text.exactOptional() }),
  'close-request': identified,
  'show-request': identified,
  'probe-endpoint': challenge,
  'run-drill': challenge,
  'stress-endpoint': challenge,
  'write-ledger': course,
  'keep-standings': course,
  'commit-grades': course.extend({ at: moment }),
  'submit-pipeline': commit.extend({
    asked: text.exactOptional(),
    placer: text.exactOptional(),
    branch: text.exactOptional(),
    priority: z.literal('high').exactOptional(),
  }),
  'withdraw-pipelines': repository.extend({ by: z.string() }),
  'tick-placement': course,
  'place-task': course.extend({ action: dispatch }),
  'stop-task': course.extend({ action: z.object({ type: z.literal('stop'), runId: whole, reason: z.string() }) }),
  'tell-placement': course.extend({ action: z.object({ type: z.literal('report'), id: text, report }) }),
  'start-reaction': course.extend({
    commit: text,
    pull: whole,
    challenge: text.exactOptional(),
    most: whole.exactOptional(),
  }),
  'advance-reaction': identified,
  reconcile: z.object({}),
} as const;

export type JobName = keyof typeof payloads;
export type JobPayload<Name extends JobName> = z.output<(typeof payloads)[Name]>;

/** What a flow queues: a name and the payload that belongs to it. */
export type Job<Name extends JobName = JobName> = {
  [Each in Name]: Omit<JobRequest, 'name' | 'payload'> & { name: Each; payload: JobPayload<Each> };
}[Name];

export type ParsedPayload<Name extends JobName> = { payload: JobPayload<Name> } | { fault: string };

/** A payload as the database has it. */
export function parsePayload<Name extends JobName>(name: Name, stored: unknown): ParsedPayload<Name> {
  const parsed = payloads[name].safeParse(stored);
  if (parsed.success) return { payload: parsed.data as JobPayload<Name> };
  const faults = parsed.error.issues.map(({ path, message }) => [path.join('.'), message].filter(Boolean).join(': '));
  return { fault: faults.slice(0, 5).join('; ') };
}

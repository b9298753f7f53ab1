// Reads what a client sends for a check run, with the limits and words of GitHub's refusals.
import type { CheckAction, CheckAnnotation, CheckConclusion, CheckRun, CheckStatus } from './records.ts';
import { refused, unprocessable } from '../world/errors.ts';
import type { Body } from '../http/context.ts';

const MAX_TEXT = 65_535;
const MAX_ANNOTATIONS = 50;
const MAX_ACTIONS = 3;
const MAX_MESSAGE = 64 * 1024;
const STATUSES: readonly CheckStatus[] = ['queued', 'in_progress', 'completed', 'waiting', 'requested', 'pending'];
const CONCLUSIONS: readonly CheckConclusion[] = [
  'action_required',
  'cancelled',
  'failure',
  'neutral',
  'success',
  'skipped',
  'stale',
  'timed_out',
];
const LEVELS: readonly CheckAnnotation['annotation_level'][] = ['notice', 'warning', 'failure'];
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;

export type CheckInput = {
  changes: Partial<
    Pick<
      CheckRun,
      'name' | 'status' | 'conclusion' | 'startedAt' | 'completedAt' | 'detailsUrl' | 'externalId' | 'actions'
    >
  >;
  output: Partial<CheckRun['output']> | undefined;
  /** Added to those that are there. */
  annotations: CheckAnnotation[];
};

/** Throws 422 for what GitHub would refuse. */
export function readCheckInput(body: Body): CheckInput {
  const changes: CheckInput['changes'] = {};
  if (body.name !== undefined) changes.name = text(body.name, 'name');
  if (body.details_url !== undefined) changes.detailsUrl = text(body.details_url, 'details_url');
  if (body.external_id !== undefined) changes.externalId = text(body.external_id, 'external_id');
  if (body.started_at !== undefined) changes.startedAt = time(body.started_at, 'started_at');
  if (body.completed_at !== undefined) changes.completedAt = time(body.completed_at, 'completed_at');
  if (body.status !== undefined) changes.status = oneOf(body.status, STATUSES, 'status');
  if (body.conclusion !== undefined && body.conclusion !== null) {
    changes.conclusion = oneOf(body.conclusion, CONCLUSIONS, 'conclusion');
    if (changes.conclusion === 'stale') throw malformed('You cannot set the conclusion to `stale`; only GitHub can.');
    // A conclusion completes the run, whatever status was sent.
    changes.status = 'completed';
  } else if (changes.status === 'completed') {
    throw malformed('For \'anyOf/1\', {"status"=>"completed"} is not a valid: "conclusion" wasn\'t supplied.');
  }
  if (body.actions !== undefined) changes.actions = readActions(body.actions);
  return { changes, ...readOutput(body.output) };
}

function readOutput(output: unknown): Pick<CheckInput, 'output' | 'annotations'> {
  if (output === undefined || output === null) return { output: undefined, annotations: [] };
  const given = output as Body;
  const read: Partial<CheckRun['output']> = {};
  if (given.title !== undefined) read.title = text(given.title, 'title');
  if (given.summary === undefined && given.annotations === undefined && given.title === undefined)
    throw malformed('"summary" wasn\'t supplied.');
  if (given.summary !== undefined) read.summary = fitting(given.summary, 'summary');
  if (given.text !== undefined && given.text !== null) read.text = fitting(given.text, 'text');
  const annotations = (given.annotations ?? []) as unknown[];
  if (!Array.isArray(annotations)) throw malformed("For 'properties/annotations', the value is not an array.");
  if (annotations.length > MAX_ANNOTATIONS)
    throw refused('too-many-annotations', { limit: MAX_ANNOTATIONS, count: annotations.length });
  return { output: read, annotations: annotations.map(readAnnotation) };
}

function readAnnotation(raw: unknown): CheckAnnotation {
  const given = raw as Body;
  for (const field of ['path', 'start_line', 'end_line', 'annotation_level', 'message']) {
    if (given[field] === undefined || given[field] === null) throw malformed(`"${field}" wasn't supplied.`);
  }
  const [start, end] = [whole(given.start_line, 'start_line'), whole(given.end_line, 'end_line')];
  if (end < start)
    throw unprocessable('Validation Failed', [{ resource: 'CheckAnnotation', field: 'end_line', code: 'invalid' }]);
  const columns = given.start_column !== undefined || given.end_column !== undefined;
  if (columns && start !== end) {
    throw unprocessable('Validation Failed', [
      {
        resource: 'CheckAnnotation',
        field: 'start_column',
        code: 'custom',
        message: 'start_column and end_column cannot be given when start_line and end_line differ',
      },
    ]);
  }
  return {
    path: text(given.path, 'path'),
    start_line: start,
    end_line: end,
    start_column: given.start_column ?? null,
    end_column: given.end_column ?? null,
    annotation_level: oneOf(given.annotation_level, LEVELS, 'annotation_level'),
    message: limited(given.message, 'message', MAX_MESSAGE),
    title: given.title === undefined ? null : limited(given.title, 'title', 255),
    raw_details: given.raw_details === undefined ? null : limited(given.raw_details, 'raw_details', MAX_MESSAGE),
  };
}

function readActions(raw: unknown): CheckAction[] {
  if (!Array.isArray(raw)) throw malformed("For 'properties/actions', the value is not an array.");
  if (raw.length > MAX_ACTIONS) throw refused('too-many-annotations', { limit: MAX_ACTIONS, count: raw.length });
  return raw.map((body: Body) => ({
    label: limited(body.label, 'label', 20),
    description: limited(body.description, 'description', 40),
    identifier: limited(body.identifier, 'identifier', 20),
  }));
}

function text(value: unknown, field: string): string {
  if (typeof value !== 'string')
    throw malformed(`For 'properties/${field}', ${JSON.stringify(value)} is not a string.`);
  return value;
}

function limited(value: unknown, field: string, limit: number): string {
  if (value === undefined) throw malformed(`"${field}" wasn't supplied.`);
  const read = text(value, field);
  if ([...read].length > limit) throw refused('check-text-characters', { limit, count: [...read].length });
  return read;
}

/** Counted in characters by the schema, and in bytes by what stores it. */
function fitting(value: unknown, field: string): string {
  const read = limited(value, field, MAX_TEXT);
  if (Buffer.byteLength(read) > MAX_TEXT) throw refused('check-text-bytes', { field });
  return read;
}

function whole(value: unknown, field: string): number {
  if (!Number.isInteger(value))
    throw malformed(`For 'properties/${field}', ${JSON.stringify(value)} is not an integer.`);
  return value as number;
}

function oneOf<T extends string>(value: unknown, allowed: readonly T[], field: string): T {
  if (!allowed.includes(value as T))
    throw malformed(
      `For 'properties/${field}', ${JSON.stringify(value)} is not a member of ${JSON.stringify(allowed)}.`,
    );
  return value as T;
}

function time(value: unknown, field: string): string {
  if (typeof value !== 'string' || !TIME.test(value))
    throw malformed(`For 'properties/${field}', ${JSON.stringify(value)} is not a valid date-time.`);
  return `${new Date(value).toISOString().slice(0, 19)}Z`;
}

const malformed = (why: string): Error => unprocessable(`Invalid request.\n\n${why}`);

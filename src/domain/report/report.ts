// What the Action states about a run: its shape, its one canonical spelling, its digest, and how it travels in a check run.
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { canonicalise } from '../text/canonicalise.ts';
import { isStorable } from '../text/storable.ts';

const digest = z.string().regex(/^[0-9a-f]{64}$/);
const commit = z.string().regex(/^[0-9a-f]{40}([0-9a-f]{24})?$/);
const text = z.string().max(1_000);
const moment = z.iso.datetime({ offset: true }).nullable();

/** Where a task of a run ended. `kept`: nothing it depends on changed, so its outputs stand. */
const taskStates = [
  'succeeded',
  'kept',
  'frozen',
  'failed',
  'timed out',
  'cancelled',
  'blocked',
  'not needed',
] as const;
export type TaskState = (typeof taskStates)[number];

const reportedTask = z.strictObject({
  name: text,
  state: z.enum(taskStates),
  started: moment,
  ended: moment,
  exit: z.int().nullable(),
  kind: z.string().max(40).optional(),
});

const reportedRelease = z.strictObject({
  release: text,
  challenge: text,
  path: text,
  shipment: text.optional(),
  /** Digest of the file as it is in the commit; null when it is not there. */
  sha256: digest.nullable(),
  state: z.enum(['intact', 'altered', 'missing']),
  /** Tasks that read it, by what the pipeline declares; absent where a pipeline declares no files. */
  read_by: z.array(text).max(20).optional(),
  /** Does it flow into the model, by the same? */
  in_model: z.boolean().optional(),
});

const reportedEndpoint = z.strictObject({
  ok: z.boolean(),
  /** `live`: a deployed address; `job`: started and stopped inside the job. */
  level: z.enum(['job', 'live']),
  ready_ms: z.number().nullable(),
  requests: z.int(),
  failed: z.int(),
  p50_ms: z.number().nullable(),
  p95_ms: z.number().nullable(),
  p99_ms: z.number().nullable(),
  per_second: z.number().nullable(),
  api_version: text.nullable(),
  model_version: text.nullable(),
  /** Codes of the checks that did not pass. */
  problems: z.array(z.string().max(80)).max(40),
});

/** One report. `conclusion` is the pipeline's; data and endpoint carry their own verdicts. */
export const reportSchema = z.strictObject({
  version: z.literal(1),
  repository: z.string().max(200),
  repository_id: z.string().max(30).nullable(),
  sha: commit,
  head_sha: commit,
  event: z.string().max(60),
  workflow: z.string().max(400),
  job: z.string().max(200),
  run_id: z.int(),
  run_attempt: z.int(),
  /** `all`: one job that also ran student code. `report`: a job that ran none. */
  mode: z.enum(['all', 'report']),
  conclusion: z.enum(['success', 'failure', 'neutral', 'cancelled']),
  pipeline: z.strictObject({ file: text, form: z.enum(['practicum', 'mlpipeline', 'dvc']), sha256: digest }).nullable(),
  tasks: z.array(reportedTask),
  /** How many tasks were left out because the report would not fit into a check run. */
  tasks_omitted: z.int().min(0),
  data: z.strictObject({ manifest: digest.nullable(), releases: z.array(reportedRelease) }),
  /** `verified`: the reporting job hashed the artifact itself; otherwise the digest is what the first job said. */
  model: z.strictObject({ path: text, sha256: digest, verified: z.boolean() }).nullable(),
  outputs: z.record(text, text),
  metrics: z.record(text, z.number()),
  /** What was there and is not in this report, and why: metrics that are no numbers, what did not fit. */
  notes: z.array(text).max(40).optional(),
  endpoint: reportedEndpoint.nullable(),
});
export type Report = z.infer<typeof reportSchema>;
export type ReportedTask = z.infer<typeof reportedTask>;
export type ReportedRelease = z.infer<typeof reportedRelease>;
export type ReportedEndpoint = z.infer<typeof reportedEndpoint>;

/** Names of the check runs that the Action makes. */
export const checkNames = {
  data: 'practicum/data',
  pipeline: 'practicum/pipeline',
  endpoint: 'practicum/endpoint',
} as const;

/** SHA-256, as hex, of the canonical spelling. */
export function digestReport(report: Report): string {
  return createHash('sha256').update(canonicalise(report), 'utf8').digest('hex');
}

/** The audience that a token for this report must carry: `sha256:<hex>`, so that a token fits one report only. */
export function audienceOf(report: Report): string {
  return audienceFor(digestReport(report));
}

export function audienceFor(digest: string): string {
  return `sha256:${digest}`;
}

/** Tells jobs of one name apart: the leg of a matrix, and the name that a step was given. */
type Part = { leg?: string; name?: string };

/** What ties a check run to the job that made it: `run id/attempt/job`, and where there are several, `/leg` and `/name`. */
export function externalIdOf(report: Pick<Report, 'run_id' | 'run_attempt' | 'job'>, { leg, name }: Part = {}): string {
  const parts = [report.run_id, report.run_attempt, report.job];
  return [...parts, ...(leg ? [`leg ${leg}`] : []), ...(name ? [name] : [])].join('/');
}

const fence = '```';
const reportBlock = /^```json practicum-report\n([^\n]+)\n```$/gm;
const tokenBlock = /^```text practicum-token\n([A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+)\n```$/gm;

/** The fenced block that carries a report, and the token when there is one, in the text of a check run. */
export function writeReportBlock(report: Report, token?: string): string {
  // JSON escapes line feeds, so the canonical line cannot end the fence early; a back-tick inside a line cannot either.
  const block = `${fence}json practicum-report\n${canonicalise(report)}\n${fence}\n`;
  const whole = token === undefined ? block : `${block}\n${fence}text practicum-token\n${token}\n${fence}\n`;
  // For machines: folded, so that people see what was said to them.
  return `<details><summary>The report, for the app</summary>\n\n${whole}\n</details>\n`;
}

/** `digest`: of the report, as `digestReport` has it. */
export type ReadReport =
  | { ok: true; report: Report; digest: string; token?: string }
  | { ok: false; code: 'no-report' | 'report-not-json' | 'report-invalid' | 'report-not-canonical'; reason: string };

/** The report in the text of a check run. Anyone may have written that text: nothing in it is believed by being read. */
export function readReportBlock(checkRunText: string | null | undefined): ReadReport {
  const text = (checkRunText ?? '').replaceAll('\r\n', '\n');
  // The last one: what a task printed stands before the report and may look like another.
  const line = [...text.matchAll(reportBlock)].at(-1)?.[1];
  if (line === undefined) return { ok: false, code: 'no-report', reason: 'the check run carries no report' };
  const read = parseReport(line);
  const token = [...text.matchAll(tokenBlock)].at(-1)?.[1];
  return read.ok && token !== undefined ? { ...read, token } : read;
}

/** A report from its canonical text; any other spelling is refused, so that a digest has one meaning. */
export function parseReport(line: string): ReadReport {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return { ok: false, code: 'report-not-json', reason: 'the report is not JSON' };
  }
  const fault = firstFault(value);
  const parsed = fault ? undefined : reportSchema.safeParse(value);
  if (!parsed?.success) {
    const issue = fault ?? parsed?.error.issues[0];
    const where = issue?.path.join('.') || 'report';
    return { ok: false, code: 'report-invalid', reason: `${where}: ${issue?.message ?? 'not a report'}` };
  }
  if (!isStorable(value)) {
    return { ok: false, code: 'report-invalid', reason: 'the report holds NUL or half a surrogate pair' };
  }
  if (canonicalise(parsed.data) !== line) {
    return { ok: false, code: 'report-not-canonical', reason: 'the report is not in its canonical spelling' };
  }
  return { ok: true, report: parsed.data, digest: createHash('sha256').update(line, 'utf8').digest('hex') };
}

type Fault = { path: PropertyKey[]; message: string };

/**
 * Of the first entry of a list that is wrong. Zod words what is wrong with every entry before it says anything, which took a second for
 * a hundred kilobytes.
 */
function firstFault(value: unknown): Fault | undefined {
  const { tasks, data, outputs, metrics } = (value ?? {}) as Record<string, unknown>;
  const lists: [string[], unknown, z.ZodType][] = [
    [['tasks'], tasks, reportedTask],
    [['data', 'releases'], (data as { releases?: unknown } | null | undefined)?.releases, reportedRelease],
    [['outputs'], outputs, text],
    [['metrics'], metrics, z.number()],
  ];
  for (const [path, list, schema] of lists) {
    for (const [key, one] of typeof list === 'object' && list !== null ? Object.entries(list) : []) {
      const issue = schema.safeParse(one).error?.issues[0];
      if (issue) return { path: [...path, key, ...issue.path], message: issue.message };
    }
  }
  return undefined;
}

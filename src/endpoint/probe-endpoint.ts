// One probe of a student's endpoint: health, the contract of /predict, latency, versions, and quality on held-out rows.
import { randomBytes } from 'node:crypto';
import type { Quality } from '../domain/evidence/evidence.ts';
import { tally, valueOf, type Statistics } from '../domain/challenge/statistics.ts';
import { predictBody, readPrediction, spoilRow } from '../domain/endpoint/probe-contract.ts';
import { describeNoModel, NO_MODEL, saysNoModel } from '../domain/endpoint/no-model.ts';
import { NONCE_HEADER, readIdentity } from '../domain/endpoint/service-identity.ts';
import type { Predicted } from '../domain/endpoint/probe-contract.ts';
import type { ProbeAnswer, ProbeRequest } from '../ports/practice.ts';
import { GuardError } from './guard-error.ts';
import { sendSigned, type SendTools } from './send-signed.ts';

export type ProbeTools = SendTools & {
  /** How long our own process was held up lately, in milliseconds: a slow answer is then not the student's. */
  lag?: () => number;
};

const HEALTH_TIMEOUT_MS = 5000;

class ProbeFault extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** Asks the endpoint once. It never throws for what the endpoint does: that is the outcome. */
export async function probeEndpoint(task: ProbeRequest, tools: ProbeTools): Promise<ProbeAnswer> {
  const outcome: ProbeAnswer = { ok: false, code: 'ok', message: 'healthy, in contract and in time' };
  try {
    await checkHealth(task, tools);
    const predicted = await predict(task, tools, outcome);
    outcome.apiVersion = predicted.apiVersion;
    outcome.modelVersion = predicted.modelVersion;
    Object.assign(outcome, judgeQuality(task, predicted));
    await checkBadRow(task, tools);
    const says = task.whose === true ? await askIdentity(task, tools) : undefined;
    if (says !== undefined) outcome.says = says;
    return { ...outcome, ok: true };
  } catch (error) {
    if (!(error instanceof ProbeFault) && !(error instanceof GuardError)) throw error;
    // Whoever leaves rows out has not answered them: silence must not look better than an answer.
    if (error.code === 'predict-count' && task.metric && task.labels)
      outcome.measured = tally(
        task.metric,
        task.labels.map((label) => ({ label })),
      );
    return { ...outcome, code: error.code, message: error.message };
  }
}

async function checkHealth(task: ProbeRequest, tools: ProbeTools): Promise<void> {
  const { status, text } = await send('GET', '/health', '', HEALTH_TIMEOUT_MS, task, tools);
  refuseWithoutModel('/health', status, text);
  if (status !== 200) throw new ProbeFault('health-status', `/health answered ${status} instead of 200`);
}

function refuseWithoutModel(path: string, status: number, text: string): void {
  const words = saysNoModel(status, text);
  if (words !== undefined) throw new ProbeFault(NO_MODEL, describeNoModel(path, words));
}

async function predict(task: ProbeRequest, tools: ProbeTools, outcome: ProbeAnswer): Promise<Predicted> {
  const shape = task.shape ?? 'batch';
  const rows = shape === 'batch' ? task.rows : task.rows.slice(0, 1);
  const started = performance.now();
  const timeout = Math.max(task.wait * 2, HEALTH_TIMEOUT_MS);
  const { status, text } = await send(
    'POST',
    '/predict',
    predictBody(task.requestId, rows, shape),
    timeout,
    task,
    tools,
  );
  outcome.latencyMs = Math.round(performance.now() - started);
  refuseWithoutModel('/predict', status, text);
  if (status !== 200) throw new ProbeFault('predict-status', `/predict answered ${status} instead of 200`);
  const read = readPrediction(text, { requestId: task.requestId, rows: rows.length, shape });
  if ('code' in read) throw new ProbeFault(read.code, read.message);
  if (outcome.latencyMs > task.wait) {
    const ours = (tools.lag?.() ?? 0) > task.wait / 4;
    const message = `/predict took ${outcome.latencyMs} ms; ${task.wait} ms are allowed`;
    throw new ProbeFault(ours ? 'our-lag' : 'slow', message);
  }
  return read;
}

function judgeQuality(
  { metric, labels }: ProbeRequest,
  { predictions }: Predicted,
): Pick<ProbeAnswer, 'quality' | 'measured'> {
  if (!metric || !labels) return {};
  const pairs = predictions.map((prediction, index) => ({ label: labels[index], prediction }));
  let measured: Statistics;
  try {
    measured = tally(metric, pairs);
  } catch {
    // Whatever is in an answer that cannot be weighed is the service's doing, and counts as a failure of it.
    throw new ProbeFault('predict-unreadable', 'the predictions cannot be compared with anything');
  }
  const value = valueOf(metric, measured);
  const quality: Quality | undefined = value === undefined ? undefined : { metric, value, rows: measured.rows };
  return { ...(quality ? { quality } : {}), measured };
}

async function checkBadRow(task: ProbeRequest, tools: ProbeTools): Promise<void> {
  const row = task.rows[0];
  if (!row) return;
  const body = predictBody(task.requestId, [spoilRow(row)], task.shape ?? 'batch');
  const { status } = await send('POST', '/predict', body, HEALTH_TIMEOUT_MS, task, tools);
  if (status !== 422)
    throw new ProbeFault('bad-row', `/predict answered ${status} to a row of the wrong types; it must answer 422`);
}

/** Services need not answer this: whoever does not is no worse than before, only not proven. */
async function askIdentity(task: ProbeRequest, tools: ProbeTools): Promise<string | undefined> {
  const nonce = randomBytes(16).toString('hex');
  try {
    const { status, text } = await send('GET', '/metadata', '', HEALTH_TIMEOUT_MS, task, tools, {
      [NONCE_HEADER]: nonce,
    });
    return status === 200 ? readIdentity(text, nonce) : undefined;
  } catch (error) {
    if (error instanceof GuardError) return undefined;
    throw error;
  }
}

async function send(
  method: 'GET' | 'POST',
  path: string,
  body: string,
  timeoutMs: number,
  task: ProbeRequest,
  tools: ProbeTools,
  more: Record<string, string> = {},
): Promise<{ status: number; text: string }> {
  const sent = { method, path, body, timeoutMs, more };
  return sendSigned(task.url, sent, tools);
}

// A service under stress: inputs that it must refuse, and predictions at a rate. What it does is the answer, never an error.
import { badInputs, isRefusal, type BadInputResult } from '../domain/endpoint/bad-inputs.ts';
import { summarise, type LoadResult, type LoadStep } from '../domain/endpoint/load.ts';
import { predictBody, readPrediction } from '../domain/endpoint/probe-contract.ts';
import type { StressRequest } from '../ports/practice.ts';
import { GuardError } from './guard-error.ts';
import { sendSigned, type SendTools } from './send-signed.ts';

const patienceMs = 5000;

/** One after the other; a good request at the end shows that the service survived them. */
export async function sendBadInputs(task: StressRequest, tools: SendTools): Promise<BadInputResult[]> {
  const shape = task.shape ?? 'batch';
  const results: BadInputResult[] = [];
  for (const { name, body, contentType } of badInputs(task.requestId, task.rows[0] ?? {}, shape)) {
    const sent = { method: 'POST' as const, path: '/predict', body, timeoutMs: patienceMs };
    const got = await statusOf(task.url, { ...sent, ...(contentType === undefined ? {} : { contentType }) }, tools);
    results.push({ name, ok: typeof got === 'number' && isRefusal(got), got: String(got) });
  }
  const { code } = await ask(task, tools);
  results.push({ name: 'a good row afterwards', ok: code === 'ok', got: code });
  return results;
}

/** So many a second, whether or not the earlier ones are answered: as users do. */
export async function sendLoad(task: StressRequest, step: LoadStep, tools: SendTools): Promise<LoadResult> {
  const many = Math.max(1, Math.round(step.rate * step.seconds));
  const started = performance.now();
  const answers = Array.from({ length: many }, async (_, index) => {
    const wait = started + (index * 1000) / step.rate - performance.now();
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    return ask({ ...task, requestId: `${task.requestId}-${index}` }, tools);
  });
  return summarise(step, await Promise.all(answers));
}

/** The versions that a service names at `/metadata`; undefined where it names none. */
export async function readVersions(
  url: string,
  tools: SendTools,
): Promise<{ apiVersion?: string; modelVersion?: string } | undefined> {
  try {
    const { status, text } = await sendSigned(url, { method: 'GET', path: '/metadata', timeoutMs: patienceMs }, tools);
    const value: unknown = status === 200 ? JSON.parse(text) : undefined;
    if (typeof value !== 'object' || value === null) return undefined;
    const { api_version: api, model_version: model } = value as Record<string, unknown>;
    const short = (value: unknown): string | undefined =>
      typeof value === 'string' && value !== '' && value.length <= 100 ? value : undefined;
    const [apiVersion, modelVersion] = [short(api), short(model)];
    if (apiVersion === undefined && modelVersion === undefined) return undefined;
    return { ...(apiVersion ? { apiVersion } : {}), ...(modelVersion ? { modelVersion } : {}) };
  } catch (error) {
    if (error instanceof GuardError || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

async function ask(task: StressRequest, tools: SendTools): Promise<{ code: string; latencyMs?: number }> {
  const shape = task.shape ?? 'batch';
  const rows = shape === 'batch' ? task.rows : task.rows.slice(0, 1);
  const body = predictBody(task.requestId, rows, shape);
  const started = performance.now();
  try {
    const timeoutMs = Math.max(task.wait * 2, patienceMs);
    const { status, text } = await sendSigned(task.url, { method: 'POST', path: '/predict', body, timeoutMs }, tools);
    const latencyMs = Math.round(performance.now() - started);
    if (status !== 200) return { code: `status-${status}`, latencyMs };
    const read = readPrediction(text, { requestId: task.requestId, rows: rows.length, shape });
    if ('code' in read) return { code: read.code, latencyMs };
    return { code: latencyMs > task.wait ? 'slow' : 'ok', latencyMs };
  } catch (error) {
    if (error instanceof GuardError) return { code: error.code };
    throw error;
  }
}

async function statusOf(
  url: string,
  sent: Parameters<typeof sendSigned>[1],
  tools: SendTools,
): Promise<number | string> {
  try {
    return (await sendSigned(url, sent, tools)).status;
  } catch (error) {
    if (error instanceof GuardError) return error.code;
    throw error;
  }
}

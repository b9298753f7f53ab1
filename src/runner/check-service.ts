// Asks a running model service what its contract promises, and measures how fast it answers.
import { countRequests } from '../domain/pipeline/read-counters.ts';
import { percentile } from '../domain/pipeline/show/summarise-latency.ts';
import { describeNoModel, NO_MODEL, saysNoModel } from '../domain/endpoint/no-model.ts';
import { predictBody, type PredictShape, readPrediction, spoilRow } from '../domain/endpoint/probe-contract.ts';
import { askHttp } from './ask-http.ts';

export type Row = Record<string, unknown>;

export type ServiceCheck = {
  url: string;
  predict: string;
  health: string;
  shape: PredictShape;
  /** The student's own example request. */
  example: Row;
  /** Rows of the newest release, with the columns of the example. */
  rows: readonly Row[];
  /** Makes request ids that nobody can have prepared an answer for. */
  nextId: () => string;
  /** Others may ask the same service: then its counters may only show more than ours. */
  shared: boolean;
};

export type ServiceFindings = {
  problems: { code: string; message: string }[];
  notes: string[];
  requests: number;
  failed: number;
  times: { p50: number | null; p95: number | null; p99: number | null; perSecond: number | null };
  apiVersion: string | null;
  modelVersion: string | null;
};

const timed = { requests: 100, atOnce: 4 };
const batch = 50;
const waitMs = 10_000;

/** Never rejects for what the service does. */
export async function checkService(check: ServiceCheck): Promise<ServiceFindings> {
  const asker = new Asker(check);
  const instances = instancesOf(check.example, check.shape);
  if (instances.length === 0) return asker.findings([], 'the example request has no row to send');
  const before = await asker.counted();
  await asker.predict(instances);
  await asker.refuses(instances[0]!);
  for (let from = 0; from < check.rows.length; from += batch) {
    const rows = check.rows.slice(from, from + batch);
    if (check.shape === 'batch') await asker.predict(rows);
    else for (const row of rows) await asker.predict([row]);
  }
  const pool = check.rows.length > 0 ? check.rows : instances;
  const { durations, seconds } = await asker.measure(pool);
  await asker.compareCounters(before);
  return asker.findings(durations, undefined, seconds);
}

/** The rows in an example request, whatever its form. */
export function instancesOf(example: Row, shape: PredictShape): Row[] {
  if (shape === 'batch') {
    const list = example['instances'];
    return Array.isArray(list) ? list.filter((row): row is Row => typeof row === 'object' && row !== null) : [];
  }
  const { request_id: _id, ...row } = example;
  return Object.keys(row).length > 0 ? [row] : [];
}

class Asker {
  private readonly check: ServiceCheck;
  private readonly problems = new Map<string, string>();
  private readonly notes: string[] = [];
  private asked = 0;
  private failed = 0;
  private apiVersion: string | null = null;
  private modelVersion: string | null = null;

  constructor(check: ServiceCheck) {
    this.check = check;
  }

  /** One request for predictions; its time in milliseconds, or undefined when it failed. */
  async predict(rows: readonly Row[]): Promise<number | undefined> {
    const { shape } = this.check;
    const requestId = this.check.nextId();
    const started = performance.now();
    const answer = await this.post(predictBody(requestId, rows, shape));
    const duration = performance.now() - started;
    if (!answer) return undefined;
    const without = saysNoModel(answer.status, answer.body);
    if (without !== undefined) return this.fail(NO_MODEL, describeNoModel(this.check.predict, without));
    if (answer.status !== 200)
      return this.fail('predict-status', `${this.check.predict} gives ${answer.status} for good rows`);
    const read = readPrediction(answer.body, { requestId, rows: shape === 'batch' ? rows.length : 1, shape });
    if ('code' in read) return this.fail(read.code, read.message);
    if (this.modelVersion !== null && read.modelVersion !== this.modelVersion) {
      return this.fail('predict-versions', 'model_version differs from one answer to the next');
    }
    this.apiVersion = read.apiVersion;
    this.modelVersion = read.modelVersion;
    return duration;
  }

  async refuses(row: Row): Promise<void> {
    const answer = await this.post(predictBody(this.check.nextId(), [spoilRow(row)], this.check.shape));
    if (answer && (answer.status < 400 || answer.status > 499)) {
      this.fail(
        'bad-row-accepted',
        `a row of nonsense gives ${answer.status}; it must be refused with 422 (or another 4xx)`,
      );
    }
  }

  /** Many requests of one row, a few at a time. */
  async measure(pool: readonly Row[]): Promise<{ durations: number[]; seconds: number }> {
    const durations: number[] = [];
    let next = 0;
    const started = performance.now();
    const worker = async (): Promise<void> => {
      while (next < timed.requests && this.failed < 20) {
        const duration = await this.predict([pool[next++ % pool.length]!]);
        if (duration !== undefined) durations.push(duration);
      }
    };
    await Promise.all(Array.from({ length: timed.atOnce }, worker));
    return { durations, seconds: (performance.now() - started) / 1000 };
  }

  async counted(): Promise<number | undefined> {
    try {
      const { ok, text } = await askHttp(`${this.check.url}/metrics`, { waitMs });
      return ok ? (countRequests(text.slice(0, 1_000_000), this.check.predict) ?? 0) : undefined;
    } catch {
      return undefined;
    }
  }

  async compareCounters(before: number | undefined): Promise<void> {
    const after = await this.counted();
    if (before === undefined || after === undefined || after === 0) {
      this.notes.push(
        'The service does not count its requests: /metrics has no requests_total by path, so its own figures could not be checked.',
      );
      return;
    }
    const counted = after - before;
    if (counted < this.asked || (counted > this.asked && !this.check.shared)) {
      this.fail('counters-differ', `the service was asked ${this.asked} times and counts ${counted}`, false);
    }
  }

  findings(durations: readonly number[], hopeless?: string, seconds = 0): ServiceFindings {
    if (hopeless) this.fail('no-example', hopeless, false);
    return {
      problems: [...this.problems].map(([code, message]) => ({ code, message })),
      notes: this.notes,
      requests: this.asked,
      failed: this.failed,
      times: {
        p50: percentile(durations, 0.5),
        p95: percentile(durations, 0.95),
        p99: percentile(durations, 0.99),
        perSecond: seconds > 0 ? Math.round((durations.length / seconds) * 10) / 10 : null,
      },
      apiVersion: this.apiVersion,
      modelVersion: this.modelVersion,
    };
  }

  private async post(body: string): Promise<{ status: number; body: string } | undefined> {
    this.asked++;
    try {
      const headers = { 'content-type': 'application/json' };
      const url = `${this.check.url}${this.check.predict}`;
      const { status, text } = await askHttp(url, { method: 'POST', headers, body, waitMs });
      return { status, body: text.slice(0, 5_000_000) };
    } catch (error) {
      this.fail('no-answer', `${this.check.predict} did not answer: ${(error as Error).message}`);
      return undefined;
    }
  }

  private fail(code: string, message: string, counts = true): undefined {
    if (!this.problems.has(code)) this.problems.set(code, message);
    if (counts) this.failed++;
    return undefined;
  }
}

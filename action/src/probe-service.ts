// Endpoint health inside the job: starts the service (or takes one that runs), asks it, and puts down what it found.
import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as core from '@actions/core';
import type { Serve } from '../../src/domain/pipeline/model.ts';
import type { ReportedEndpoint } from '../../src/domain/report/report.ts';
import { checkService, instancesOf, type Row, type ServiceFindings } from '../../src/runner/check-service.ts';
import { childEnvironment } from '../../src/runner/child-environment.ts';
import { stateFolder } from '../../src/runner/keep-tasks.ts';
import type { LoadedPipeline } from '../../src/runner/load-pipeline.ts';
import { readRows } from '../../src/runner/read-rows.ts';
import { readTail } from '../../src/runner/run-task.ts';
import { startService } from '../../src/runner/start-service.ts';
import { checkData } from './check-data.ts';
import type { Context } from './read-context.ts';

export type Served = { report: ReportedEndpoint; notes: string[] };

const plain: Serve = {
  at: { line: 1, column: 1 },
  run: '',
  inputs: [],
  shape: 'batch',
  health: '/health',
  predict: '/predict',
  env: [],
  startSeconds: 60,
};

/** Undefined when there is no service to ask, or nobody wants to know. */
export async function probeService(
  context: Context,
  loaded: LoadedPipeline,
  signal: AbortSignal,
): Promise<Served | undefined> {
  const given = /^https?:\/\//.test(context.endpoint) ? context.endpoint.replace(/\/$/, '') : undefined;
  const serve = loaded.pipeline?.serve ?? (given === undefined ? undefined : plain);
  if (!serve || context.endpoint === 'false') return undefined;
  const url = given ?? serve.url?.replace(/\/$/, '');
  const example = readExample(loaded.root, serve.example);
  const ask = (address: string): Promise<ServiceFindings> => {
    const rows = rowsFor(context, instancesOf(example, serve.shape)[0]);
    return checkService({ ...serve, url: address, example, rows, nextId: randomUUID, shared: url !== undefined });
  };
  if (url !== undefined) return describe('live', null, await ask(url));
  if (serve.run === '') return undefined;
  core.info(`▶ serve: ${serve.run}`);
  mkdirSync(join(loaded.root, stateFolder, 'logs'), { recursive: true });
  const log = `${stateFolder}/logs/serve.log`;
  const variables = Object.fromEntries([...(loaded.pipeline?.env ?? []), ...serve.env]);
  const service = await startService({
    command: serve.run,
    folder: loaded.root,
    env: { ...childEnvironment(context.env), ...variables },
    health: serve.health,
    startSeconds: serve.startSeconds,
    log: join(loaded.root, log),
    signal,
  });
  try {
    if (!('code' in service)) return describe('job', service.readyMs, await ask(service.url));
    const tail = readTail(loaded.root, log)?.split('\n').slice(-5).join(' ');
    return refused(service.code, `${service.message}${tail ? `. It printed: ${tail}` : ''}`);
  } finally {
    await service.stop();
  }
}

function readExample(root: string, path: string | undefined): Row {
  if (path === undefined) return {};
  try {
    const value: unknown = JSON.parse(readFileSync(join(root, path), 'utf8'));
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Row) : {};
  } catch {
    return {}; // Said as no-example by who asks.
  }
}

/** Rows of the newest release that is whole. */
function rowsFor(context: Context, example: Row | undefined): Row[] {
  if (!example) return [];
  const newest = checkData(context.workspace, context.manifest).releases.findLast(({ state }) => state === 'intact');
  return newest ? readRows(join(context.workspace, newest.path), example) : [];
}

function describe(level: ReportedEndpoint['level'], readyMs: number | null, found: ServiceFindings): Served {
  for (const { code, message } of found.problems) core.warning(`endpoint ${code}: ${message}`);
  return {
    report: {
      ok: found.problems.length === 0,
      level,
      ready_ms: readyMs,
      requests: found.requests,
      failed: found.failed,
      p50_ms: found.times.p50,
      p95_ms: found.times.p95,
      p99_ms: found.times.p99,
      per_second: found.times.perSecond,
      api_version: found.apiVersion,
      model_version: found.modelVersion,
      problems: found.problems.map(({ code }) => code),
    },
    notes: [...found.problems.map(({ message }) => message), ...found.notes].map((note) => note.slice(0, 1_000)),
  };
}

function refused(code: string, message: string): Served {
  core.warning(`endpoint ${code}: ${message}`);
  const nothing = {
    p50_ms: null,
    p95_ms: null,
    p99_ms: null,
    per_second: null,
    api_version: null,
    model_version: null,
  };
  return {
    report: { ok: false, level: 'job', ready_ms: null, requests: 0, failed: 0, ...nothing, problems: [code] },
    notes: [message.slice(0, 1_000)],
  };
}

// Logs of runs and jobs: the API answers with a short-lived address, and the address with the text.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { notFound } from '../../world/errors.ts';
import { bytes, redirect, type Reply } from '../../http/reply.ts';
import type { Ctx } from '../../http/context.ts';
import type { Route } from '../../http/route.ts';
import { actionsRunning } from '../actions.ts';
import { findRecord } from '../find-records.ts';
import { actionsOf, jobsOf } from '../records.ts';
import { zipFiles } from '../machine/zip-files.ts';

const base = '/repos/{owner}/{repo}/actions';

export const logRoutes: Route[] = [
  {
    method: 'GET',
    path: `${base}/runs/{run_id}/logs`,
    permission: 'actions:read',
    handler: (ctx) => redirect(302, storageUrl(ctx, `logs/run/${findRecord(ctx, 'runs', ctx.params['run_id']).id}`)),
  },
  {
    method: 'GET',
    path: `${base}/jobs/{job_id}/logs`,
    permission: 'actions:read',
    handler: (ctx) => redirect(302, storageUrl(ctx, `logs/job/${findRecord(ctx, 'jobs', ctx.params['job_id']).id}`)),
  },
];

export const logStorageRoutes: Route[] = [
  { method: 'GET', path: '/_storage/logs/job/{id}', handler: (ctx) => jobLog(ctx) },
  { method: 'GET', path: '/_storage/logs/run/{id}', handler: (ctx) => runLogs(ctx) },
];

/** An address that needs no token, as those of GitHub's storage; it names what was asked for. */
export function storageUrl(ctx: Ctx, path: string): string {
  return `${ctx.url}/_storage/${path}`;
}

async function logText(ctx: Ctx, id: number): Promise<string> {
  const actions = actionsRunning(ctx);
  return (
    actions.logs.get(id)?.text() ??
    (await readFile(join(actions.fileFolder, 'logs', `${id}.txt`), 'utf8').catch(() => ''))
  );
}

async function jobLog(ctx: Ctx): Promise<Reply> {
  const job = actionsOf(ctx.state).jobs[Number(ctx.params['id'])];
  if (!job) throw notFound();
  return bytes(200, Buffer.from(await logText(ctx, job.id)), 'text/plain; charset=utf-8');
}

async function runLogs(ctx: Ctx): Promise<Reply> {
  const run = actionsOf(ctx.state).runs[Number(ctx.params['id'])];
  if (!run) throw notFound();
  const files = jobsOf(ctx.state, run).map(async (job, at) => ({
    name: `${at}_${job.name.replace(/[\\/:*?"<>|]/g, '')}.txt`,
    data: Buffer.from(await logText(ctx, job.id)),
  }));
  return bytes(200, zipFiles(await Promise.all(files)), 'application/zip');
}

// Routes of artifacts: list, show, download by a redirect to a zip, delete.
import { readFile } from 'node:fs/promises';
import { notFound, Refusal, refused } from '../../world/errors.ts';
import { bytes, noContent, ok, paginate, redirect, type Reply } from '../../http/reply.ts';
import type { Ctx } from '../../http/context.ts';
import type { Route } from '../../http/route.ts';
import { actionsRunning } from '../actions.ts';
import { artifactFile, deleteArtifact } from '../artifact-store.ts';
import { findRecord } from '../find-records.ts';
import { presentArtifact } from '../present-run.ts';
import { actionsOf, type ArtifactRecord } from '../records.ts';
import { storageUrl } from './routes-logs.ts';

const base = '/repos/{owner}/{repo}/actions';

export const artifactRoutes: Route[] = [
  {
    method: 'GET',
    path: `${base}/artifacts`,
    permission: 'actions:read',
    handler: (ctx) => list(ctx, (artifact) => artifact.repository === ctx.repository.id),
  },
  { method: 'GET', path: `${base}/runs/{run_id}/artifacts`, permission: 'actions:read', handler: listOfRun },
  {
    method: 'GET',
    path: `${base}/artifacts/{artifact_id}`,
    permission: 'actions:read',
    handler: (ctx) => ok(presentArtifact(ctx, artifactOf(ctx))),
  },
  { method: 'DELETE', path: `${base}/artifacts/{artifact_id}`, permission: 'actions:write', handler: remove },
  {
    method: 'GET',
    path: `${base}/artifacts/{artifact_id}/{archive_format}`,
    permission: 'actions:read',
    handler: download,
  },
];

export const artifactStorageRoutes: Route[] = [{ method: 'GET', path: '/_storage/artifacts/{id}', handler: stored }];

function artifactOf(ctx: Ctx): ArtifactRecord {
  return findRecord(ctx, 'artifacts', ctx.params['artifact_id']);
}

function listOfRun(ctx: Ctx): Reply {
  const run = findRecord(ctx, 'runs', ctx.params['run_id']);
  return list(ctx, (artifact) => artifact.run === run.id);
}

function list(ctx: Ctx, wanted: (artifact: ArtifactRecord) => boolean): Reply {
  const name = ctx.query.get('name');
  const found = Object.values(actionsOf(ctx.state).artifacts)
    .filter((artifact) => wanted(artifact) && (name === null || artifact.name === name))
    .toSorted((a, b) => b.id - a.id);
  return paginate(
    ctx,
    found,
    (artifact) => presentArtifact(ctx, artifact),
    (artifacts, total_count) => ({ total_count, artifacts }),
  );
}

function download(ctx: Ctx): Reply {
  const artifact = artifactOf(ctx);
  if (ctx.params['archive_format'] !== 'zip') throw notFound();
  // GitHub asks for a token even where the repository is public.
  if (ctx.actor.kind === 'anonymous') throw new Refusal(401, 'Requires authentication');
  if (Date.parse(artifact.expiresAt) <= ctx.clock.now().getTime()) throw refused('artifact-expired');
  return redirect(302, storageUrl(ctx, `artifacts/${artifact.id}`));
}

async function stored(ctx: Ctx): Promise<Reply> {
  const artifact = actionsOf(ctx.state).artifacts[Number(ctx.params['id'])];
  if (!artifact) throw notFound();
  const name = encodeURIComponent(artifact.name);
  return bytes(200, await readFile(artifactFile(actionsRunning(ctx), artifact.id)), 'application/zip', {
    'content-disposition': `attachment; filename="${name}.zip"`,
  });
}

async function remove(ctx: Ctx): Promise<Reply> {
  await deleteArtifact(actionsRunning(ctx), artifactOf(ctx));
  return noContent();
}

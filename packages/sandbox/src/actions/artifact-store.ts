// Artifacts: zips on the disk, records in the store; unique by name within a run.
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { canRead, reaches } from '../world/access.ts';
import { actorOfToken } from '../world/actor.ts';
import { stamp } from '../world/clock.ts';
import type { Actions } from './actions.ts';
import { StepFailure, type JobServices } from './workflow/job-types.ts';
import { repositoryOf } from '../world/repository-of.ts';
import { actionsOf, type ArtifactRecord, type RunRecord } from './records.ts';

const DAY_MS = 24 * 3600 * 1000;
const RETENTION_DAYS = 90;

export function artifactFile(actions: Pick<Actions, 'fileFolder'>, id: number): string {
  return join(actions.fileFolder, 'artifacts', `${id}.zip`);
}

export async function deleteArtifact(actions: Actions, artifact: ArtifactRecord): Promise<void> {
  delete actionsOf(actions.world.state).artifacts[artifact.id];
  await rm(artifactFile(actions, artifact.id), { force: true });
}

/** The artifact services of a job of this run. */
export function artifactServices(
  actions: Actions,
  run: RunRecord,
): Pick<JobServices, 'uploadArtifact' | 'downloadArtifacts'> {
  return {
    uploadArtifact: (artifact) => store(actions, run, artifact),
    downloadArtifacts: async (from) => {
      const other = from.runId !== undefined && from.runId !== run.id ? foreignRun(actions, from) : run;
      const found = Object.values(actionsOf(actions.world.state).artifacts).filter(
        (artifact) => artifact.run === other.id && existsSync(artifactFile(actions, artifact.id)),
      );
      return Promise.all(
        found.map(async (artifact) => ({
          name: artifact.name,
          zip: await readFile(artifactFile(actions, artifact.id)),
        })),
      );
    },
  };
}

async function store(
  actions: Actions,
  run: RunRecord,
  artifact: Parameters<JobServices['uploadArtifact']>[0],
): ReturnType<JobServices['uploadArtifact']> {
  const { world } = actions;
  const area = actionsOf(world.state);
  const same = Object.values(area.artifacts).find(
    (artifactRecord) => artifactRecord.run === run.id && artifactRecord.name === artifact.name,
  );
  if (same && !artifact.overwrite) {
    throw new StepFailure(
      `Failed to CreateArtifact: Received non-retryable error: Failed request: (409) Conflict: an artifact with this name already exists on the workflow run`,
    );
  }
  if (same) await deleteArtifact(actions, same);
  const now = world.clock.now();
  const record: ArtifactRecord = {
    id: world.state.nextId(),
    repository: run.repository,
    run: run.id,
    name: artifact.name,
    size: artifact.zip.length,
    digest: `sha256:${createHash('sha256').update(artifact.zip).digest('hex')}`,
    createdAt: stamp(now),
    expiresAt: stamp(new Date(now.getTime() + (artifact.retentionDays ?? RETENTION_DAYS) * DAY_MS)),
  };
  await mkdir(join(actions.fileFolder, 'artifacts'), { recursive: true });
  await writeFile(artifactFile(actions, record.id), artifact.zip);
  area.artifacts[record.id] = record;
  const page = `${world.url}/${world.state.fullName(repositoryOf(world, run))}/actions/runs/${run.id}`;
  return { id: record.id, digest: record.digest.replace('sha256:', ''), url: `${page}/artifacts/${record.id}` };
}

/** Another run, if the token that the step was given may read its repository's Actions. */
function foreignRun(actions: Actions, from: { runId?: number; token?: string }): RunRecord {
  const { state } = actions.world;
  const run = actionsOf(state).runs[from.runId ?? 0];
  const repository = run && state.repository(run.repository);
  const actor = from.token ? actorOfToken(state, from.token) : undefined;
  const may =
    repository &&
    actor &&
    (actor.kind === 'installation'
      ? reaches(actor, repository) && actor.permissions['actions'] !== undefined
      : canRead(state, actor, repository));
  if (!run || !may) throw new StepFailure('Unable to download artifact(s): Not Found');
  return run;
}

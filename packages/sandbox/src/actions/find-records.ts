// The run, job, workflow or artifact that a path names, within its repository; 404 where there is none.
import { notFound } from '../world/errors.ts';
import type { Ctx } from '../http/context.ts';
import { actionsOf, type ArtifactRecord, type JobRecord, type RunRecord, type WorkflowRecord } from './records.ts';

type Records = { runs: RunRecord; jobs: JobRecord; artifacts: ArtifactRecord };

export function findRecord<Kind extends keyof Records>(ctx: Ctx, kind: Kind, id: string | undefined): Records[Kind] {
  const record = actionsOf(ctx.state)[kind][Number(id)];
  if (!record || record.repository !== ctx.repository.id) throw notFound();
  return record as Records[Kind];
}

/** By id, file name or path. */
export function findWorkflow(ctx: Ctx): WorkflowRecord {
  const wanted = ctx.params['workflow_id'] ?? '';
  const found = Object.values(actionsOf(ctx.state).workflows).find(
    (workflow) =>
      workflow.repository === ctx.repository.id &&
      (String(workflow.id) === wanted || workflow.path === wanted || workflow.path === `.github/workflows/${wanted}`),
  );
  if (!found) throw notFound();
  return found;
}

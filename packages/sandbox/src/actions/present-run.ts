// Workflows, runs, jobs and artifacts as the REST API and the webhooks show them.
import { presentHeadCommit } from '../present/commits.ts';
import { repositoryOf } from '../world/repository-of.ts';
import { nodeId, presentAccount } from '../present/accounts.ts';
import { presentRepository, repositoryApi } from '../present/repository.ts';
import { presentPullMinimal } from '../pulls/present.ts';
import { pullsOf } from '../pulls/records.ts';
import type { World } from '../world/world.ts';
import { actionsOf, type ArtifactRecord, type JobRecord, type RunRecord, type WorkflowRecord } from './records.ts';

type WorldView = Pick<World, 'url' | 'state' | 'git' | 'clock'>;

export function presentWorkflow(world: WorldView, workflow: WorkflowRecord): Record<string, unknown> {
  const repository = repositoryOf(world, workflow);
  const page = `${world.url}/${world.state.fullName(repository)}`;
  return {
    id: workflow.id,
    node_id: nodeId('Workflow', workflow.id),
    name: workflow.name,
    path: workflow.path,
    state: workflow.state,
    created_at: workflow.createdAt,
    updated_at: workflow.updatedAt,
    url: `${repositoryApi(world, repository)}/actions/workflows/${workflow.id}`,
    html_url: `${page}/blob/${repository.defaultBranch}/${workflow.path}`,
    badge_url: `${page}/workflows/${encodeURIComponent(workflow.name)}/badge.svg`,
  };
}

export async function presentRun(world: WorldView, run: RunRecord, attempt?: number): Promise<Record<string, unknown>> {
  const repository = repositoryOf(world, run);
  const api = repositoryApi(world, repository);
  const url = `${api}/actions/runs/${run.id}`;
  const page = `${world.url}/${world.state.fullName(repository)}`;
  const past = run.attempts.find((candidate) => candidate.attempt === attempt);
  const number = past?.attempt ?? run.attempt;
  const account = (id: number): Record<string, unknown> => presentAccount(world, world.state.account(id));
  const shownRepository = presentRepository(world, repository);
  return {
    id: run.id,
    name: run.name,
    node_id: nodeId('WorkflowRun', run.id),
    head_branch: run.headBranch,
    head_sha: run.headSha,
    path: run.path,
    display_title: run.displayTitle,
    run_number: run.runNumber,
    event: run.event,
    status: past ? 'completed' : run.status,
    conclusion: past ? past.conclusion : run.conclusion,
    workflow_id: run.workflow,
    check_suite_id: run.suite,
    check_suite_node_id: nodeId('CheckSuite', run.suite),
    url,
    html_url: `${page}/actions/runs/${run.id}`,
    pull_requests: pullsOf(world.state, repository)
      .filter((pull) => pull.state === 'open' && (pull.head.sha === run.headSha || run.pulls.includes(pull.number)))
      .map((pull) => presentPullMinimal(world, repository, pull)),
    created_at: run.createdAt,
    updated_at: past?.updatedAt ?? run.updatedAt,
    actor: account(run.actor),
    run_attempt: number,
    referenced_workflows: run.referenced,
    run_started_at: past?.startedAt ?? run.startedAt,
    triggering_actor: account(past?.triggeringActor ?? run.triggeringActor),
    jobs_url: past ? `${url}/attempts/${number}/jobs` : `${url}/jobs`,
    logs_url: `${url}/logs`,
    check_suite_url: `${api}/check-suites/${run.suite}`,
    artifacts_url: `${url}/artifacts`,
    cancel_url: `${url}/cancel`,
    rerun_url: `${url}/rerun`,
    previous_attempt_url: number > 1 ? `${url}/attempts/${number - 1}` : null,
    workflow_url: `${api}/actions/workflows/${run.workflow}`,
    head_commit: await presentHeadCommit(world, repository, run.headSha),
    repository: shownRepository,
    head_repository: shownRepository,
  };
}

export function presentJob(world: WorldView, job: JobRecord): Record<string, unknown> {
  const run = actionsOf(world.state).runs[job.run];
  if (!run) throw new Error(`job ${job.id} has no run`);
  const repository = repositoryOf(world, job);
  const api = repositoryApi(world, repository);
  const page = `${world.url}/${world.state.fullName(repository)}`;
  return {
    id: job.id,
    run_id: run.id,
    workflow_name: run.name,
    head_branch: run.headBranch,
    run_url: `${api}/actions/runs/${run.id}`,
    run_attempt: job.attempt,
    node_id: nodeId('CheckRun', job.id),
    head_sha: run.headSha,
    url: `${api}/actions/jobs/${job.id}`,
    html_url: `${page}/actions/runs/${run.id}/job/${job.id}`,
    status: job.status,
    conclusion: job.conclusion,
    created_at: job.createdAt,
    // GitHub gives a queued job a start, namely its creation.
    started_at: job.startedAt ?? job.createdAt,
    completed_at: job.completedAt,
    name: job.name,
    steps: job.steps,
    check_run_url: `${api}/check-runs/${job.id}`,
    labels: job.labels,
    runner_id: job.runner?.id ?? null,
    runner_name: job.runner?.name ?? null,
    runner_group_id: job.runner?.group ?? null,
    runner_group_name: job.runner?.groupName ?? null,
  };
}

export function presentArtifact(world: WorldView, artifact: ArtifactRecord): Record<string, unknown> {
  const repository = repositoryOf(world, artifact);
  const url = `${repositoryApi(world, repository)}/actions/artifacts/${artifact.id}`;
  const run = actionsOf(world.state).runs[artifact.run];
  return {
    id: artifact.id,
    node_id: nodeId('Artifact', artifact.id),
    name: artifact.name,
    size_in_bytes: artifact.size,
    url,
    archive_download_url: `${url}/zip`,
    expired: Date.parse(artifact.expiresAt) <= world.clock.now().getTime(),
    created_at: artifact.createdAt,
    expires_at: artifact.expiresAt,
    updated_at: artifact.createdAt,
    digest: artifact.digest,
    workflow_run: {
      id: artifact.run,
      repository_id: repository.id,
      head_repository_id: repository.id,
      head_branch: run?.headBranch ?? null,
      head_sha: run?.headSha ?? '',
    },
  };
}

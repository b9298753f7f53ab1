// What an Actions OIDC token says about the job it was made for.
import { randomUUID } from 'node:crypto';

export type OidcSubject = {
  issuer: string;
  repository: { id: number; full_name: string; visibility: string; owner: { id: number; login: string } };
  run: { id: number; run_number: number; run_attempt: number; event: string; head_sha: string; ref: string };
  /** The workflow that was started, and the one that holds the job (the same unless it was called). */
  workflow: { name: string; ref: string; sha: string };
  jobWorkflow: { ref: string; sha: string };
  actor: { login: string; id: number };
  headRef: string;
  baseRef: string;
  environment?: string;
  checkRunId: number;
  runnerEnvironment: 'github-hosted' | 'self-hosted';
};

/** Every claim of GitHub's documentation, and `check_run_id`. `aud` defaults to the owner's URL. */
export function makeOidcClaims(subject: OidcSubject, audience: string): Record<string, string> {
  const { repository, run, workflow, jobWorkflow, actor } = subject;
  const owner = repository.owner;
  return {
    jti: randomUUID(),
    sub: `repo:${repository.full_name}:${subjectContext(subject)}`,
    aud: audience,
    iss: subject.issuer,
    ref: run.ref,
    sha: run.head_sha,
    repository: repository.full_name,
    repository_owner: owner.login,
    repository_owner_id: String(owner.id),
    run_id: String(run.id),
    run_number: String(run.run_number),
    run_attempt: String(run.run_attempt),
    repository_visibility: repository.visibility,
    repository_id: String(repository.id),
    actor_id: String(actor.id),
    actor: actor.login,
    workflow: workflow.name,
    head_ref: subject.headRef,
    base_ref: subject.baseRef,
    event_name: run.event,
    ref_protected: 'false',
    ref_type: run.ref.startsWith('refs/tags/') ? 'tag' : 'branch',
    workflow_ref: workflow.ref,
    workflow_sha: workflow.sha,
    job_workflow_ref: jobWorkflow.ref,
    job_workflow_sha: jobWorkflow.sha,
    runner_environment: subject.runnerEnvironment,
    check_run_id: String(subject.checkRunId),
    ...(subject.environment ? { environment: subject.environment } : {}),
  };
}

function subjectContext(subject: OidcSubject): string {
  if (subject.environment) return `environment:${subject.environment}`;
  if (subject.run.event === 'pull_request') return 'pull_request';
  return `ref:${subject.run.ref}`;
}

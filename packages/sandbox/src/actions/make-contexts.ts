// The github, vars and secrets contexts of a run, and whom its OIDC tokens speak of.
import type { Repository } from '../world/records.ts';
import { presentAccount, presentOrganization } from '../present/accounts.ts';
import { presentRepository } from '../present/repository.ts';
import type { World } from '../world/world.ts';
import type { OidcSubject } from './oidc-claims.ts';
import { repositoryOf } from '../world/repository-of.ts';
import { actionsOf, type JobRecord, type RunRecord } from './records.ts';
import type { LoadedWorkflow } from './read-repository.ts';
import { asMap, type JsonMap } from './workflow/read-workflow.ts';
import type { Leaf } from './run-scope.ts';

/** The payload of the event, whole: as the webhook had it. */
function eventPayload(world: World, run: RunRecord): JsonMap {
  const repository = repositoryOf(world, run);
  const owner = world.state.account(repository.owner);
  return {
    ...asMap(run.payload),
    repository: presentRepository(world, repository) as JsonMap,
    sender: presentAccount(world, world.state.account(run.actor)) as JsonMap,
    ...(owner.type === 'Organization' ? { organization: presentOrganization(world, owner) as JsonMap } : {}),
  };
}

/** The github context without what belongs to one job or step. */
export function githubContext(world: World, run: RunRecord, top: LoadedWorkflow): JsonMap {
  const repository = repositoryOf(world, run);
  const owner = world.state.account(repository.owner);
  const fullName = world.state.fullName(repository);
  const tag = run.ref.startsWith('refs/tags/');
  return {
    repository: fullName,
    repository_owner: owner.login,
    repository_owner_id: String(owner.id),
    repository_id: String(repository.id),
    repository_visibility: repository.private ? 'private' : 'public',
    repositoryUrl: `${world.url.replace(/^http/, 'git')}/${fullName}.git`,
    run_id: String(run.id),
    run_number: String(run.runNumber),
    run_attempt: String(run.attempt),
    retention_days: '90',
    actor: world.state.account(run.actor).login,
    actor_id: String(run.actor),
    triggering_actor: world.state.account(run.triggeringActor).login,
    workflow: run.name,
    workflow_ref: `${fullName}/${run.path}@${run.ref}`,
    workflow_sha: top.sha,
    event_name: run.event,
    event: eventPayload(world, run),
    ref: run.ref,
    ref_name: run.ref.replace(/^refs\/(heads|tags|pull)\//, ''),
    ref_type: tag ? 'tag' : 'branch',
    ref_protected: 'false',
    sha: run.sha,
    head_ref: run.headRef,
    base_ref: run.baseRef,
    server_url: world.url,
    api_url: `${world.url}/api/v3`,
    graphql_url: `${world.url}/api/graphql`,
    secret_source: 'Actions',
  };
}

/** Names are not case-sensitive; the repository's own win over the organisation's. */
export function variablesOf(world: World, repository: Repository): Record<string, string> {
  const { variables } = actionsOf(world.state);
  const own = Object.fromEntries(Object.entries(repository.variables).map(([name, { value }]) => [name, value]));
  return { ...variables[`org:${repository.owner}`], ...variables[`repo:${repository.id}`], ...own };
}

export function secretsOf(world: World, repository: Repository): Record<string, string> {
  const { secrets } = actionsOf(world.state);
  return { ...secrets[`org:${repository.owner}`], ...secrets[`repo:${repository.id}`] };
}

export function oidcIssuer(world: Pick<World, 'url'>): string {
  return `${world.url}/_services/token`;
}

export function oidcSubject(
  world: World,
  run: RunRecord,
  job: JobRecord,
  { scope, definition }: Pick<Leaf, 'scope' | 'definition'>,
  runnerEnvironment: 'github-hosted' | 'self-hosted',
): OidcSubject {
  const repository = repositoryOf(world, run);
  const owner = world.state.account(repository.owner);
  const fullName = world.state.fullName(repository);
  const { source } = scope;
  const named = asMap(definition.environment)['name'] ?? definition.environment ?? '';
  const environment = typeof named === 'string' ? named : '';
  const own = source.repository.id === repository.id && source.sha === run.sha;
  return {
    issuer: oidcIssuer(world),
    repository: {
      id: repository.id,
      full_name: fullName,
      visibility: repository.private ? 'private' : 'public',
      owner: { id: owner.id, login: owner.login },
    },
    run: {
      id: run.id,
      run_number: run.runNumber,
      run_attempt: run.attempt,
      event: run.event,
      head_sha: run.sha,
      ref: run.ref,
    },
    workflow: { name: run.name, ref: `${fullName}/${run.path}@${run.ref}`, sha: run.sha },
    jobWorkflow: {
      ref: `${world.state.fullName(source.repository)}/${source.path}@${own ? run.ref : source.ref}`,
      sha: source.sha,
    },
    actor: { id: run.actor, login: world.state.account(run.actor).login },
    headRef: run.headRef,
    baseRef: run.baseRef,
    checkRunId: job.id,
    ...(environment === '' ? {} : { environment }),
    runnerEnvironment,
  };
}

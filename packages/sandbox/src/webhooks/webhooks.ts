// Turns an event into the deliveries it means: one for each installed app that subscribed to it and may read it.
import { granted } from '../world/access.ts';
import type { Deliverer } from './deliver.ts';
import { nodeId, presentAccount, presentOrganization } from '../present/accounts.ts';
import { presentRepository } from '../present/repository.ts';
import type { App, Installation, Permissions } from '../world/records.ts';
import type { Emission, World } from '../world/world.ts';

/** The permission (read) that an event needs; events that are missing here need none. */
const needs: Record<string, string> = {
  push: 'contents',
  create: 'contents',
  delete: 'contents',
  release: 'contents',
  repository_dispatch: 'contents',
  commit_comment: 'contents',
  pull_request: 'pull_requests',
  pull_request_review: 'pull_requests',
  pull_request_review_comment: 'pull_requests',
  pull_request_review_thread: 'pull_requests',
  issues: 'issues',
  issue_comment: 'issues',
  label: 'issues',
  milestone: 'issues',
  check_run: 'checks',
  check_suite: 'checks',
  workflow_run: 'actions',
  workflow_job: 'actions',
  workflow_dispatch: 'contents',
  status: 'statuses',
  repository: 'metadata',
  member: 'members',
  membership: 'members',
  organization: 'members',
  team: 'members',
  team_add: 'members',
  branch_protection_rule: 'administration',
  repository_ruleset: 'administration',
};

/** Every app hears these, whatever it subscribed to. */
const unasked = new Set([
  'installation',
  'installation_repositories',
  'installation_target',
  'github_app_authorization',
]);

/** Every event that the sandbox may send. */
export const knownEvents: ReadonlySet<string> = new Set([...Object.keys(needs), ...unasked]);

function hears(app: App, installation: Installation, event: string): boolean {
  if (!app.webhook.active || app.webhook.url === null) return false;
  if (unasked.has(event)) return true;
  if (installation.suspendedAt !== null) return false;
  const permission = needs[event];
  if (permission !== undefined && !granted(installation.permissions, { permission, level: 'read' })) return false;
  const { checks } = installation.permissions satisfies Permissions;
  if (checks === 'write' && (event === 'check_run' || event === 'check_suite')) return true;
  return installation.events.includes(event) || installation.events.includes('*');
}

/** Makes `emit` for a world: hands every emission to the listeners, then queues the deliveries. */
export function makeEmit(
  world: Pick<World, 'state' | 'url'>,
  deliverer: Deliverer,
  listeners: ReadonlySet<(emission: Emission) => void>,
  complete: (event: string, action: string | undefined, payload: Record<string, unknown>) => Record<string, unknown>,
): (emission: Emission) => void {
  return (emission) => {
    const { state } = world;
    state.touch();
    for (const listener of listeners) listener(emission);
    const account = emission.account ?? (emission.repository && state.account(emission.repository.owner));
    if (!account) return;
    for (const installation of Object.values(state.store.installations)) {
      if (installation.account !== account.id) continue;
      if (emission.app !== undefined && installation.app !== emission.app) continue;
      const { repository } = emission;
      const outside =
        repository && installation.selection === 'selected' && !installation.repositories.includes(repository.id);
      const app = state.app(installation.app);
      if (outside || !hears(app, installation, emission.event)) continue;
      const payload = complete(emission.event, emission.action, address(world, emission, installation));
      deliverer.enqueue(
        {
          app: app.id,
          installation: installation.id,
          repository: repository?.id ?? null,
          event: emission.event,
          action: emission.action ?? null,
        },
        JSON.stringify(payload),
      );
    }
  };
}

function address(
  world: Pick<World, 'state' | 'url'>,
  emission: Emission,
  installation: Installation,
): Record<string, unknown> {
  const { repository, payload } = emission;
  const account = emission.account ?? world.state.account(installation.account);
  return {
    ...(emission.action === undefined ? {} : { action: emission.action }),
    ...payload,
    ...(repository && payload.repository === undefined ? { repository: presentRepository(world, repository) } : {}),
    ...(account.type === 'Organization' && !emission.event.startsWith('installation')
      ? { organization: presentOrganization(world, account) }
      : {}),
    sender: presentAccount(world, emission.sender),
    ...(payload.installation === undefined
      ? { installation: { id: installation.id, node_id: nodeId('IntegrationInstallation', installation.id) } }
      : {}),
  };
}

// Apps and installations as the REST API and the webhooks show them.
import type { App, Installation } from '../world/records.ts';
import type { World } from '../world/world.ts';
import { nodeId, presentAccount } from './accounts.ts';

type WorldView = Pick<World, 'url' | 'state'>;

/** The numeric times of an installation in webhooks are seconds; REST has strings. */
export function presentInstallation(world: WorldView, installation: Installation): Record<string, unknown> {
  const api = `${world.url}/api/v3/app/installations/${installation.id}`;
  const account = world.state.account(installation.account);
  const app = world.state.app(installation.app);
  const page = account.type === 'Organization' ? `organizations/${account.login}/` : '';
  return {
    id: installation.id,
    client_id: app.clientId,
    account: presentAccount(world, account),
    repository_selection: installation.selection,
    access_tokens_url: `${api}/access_tokens`,
    repositories_url: `${world.url}/api/v3/installation/repositories`,
    html_url: `${world.url}/${page}settings/installations/${installation.id}`,
    app_id: app.id,
    app_slug: app.slug,
    target_id: account.id,
    target_type: account.type,
    permissions: installation.permissions,
    events: installation.events.filter((event) => event !== '*'),
    created_at: installation.createdAt,
    updated_at: installation.createdAt,
    single_file_name: null,
    has_multiple_single_files: false,
    single_file_paths: [],
    suspended_by: null,
    suspended_at: installation.suspendedAt,
  };
}

export function presentApp(world: WorldView, app: App): Record<string, unknown> {
  return {
    id: app.id,
    slug: app.slug,
    node_id: nodeId('App', app.id),
    client_id: app.clientId,
    owner: presentAccount(world, world.state.account(app.owner)),
    name: app.name,
    description: '',
    external_url: `${world.url}/apps/${app.slug}`,
    html_url: `${world.url}/apps/${app.slug}`,
    created_at: app.createdAt,
    updated_at: app.createdAt,
    permissions: app.permissions,
    events: app.events.filter((event) => event !== '*'),
  };
}

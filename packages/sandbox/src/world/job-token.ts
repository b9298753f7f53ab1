// GITHUB_TOKEN: an installation token of the app `github-actions`, for one repository, for the time of one job.
import { randomBytes } from 'node:crypto';
import type { App, Installation, Permissions, Repository } from './records.ts';
import { stamp } from './clock.ts';
import type { State } from './state.ts';

/** The id of GitHub's own Actions app; check runs that carry it were made with a GITHUB_TOKEN. */
export const ACTIONS_APP_ID = 15368;
/** The account behind it. */
const ACTIONS_BOT_ID = 41898282;
const GITHUB_ACCOUNT_ID = 9919;
const LIFETIME_MS = 24 * 3600 * 1000;

/** The Actions app, made with its owner and bot at first use. */
export function actionsApp(state: State, now: Date): App {
  const existing = state.store.apps[ACTIONS_APP_ID];
  if (existing) return existing;
  const createdAt = stamp(now);
  const account = (id: number, login: string, type: 'Bot' | 'Organization'): void => {
    state.store.accounts[id] ??= { id, login, type, name: login, email: null, createdAt };
    state.store.logins[login.toLowerCase()] ??= id;
  };
  account(GITHUB_ACCOUNT_ID, 'github', 'Organization');
  account(ACTIONS_BOT_ID, 'github-actions[bot]', 'Bot');
  const app: App = {
    id: ACTIONS_APP_ID,
    slug: 'github-actions',
    name: 'GitHub Actions',
    clientId: 'Iv1.05c79e9ad1f6bdfa',
    owner: GITHUB_ACCOUNT_ID,
    bot: ACTIONS_BOT_ID,
    permissions: {
      actions: 'write',
      checks: 'write',
      contents: 'write',
      issues: 'write',
      metadata: 'read',
      pull_requests: 'write',
      statuses: 'write',
    },
    events: [],
    webhook: { url: null, secret: null, active: false },
    publicKey: '',
    privateKey: '',
    createdAt,
  };
  state.store.apps[ACTIONS_APP_ID] = app;
  return app;
}

/** GITHUB_TOKEN of a job; `revoke` ends it. */
export function mintJobToken(
  state: State,
  repository: Repository,
  permissions: Permissions,
  now: Date,
): { token: string; revoke: () => void } {
  return mint(state, repository, { permissions, repositories: [repository.id] }, now);
}

/** The token with which a job asks for OIDC tokens: it opens nothing else. */
export function mintRequestToken(
  state: State,
  repository: Repository,
  now: Date,
): { token: string; revoke: () => void } {
  return mint(state, repository, { permissions: {}, repositories: [] }, now);
}

function mint(
  state: State,
  repository: Repository,
  may: { permissions: Permissions; repositories: number[] },
  now: Date,
): { token: string; revoke: () => void } {
  const token = `ghs_${randomBytes(27).toString('base64url').replace(/[-_]/g, 'x')}`;
  state.store.tokens[token] = {
    kind: 'installation',
    installation: actionsInstallation(state, repository, now).id,
    app: ACTIONS_APP_ID,
    ...may,
    expiresAt: new Date(Date.now() + LIFETIME_MS).toISOString(),
    workflow: true,
  };
  return { token, revoke: () => void delete state.store.tokens[token] };
}

function actionsInstallation(state: State, repository: Repository, now: Date): Installation {
  const app = actionsApp(state, now);
  const existing = Object.values(state.store.installations).find(
    (candidate) => candidate.app === app.id && candidate.account === repository.owner,
  );
  if (existing) return existing;
  const installation: Installation = {
    id: state.nextId(),
    app: app.id,
    account: repository.owner,
    selection: 'all',
    repositories: [],
    permissions: app.permissions,
    events: [],
    suspendedAt: null,
    createdAt: stamp(now),
  };
  state.store.installations[installation.id] = installation;
  return installation;
}

// What an administrator of the sandbox can do and GitHub's API cannot: make people, organisations, apps, installations.
import { makeActionsAdmin, type ActionsAdmin } from '../actions/admin-functions.ts';
import { randomBytes } from 'node:crypto';
import { stamp } from '../world/clock.ts';
import type { Faults } from '../http/faults.ts';
import { makeRefusalsAdmin, type RefusalsAdmin } from './admin-refusals.ts';
import { emitInstallation } from '../changes/installations.ts';
import { slugOf } from '../world/slug-of.ts';
import { addAccount, createApp, type MadeApp, type NewApp } from '../changes/create-app.ts';
import type { Account, Installation, Permissions, Role, Team } from '../world/records.ts';
import type { World } from '../world/world.ts';

export type AdminInput = {
  createUser: { login: string; name?: string; email?: string; siteAdmin?: boolean };
  createOrganization: {
    login: string;
    owner: string;
    defaultRepositoryPermission?: 'none' | 'read' | 'write' | 'admin';
  };
  addMember: { org: string; login: string; role?: 'admin' | 'member' };
  createTeam: { org: string; name: string; members?: string[] };
  createApp: NewApp;
  setWebhook: { appId: number; url: string | null; secret?: string };
  installApp: { appId: number; account: string; repositories?: string[]; permissions?: Permissions };
  suspendInstallation: { installationId: number; suspended: boolean };
  createToken: { login: string };
  addCollaborator: { repository: string; login: string; role?: Role };
};

type AdminOutput = {
  createUser: { id: number; login: string; token: string };
  createOrganization: { id: number; login: string };
  addMember: { id: number };
  createTeam: { id: number; slug: string };
  createApp: MadeApp;
  setWebhook: object;
  installApp: { installationId: number };
  suspendInstallation: object;
  createToken: { token: string };
  addCollaborator: object;
};

/** The functions; each takes one object, so that HTTP can call them too. */
export type Admin = { [Name in keyof AdminInput]: (input: AdminInput[Name]) => AdminOutput[Name] } & ActionsAdmin &
  RefusalsAdmin;

type Shared = Pick<World, 'state' | 'clock' | 'emit' | 'url'>;

export function makeAdmin(world: World, faults: Faults): Admin {
  return {
    ...makeActionsAdmin(world),
    ...makeRefusalsAdmin(world, faults),
    createUser: (input) => createUser(world, input),
    createOrganization: (input) => createOrganization(world, input),
    addMember: (input) => addMember(world, input),
    createTeam: (input) => createTeam(world, input),
    createApp: (input) => createApp(world, input),
    setWebhook: (input) => setWebhook(world, input),
    installApp: (input) => installApp(world, input),
    suspendInstallation: (input) => suspendInstallation(world, input),
    createToken: (input) => ({
      token: mintUserToken(world, mustAccount(world, input.login).id),
    }),
    addCollaborator: (input) => addCollaborator(world, input),
  };
}

function mustAccount(world: Shared, login: string): Account {
  const account = world.state.accountByLogin(login);
  if (!account) throw new Error(`the sandbox has no account ${login}`);
  return account;
}

function mintUserToken(world: Shared, user: number): string {
  const token = `ghp_${randomBytes(24).toString('base64url').replace(/[-_]/g, 'x')}`;
  world.state.store.tokens[token] = { kind: 'user', user, scopes: ['repo', 'admin:org', 'workflow'] };
  return token;
}

function createUser(world: Shared, { login, name, email, siteAdmin }: AdminInput['createUser']) {
  const account = addAccount(world, {
    login,
    type: 'User',
    name: name ?? null,
    email: email ?? null,
    siteAdmin: siteAdmin === true,
  });
  return { id: account.id, login, token: mintUserToken(world, account.id) };
}

function createOrganization(world: Shared, input: AdminInput['createOrganization']) {
  const owner = mustAccount(world, input.owner);
  const account = addAccount(world, { login: input.login, type: 'Organization' });
  world.state.store.organizations[account.id] = {
    id: account.id,
    description: null,
    defaultRepositoryPermission: input.defaultRepositoryPermission ?? 'none',
    members: { [owner.id]: { user: owner.id, role: 'admin', state: 'active' } },
  };
  return { id: account.id, login: account.login };
}

function addMember(world: Shared, { org, login, role }: AdminInput['addMember']) {
  const organization = world.state.organization(mustAccount(world, org).id);
  const user = mustAccount(world, login);
  if (!organization) throw new Error(`${org} is not an organisation`);
  organization.members[user.id] = {
    user: user.id,
    role: role ?? organization.members[user.id]?.role ?? 'member',
    state: 'active',
  };
  return { id: user.id };
}

function createTeam(world: Shared, { org, name, members }: AdminInput['createTeam']) {
  const account = mustAccount(world, org);
  const team: Team = {
    id: world.state.nextId(),
    org: account.id,
    slug: slugOf(name),
    name,
    description: null,
    privacy: 'closed',
    parent: null,
    members: {},
    repositories: {},
    createdAt: stamp(world.clock.now()),
  };
  for (const login of members ?? []) {
    team.members[addMember(world, { org, login }).id] = { role: 'member', state: 'active' };
  }
  world.state.store.teams[team.id] = team;
  return { id: team.id, slug: team.slug };
}

function setWebhook(world: Shared, { appId, url, secret }: AdminInput['setWebhook']) {
  const app = world.state.app(appId);
  app.webhook = { url, secret: secret ?? app.webhook.secret, active: url !== null };
  return {};
}

/** Installs on all repositories, or on those named (by their short names), and tells the app. */
function installApp(world: Shared, input: AdminInput['installApp']) {
  const app = world.state.app(input.appId);
  const account = mustAccount(world, input.account);
  const owned = world.state.repositoriesOf(account.id);
  const chosen = input.repositories && owned.filter((repository) => input.repositories?.includes(repository.name));
  const installation: Installation = {
    id: world.state.nextId(),
    app: app.id,
    account: account.id,
    selection: chosen ? 'selected' : 'all',
    repositories: chosen?.map((repository) => repository.id) ?? [],
    permissions: { metadata: 'read', ...(input.permissions ?? app.permissions) },
    events: app.events,
    suspendedAt: null,
    createdAt: stamp(world.clock.now()),
  };
  world.state.store.installations[installation.id] = installation;
  emitInstallation(world, installation, 'created');
  return { installationId: installation.id };
}

function suspendInstallation(world: Shared, { installationId, suspended }: AdminInput['suspendInstallation']) {
  const installation = world.state.store.installations[installationId];
  if (!installation) throw new Error(`the sandbox has no installation ${installationId}`);
  installation.suspendedAt = suspended ? stamp(world.clock.now()) : null;
  emitInstallation(world, installation, suspended ? 'suspend' : 'unsuspend');
  return {};
}

function addCollaborator(world: Shared, { repository, login, role }: AdminInput['addCollaborator']) {
  const [owner = '', name = ''] = repository.split('/');
  const found = world.state.repositoryByName(owner, name);
  if (!found) throw new Error(`the sandbox has no repository ${repository}`);
  found.repository.collaborators[mustAccount(world, login).id] = role ?? 'push';
  return {};
}

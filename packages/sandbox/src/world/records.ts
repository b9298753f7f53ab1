// What the sandbox remembers besides git: plain JSON, one type per kind of record.

export type Level = 'read' | 'write' | 'admin';
export type Permissions = Record<string, Level>;
/** What a person may do in a repository, weakest first. */
export type Role = 'pull' | 'triage' | 'push' | 'maintain' | 'admin';
export const roles: readonly Role[] = ['pull', 'triage', 'push', 'maintain', 'admin'];

export type Account = {
  id: number;
  login: string;
  type: 'User' | 'Organization' | 'Bot';
  name: string | null;
  email: string | null;
  createdAt: string;
  siteAdmin?: boolean;
};

export type Membership = {
  user: number;
  role: 'admin' | 'member';
  state: 'active' | 'pending';
  invitation?: number;
};

export type Organization = {
  id: number;
  description: string | null;
  defaultRepositoryPermission: 'none' | 'read' | 'write' | 'admin';
  members: Record<number, Membership>;
  policy?: Policy;
};

/** What the owners of an organisation, or its plan, forbid. */
export type Policy = {
  /** False: owners alone invite outside collaborators. */
  outsideCollaborators?: boolean;
  /** False: owners and Apps alone make repositories. */
  repositories?: boolean;
  /** Members, invited ones, and outside collaborators of private repositories, altogether. */
  seats?: number;
};

export type Team = {
  id: number;
  org: number;
  slug: string;
  name: string;
  description: string | null;
  privacy: 'secret' | 'closed';
  parent: number | null;
  members: Record<number, { role: 'member' | 'maintainer'; state: 'active' | 'pending' }>;
  repositories: Record<number, Role>;
  createdAt: string;
};

export type App = {
  id: number;
  slug: string;
  name: string;
  clientId: string;
  clientSecret?: string;
  /** Empty: any address. */
  callbackUrls?: string[];
  owner: number;
  bot: number;
  permissions: Permissions;
  events: string[];
  webhook: { url: string | null; secret: string | null; active: boolean };
  publicKey: string;
  privateKey: string;
  createdAt: string;
};

export type Installation = {
  id: number;
  app: number;
  account: number;
  selection: 'all' | 'selected';
  repositories: number[];
  permissions: Permissions;
  events: string[];
  suspendedAt: string | null;
  createdAt: string;
};

export type Token =
  | { kind: 'user'; user: number; scopes: string[] }
  | {
      kind: 'installation';
      installation: number;
      app: number;
      permissions: Permissions;
      /** Undefined: every repository of the installation. */
      repositories?: number[];
      /** Real time, ISO. */
      expiresAt: string;
      /** True for a workflow's GITHUB_TOKEN: events that it causes start no workflow. */
      workflow?: boolean;
    };

export type Repository = {
  id: number;
  owner: number;
  name: string;
  description: string | null;
  homepage: string | null;
  private: boolean;
  archived: boolean;
  isTemplate: boolean;
  template: number | null;
  defaultBranch: string;
  topics: string[];
  settings: Record<string, unknown>;
  collaborators: Record<number, Role>;
  protection: Record<string, Record<string, unknown>>;
  variables: Record<string, { value: string; createdAt: string; updatedAt: string }>;
  /** While set: git data answers as for an empty repository (the window after `generate`). */
  emptyWindow?: { reads: number; until: number };
  nextNumber: number;
  createdAt: string;
  updatedAt: string;
  pushedAt: string | null;
};

export type Invitation = {
  id: number;
  kind: 'repository' | 'organization';
  target: number;
  invitee: number | null;
  email: string | null;
  inviter: number;
  role: string;
  teams: number[];
  createdAt: string;
};

export type DeliveryAttempt = {
  id: number;
  guid: string;
  app: number;
  installation: number | null;
  repository: number | null;
  event: string;
  action: string | null;
  redelivery: boolean;
  state: 'pending' | 'done';
  /** 'OK', or what went wrong. */
  status: string;
  statusCode: number;
  duration: number;
  deliveredAt: string;
  /** Real time, ISO: deliveries are part of the transport. */
  createdAt: string;
};

export type Store = {
  version: 1;
  lastId: number;
  /** Counts every event and mutation; see `idle`. */
  sequence: number;
  accounts: Record<number, Account>;
  logins: Record<string, number>;
  organizations: Record<number, Organization>;
  teams: Record<number, Team>;
  apps: Record<number, App>;
  installations: Record<number, Installation>;
  tokens: Record<string, Token>;
  repositories: Record<number, Repository>;
  /** `org/name` in lower case → id; renamed names stay and redirect. */
  repositoryNames: Record<string, number>;
  invitations: Record<number, Invitation>;
  deliveries: DeliveryAttempt[];
  /** Records of areas with a file of their own, by the area's name. */
  areas: Record<string, unknown>;
};

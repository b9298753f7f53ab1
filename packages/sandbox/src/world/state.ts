// The sandbox's memory: look-ups and id counters over the one JSON-serialisable store.
import type { Account, App, Organization, Repository, Store, Team } from './records.ts';
import { webFlow } from './web-flow.ts';

export function emptyStore(): Store {
  return {
    version: 1,
    lastId: 100,
    sequence: 0,
    accounts: {},
    logins: {},
    organizations: {},
    teams: {},
    apps: {},
    installations: {},
    tokens: {},
    repositories: {},
    repositoryNames: {},
    invitations: {},
    deliveries: [],
    areas: {},
  };
}

export class State {
  store: Store;

  constructor(store: Store) {
    this.store = store;
  }

  nextId(): number {
    this.store.lastId += 1;
    return this.store.lastId;
  }

  /** Something happened: an observer of `idle` must see another number. */
  touch(): void {
    this.store.sequence += 1;
  }

  /** The records of one area (issues, checks, pulls ...), made by `create` at first use. They must be plain JSON. */
  area<T>(name: string, create: () => T): T {
    return (this.store.areas[name] ??= create()) as T;
  }

  /** Issues and pull requests of a repository share their numbers. */
  nextNumber(repository: Repository): number {
    const number = repository.nextNumber;
    repository.nextNumber += 1;
    return number;
  }

  account(id: number): Account {
    const account = this.store.accounts[id];
    if (!account) throw new Error(`the sandbox has no account ${id}`);
    return account;
  }

  accountByLogin(login: string): Account | undefined {
    const id = this.store.logins[login.toLowerCase()];
    if (id === undefined && login.toLowerCase() === webFlow.login) return webFlow;
    return id === undefined ? undefined : this.store.accounts[id];
  }

  organization(id: number): Organization | undefined {
    return this.store.organizations[id];
  }

  app(id: number): App {
    const app = this.store.apps[id];
    if (!app) throw new Error(`the sandbox has no app ${id}`);
    return app;
  }

  teamBySlug(org: number, slug: string): Team | undefined {
    const wanted = slug.toLowerCase();
    return Object.values(this.store.teams).find((team) => team.org === org && team.slug === wanted);
  }

  repository(id: number): Repository | undefined {
    return this.store.repositories[id];
  }

  /** By name, in any case. `renamed` is true when the name is one that the repository had before. */
  repositoryByName(owner: string, name: string): { repository: Repository; renamed: boolean } | undefined {
    const key = `${owner}/${name}`.toLowerCase();
    const id = this.store.repositoryNames[key];
    const repository = id === undefined ? undefined : this.store.repositories[id];
    if (!repository) return undefined;
    return { repository, renamed: this.fullName(repository).toLowerCase() !== key };
  }

  fullName(repository: Repository): string {
    return `${this.account(repository.owner).login}/${repository.name}`;
  }

  repositoriesOf(owner: number): Repository[] {
    return Object.values(this.store.repositories).filter((repository) => repository.owner === owner);
  }
}

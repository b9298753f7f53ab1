// Makes, renames, transfers and removes repositories: the record, the names, the folder on disk, the events.
import { senderOf, type Actor } from '../world/actor.ts';
import { stamp } from '../world/clock.ts';
import { refused, Refusal } from '../world/errors.ts';
import { presentAccount, presentOrganization } from '../present/accounts.ts';
import { presentInstallation } from '../present/apps.ts';
import { presentRepository } from '../present/repository.ts';
import type { Account, Repository, Team } from '../world/records.ts';
import type { World } from '../world/world.ts';

export type NewRepository = Pick<Repository, 'name'> & Partial<Omit<Repository, 'id' | 'owner' | 'name'>>;

/** GitHub puts a hyphen for what a name cannot hold. */
function cleanName(name: unknown): string {
  if (typeof name !== 'string' || name.trim() === '') {
    throw new Refusal(422, 'Repository creation failed.', [
      { resource: 'Repository', code: 'missing_field', field: 'name' },
    ]);
  }
  const clean = name
    .trim()
    .replace(/\.git$/i, '')
    .replace(/[^A-Za-z0-9._-]+/g, '-');
  if (clean.length > 100 || /^\.{0,2}$/.test(clean)) {
    throw new Refusal(422, 'Repository creation failed.', [
      {
        resource: 'Repository',
        code: 'custom',
        field: 'name',
        message: 'name is too long (maximum is 100 characters)',
      },
    ]);
  }
  return clean;
}

/** A new, empty repository. The events are sent by `announceRepository`. */
export async function createRepository(world: World, owner: Account, fields: NewRepository): Promise<Repository> {
  const { state } = world;
  const name = cleanName(fields.name);
  const key = `${owner.login}/${name}`.toLowerCase();
  if (state.repositoryByName(owner.login, name)?.renamed === false) throw refused('name-taken');
  const now = stamp(world.clock.now());
  const repository: Repository = {
    description: null,
    homepage: null,
    private: false,
    archived: false,
    isTemplate: false,
    template: null,
    defaultBranch: 'main',
    topics: [],
    settings: {},
    collaborators: {},
    protection: {},
    variables: {},
    nextNumber: 1,
    createdAt: now,
    updatedAt: now,
    pushedAt: null,
    ...fields,
    name,
    owner: owner.id,
    id: state.nextId(),
  };
  state.store.repositories[repository.id] = repository;
  state.store.repositoryNames[key] = repository.id;
  await world.git.create(state.fullName(repository), repository.defaultBranch);
  return repository;
}

export function announceRepository(world: World, repository: Repository, actor: Actor): void {
  const sender = senderOf(actor);
  if (!sender) return;
  world.emit({ event: 'repository', action: 'created', payload: {}, repository, sender, actor });
  tellInstallations(world, [repository], 'added', sender);
}

/** `installation_repositories` for those that take in every repository of the owner. */
function tellInstallations(
  world: World,
  repositories: Repository[],
  action: 'added' | 'removed',
  sender: Account,
): void {
  const [first] = repositories;
  for (const installation of Object.values(world.state.store.installations)) {
    if (!first || installation.account !== first.owner) continue;
    const inside = installation.selection === 'all' || installation.repositories.includes(first.id);
    if (!inside) continue;
    const short = repositories.map((repository) => {
      const { id, node_id, name, full_name, private: closed } = presentRepository(world, repository);
      return { id, node_id, name, full_name, private: closed };
    });
    world.emit({
      event: 'installation_repositories',
      action,
      app: installation.app,
      account: world.state.account(installation.account),
      sender,
      payload: {
        installation: presentInstallation(world, installation),
        repository_selection: installation.selection,
        repositories_added: action === 'added' ? short : [],
        repositories_removed: action === 'removed' ? short : [],
        requester: null,
      },
    });
  }
}

/** The old name goes on to lead here. */
export async function renameRepository(world: World, repository: Repository, wanted: unknown): Promise<void> {
  const { state } = world;
  const name = cleanName(wanted);
  const owner = state.account(repository.owner);
  const taken = state.repositoryByName(owner.login, name);
  if (taken && !taken.renamed && taken.repository.id !== repository.id) throw refused('name-taken');
  const before = state.fullName(repository);
  repository.name = name;
  state.store.repositoryNames[`${owner.login}/${name}`.toLowerCase()] = repository.id;
  if (before !== state.fullName(repository)) await world.git.move(before, state.fullName(repository));
}

/** To another owner, in whose hands the organisation's teams have no say; the old name goes on to lead here. */
export async function transferRepository(
  world: World,
  repository: Repository,
  to: { owner: Account; name: unknown; teams: readonly Team[] },
  actor: Actor,
): Promise<void> {
  const { state } = world;
  const name = cleanName(to.name);
  if (state.repositoryByName(to.owner.login, name)?.renamed === false) throw refused('name-taken');
  const before = state.account(repository.owner);
  const path = state.fullName(repository);
  const sender = senderOf(actor);
  if (sender) tellInstallations(world, [repository], 'removed', sender);
  for (const team of Object.values(state.store.teams)) delete team.repositories[repository.id];
  Object.assign(repository, { owner: to.owner.id, name });
  state.store.repositoryNames[state.fullName(repository).toLowerCase()] = repository.id;
  await world.git.move(path, state.fullName(repository));
  for (const team of to.teams) team.repositories[repository.id] = 'pull';
  if (!sender) return;
  const from =
    before.type === 'Organization'
      ? { organization: presentOrganization(world, before) }
      : { user: presentAccount(world, before) };
  const payload = { changes: { owner: { from } } };
  world.emit({ event: 'repository', action: 'transferred', payload, repository, sender, actor });
  tellInstallations(world, [repository], 'added', sender);
}

export async function removeRepository(world: World, repository: Repository, actor: Actor): Promise<void> {
  const { store } = world.state;
  const sender = senderOf(actor);
  if (sender) {
    world.emit({ event: 'repository', action: 'deleted', payload: {}, repository, sender, actor });
    tellInstallations(world, [repository], 'removed', sender);
  }
  const fullName = world.state.fullName(repository);
  for (const [name, id] of Object.entries(store.repositoryNames)) {
    if (id === repository.id) delete store.repositoryNames[name];
  }
  delete store.repositories[repository.id];
  await world.git.remove(fullName);
}

// What a person does in GitHub's web pages and the sandbox's owner may do by hand: runners, secrets, variables, keys, cancelling.
import type { World } from '../world/world.ts';
import { actionsRunning } from './actions.ts';
import { actionsOf, type RunnerRecord } from './records.ts';

export type RunnerInput = {
  /** The organisation, or `owner/name` of a repository. */
  owner: string;
  name: string;
  /** Besides self-hosted, the system and X64, which every runner has. */
  labels?: string[];
  speed?: number;
  ephemeral?: boolean;
};

/** A runner that takes jobs at once. */
export function registerRunner(world: World, input: RunnerInput): { id: number } {
  const { account, repository } = ownerOf(world, input.owner);
  const os = 'Linux';
  const runner: RunnerRecord = {
    id: world.state.nextId(),
    account: repository === null ? account : null,
    repository,
    name: input.name,
    os,
    labels: [...new Set(['self-hosted', os, 'X64', ...(input.labels ?? [])])],
    online: true,
    ephemeral: input.ephemeral === true,
    speed: input.speed ?? 1,
  };
  actionsOf(world.state).runners[runner.id] = runner;
  world.state.touch();
  actionsRunning(world).pool.match();
  return { id: runner.id };
}

/** Offline runners keep the job they have and take no other. */
export function setRunnerOnline(world: World, input: { id: number; online: boolean }): object {
  const runner = actionsOf(world.state).runners[input.id];
  if (!runner) throw new Error(`the sandbox has no runner ${input.id}`);
  runner.online = input.online;
  world.state.touch();
  actionsRunning(world).pool.match();
  return {};
}

export function removeRunner(world: World, input: { id: number }): object {
  delete actionsOf(world.state).runners[input.id];
  world.state.touch();
  return {};
}

/** `owner` is an organisation or `owner/name`; names are upper case, as GitHub stores them. */
export function setSecret(world: World, input: { owner: string; name: string; value: string }): object {
  (actionsOf(world.state).secrets[scopeOf(world, input.owner)] ??= {})[input.name.toUpperCase()] = input.value;
  return {};
}

export function setVariable(world: World, input: { owner: string; name: string; value: string }): object {
  (actionsOf(world.state).variables[scopeOf(world, input.owner)] ??= {})[input.name.toUpperCase()] = input.value;
  return {};
}

/** GitHub rotates its keys when it likes; here it is when a test likes. Returns the new kid. */
export async function rotateOidcKey(world: World): Promise<{ kid: string }> {
  return { kid: await actionsRunning(world).oidc.rotate() };
}

function scopeOf(world: World, owner: string): string {
  const { account, repository } = ownerOf(world, owner);
  return repository === null ? `org:${account}` : `repo:${repository}`;
}

function ownerOf(world: World, owner: string): { account: number; repository: number | null } {
  const [login = '', name] = owner.split('/');
  const account = world.state.accountByLogin(login);
  const found = name === undefined ? undefined : world.state.repositoryByName(login, name);
  if (!account || (name !== undefined && !found)) throw new Error(`the sandbox has no ${owner}`);
  return { account: account.id, repository: found?.repository.id ?? null };
}

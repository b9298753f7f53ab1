// Builds a world in a running sandbox: the one place where organisation, people, repositories and App come from.
import { readdir, readFile, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { parse } from 'yaml';
import { announceRepository, createRepository } from '../changes/repositories.ts';
import { appendCommit } from '../changes/write-commit.ts';
import type { TreeChange } from '../git/change-tree.ts';
import type { Sandbox } from '../server/server.ts';
import type { Actor } from '../world/actor.ts';
import { openGit } from '../world/open-git.ts';
import type { Permissions } from '../world/records.ts';
import type { AppPlan, BuiltWorld, Manifest, Person, PersonPlan, RepositoryPlan, WorldPlan } from './plan.ts';

type Place = Pick<Sandbox, 'admin' | 'world' | 'state'>;

export async function buildWorld(sandbox: Place, plan: WorldPlan): Promise<BuiltWorld> {
  const { admin } = sandbox;
  const { organisation } = plan;
  const owner = makePerson(sandbox, plan.owner ?? 'teacher');
  admin.createOrganization({ login: organisation, owner: owner.login });
  const members = (plan.members ?? []).map((member) => makePerson(sandbox, member));
  for (const { login } of members) admin.addMember({ org: organisation, login });
  const outsiders = (plan.outsiders ?? []).map((outsider) => makePerson(sandbox, outsider));
  for (const { name, members: inside = [] } of plan.teams ?? [])
    admin.createTeam({ org: organisation, name, members: [...inside] });
  for (const repository of plan.repositories ?? []) await buildRepository(sandbox, organisation, owner, repository);
  const app = plan.app && makeApp(sandbox, plan.app, organisation);
  const installed = app && plan.app?.installed !== false;
  return {
    organisation,
    owner,
    members,
    outsiders,
    app,
    installationId: installed
      ? admin.installApp({ appId: app.appId, account: organisation }).installationId
      : undefined,
  };
}

function makePerson({ admin }: Pick<Place, 'admin'>, given: PersonPlan): Person {
  const { login, name = login } = typeof given === 'string' ? { login: given } : given;
  return { login, name, token: admin.createUser({ login, name }).token };
}

/** Name, permissions and events as the manifest asks for them. */
export function readManifest(text: string): Manifest {
  const { name, default_permissions, default_events } = parse(text) as {
    name: string;
    default_permissions: Permissions;
    default_events?: string[];
  };
  return { name, permissions: default_permissions, events: default_events ?? [] };
}

function makeApp({ admin }: Pick<Place, 'admin'>, plan: AppPlan, organisation: string): BuiltWorld['app'] {
  const { slug = 'practicum', owner = organisation, webhook } = plan;
  const app = admin.createApp({ slug, owner, ...readManifest(plan.manifest), ...(webhook ? { webhook } : {}) });
  const { appId, clientId, privateKey } = app;
  return { appId, clientId, slug, privateKey, webhookSecret: webhook?.secret };
}

/** A repository with its first commit, made and told of as if its owner had pushed it. */
export async function buildRepository(
  { world, state }: Pick<Place, 'world' | 'state'>,
  organisation: string,
  by: Person,
  plan: RepositoryPlan,
): Promise<void> {
  const account = state.accountByLogin(organisation);
  const author = state.accountByLogin(by.login);
  if (!account || !author) throw new Error(`the sandbox has no ${account ? by.login : organisation}`);
  const actor: Actor = { kind: 'user', account: author, token: by.token };
  const repository = await createRepository(world, account, {
    name: plan.name,
    private: plan.private !== false,
    isTemplate: plan.template === true,
  });
  announceRepository(world, repository, actor);
  for (const [login, role] of Object.entries(plan.collaborators ?? {})) {
    const person = state.accountByLogin(login);
    if (!person) throw new Error(`the sandbox has no account ${login}`);
    repository.collaborators[person.id] = role;
  }
  const files = [...(plan.folder === undefined ? [] : await filesBelow(plan.folder)), ...given(plan.files)];
  if (files.length === 0) return;
  const git = openGit(world, repository);
  const changes: TreeChange[] = [];
  for (const { path, content, mode } of files)
    changes.push({ path, entry: { mode, oid: await git.write('blob', content) } });
  const start = {
    branch: repository.defaultBranch,
    parent: undefined,
    message: plan.message ?? 'First commit',
    changes,
  };
  await git.exclusively(() => appendCommit(world, repository, start, actor));
}

type File = { path: string; content: Buffer; mode: string };

const given = (files: RepositoryPlan['files'] = {}): File[] =>
  Object.entries(files).map(([path, content]) => ({ path, content: Buffer.from(content), mode: '100644' }));

async function filesBelow(folder: string): Promise<File[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Promise.all(
    paths
      .filter((path) => relative(folder, path).split('/')[0] !== '.git')
      .map(async (path) => ({
        path: relative(folder, path),
        content: await readFile(path),
        mode: (await stat(path)).mode & 0o100 ? '100755' : '100644',
      })),
  );
}

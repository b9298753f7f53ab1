// Reads workflow files and whole trees out of the sandbox's own bare repositories.
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { GitStore } from '../git/store.ts';
import type { Repository } from '../world/records.ts';
import type { World } from '../world/world.ts';
import { StepFailure } from './workflow/job-types.ts';
import { actionsOf } from './records.ts';
import { InvalidWorkflow, readWorkflow, type Workflow } from './workflow/read-workflow.ts';

type Readable = Pick<World, 'git' | 'state'>;
export type LoadedWorkflow = { repository: Repository; path: string; ref: string; sha: string; workflow: Workflow };

const FOLDER = '.github/workflows';

const MAX_CACHED = 500;
const cached = new WeakMap<GitStore, Map<string, Map<string, string>>>();

/** The workflow files of a commit, by path. Commits never change, so every event of a commit reads them once. */
export async function listWorkflowFiles(
  world: Readable,
  repository: Repository,
  sha: string,
): Promise<Map<string, string>> {
  const known = cached.get(world.git) ?? new Map<string, Map<string, string>>();
  cached.set(world.git, known);
  const key = `${repository.id}:${sha}`;
  const files = known.get(key) ?? (await readWorkflowFiles(world, repository, sha));
  if (known.size >= MAX_CACHED) known.clear();
  known.set(key, files);
  return files;
}

async function readWorkflowFiles(world: Readable, repository: Repository, sha: string): Promise<Map<string, string>> {
  const git = world.git.open(world.state.fullName(repository));
  const files = new Map<string, string>();
  let tree = (await git.commit(sha))?.tree;
  for (const part of FOLDER.split('/')) {
    const entries = tree === undefined ? undefined : await git.tree(tree);
    tree = entries?.find((entry) => entry.name === part && entry.mode === '040000')?.oid;
  }
  for (const entry of (tree === undefined ? undefined : await git.tree(tree)) ?? []) {
    if (!/\.ya?ml$/.test(entry.name) || !entry.mode.startsWith('100')) continue;
    files.set(`${FOLDER}/${entry.name}`, (await git.blob(entry.oid))?.toString('utf8') ?? '');
  }
  return files;
}

/** `ORG/REPO/.github/workflows/x.yml@ref` or `./.github/workflows/x.yml`, as the caller at `from` may see it. */
export async function loadCalledWorkflow(world: Readable, from: LoadedWorkflow, uses: string): Promise<LoadedWorkflow> {
  const local = /^\.\/(\.github\/workflows\/[^@/]+\.ya?ml)$/.exec(uses);
  const remote = /^([^/@\s]+)\/([^/@\s]+)\/(\.github\/workflows\/[^@/]+\.ya?ml)@(\S+)$/.exec(uses);
  const refused = (why: string): InvalidWorkflow =>
    new InvalidWorkflow(`error parsing called workflow "${uses}": ${why}`);
  let found: Omit<LoadedWorkflow, 'workflow'>;
  if (local) found = { ...from, path: local[1] ?? '' };
  else if (remote) {
    const [, owner = '', name = '', path = '', ref = ''] = remote;
    const repository = world.state.repositoryByName(owner, name)?.repository;
    if (!repository || !mayUse(world, from.repository, repository))
      throw refused(
        'workflow was not found. See https://docs.github.com/actions/learn-github-actions/reusing-workflows#access-to-reusable-workflows for more information.',
      );
    const sha = await resolveRef(world, repository, ref);
    if (!sha)
      throw refused(`failed to fetch workflow: reference to workflow should be either a valid branch, tag, or commit`);
    found = {
      repository,
      path,
      ref: fullRef(await world.git.open(world.state.fullName(repository)).refs('refs/heads/'), ref, sha),
      sha,
    };
  } else
    throw refused(
      "invalid workflow reference: references to workflows must be prefixed with format 'owner/repository/' or './' and end in a .yml or .yaml file",
    );
  const text = (await listWorkflowFiles(world, found.repository, found.sha)).get(found.path);
  if (text === undefined) throw refused('workflow was not found.');
  const workflow = readWorkflow(text, found.path);
  if (!workflow.on.has('workflow_call'))
    throw refused('workflow is not reusable as it is missing a `on.workflow_call` trigger');
  return { ...found, workflow };
}

function fullRef(branches: Map<string, string>, ref: string, sha: string): string {
  if (ref === sha || ref.startsWith('refs/')) return ref;
  return branches.has(`refs/heads/${ref}`) ? `refs/heads/${ref}` : `refs/tags/${ref}`;
}

async function resolveRef(world: Readable, repository: Repository, ref: string): Promise<string | undefined> {
  return world.git.open(world.state.fullName(repository)).resolveCommit(ref);
}

/** Whether workflows of `from` may use actions and workflows of `other`: the same, public, or shared within the owner. */
function mayUse(world: Readable, from: Repository, other: Repository): boolean {
  if (from.id === other.id || !other.private) return true;
  const access = actionsOf(world.state).settings[other.id]?.access ?? 'organization';
  return from.private && from.owner === other.owner && access !== 'none';
}

/** Trees of actions on the disk, one folder per commit, kept as long as the sandbox lives. */
export class ActionCache {
  readonly #folder: string;
  readonly #made = new Map<string, Promise<string>>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  async fetch(world: Readable, from: Repository, fullName: string, ref: string): Promise<string> {
    const [owner = '', name = ''] = fullName.split('/');
    const repository = world.state.repositoryByName(owner, name)?.repository;
    if (!repository || !mayUse(world, from, repository))
      throw new StepFailure(`Unable to resolve action \`${fullName}@${ref}\`, repository not found`);
    const sha = await resolveRef(world, repository, ref);
    if (!sha)
      throw new StepFailure(`Unable to resolve action \`${fullName}@${ref}\`, unable to find version \`${ref}\``);
    const key = `${repository.id}-${sha}`;
    const folder = this.#made.get(key) ?? this.#extract(world, repository, sha, join(this.#folder, key));
    this.#made.set(key, folder);
    folder.catch(() => this.#made.delete(key));
    return folder;
  }

  async #extract(world: Readable, repository: Repository, sha: string, folder: string): Promise<string> {
    const temporary = `${folder}.new`;
    await rm(temporary, { recursive: true, force: true });
    await rm(folder, { recursive: true, force: true });
    await mkdir(temporary, { recursive: true });
    // An index and a work tree of its own: the bare repository is only read.
    const env = { GIT_WORK_TREE: temporary, GIT_INDEX_FILE: join(dirname(temporary), `${repository.id}-${sha}.index`) };
    await world.git.open(world.state.fullName(repository)).output(['checkout', '-f', sha, '--', '.'], { env });
    await rm(env.GIT_INDEX_FILE, { force: true });
    await rename(temporary, folder);
    return folder;
  }
}

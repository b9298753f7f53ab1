// Every change of a reference passes here, by the API or by `git push`: it is checked, made, and told to the world.
import { recordActivity } from '../world/activity.ts';
import type { Actor } from '../world/actor.ts';
import { senderOf } from '../world/actor.ts';
import { stamp } from '../world/clock.ts';
import { refused, Refusal, unprocessable } from '../world/errors.ts';
import { diffTrees } from '../git/diff-trees.ts';
import { emptyTree, zeroOid, type Commit } from '../git/objects.ts';
import type { GitRepository } from '../git/store.ts';
import { openGit } from '../world/open-git.ts';
import { presentPushedCommit } from '../present/commits.ts';
import { presentRepository } from '../present/repository.ts';
import { followRefs } from '../pulls/follow-refs.ts';
import { reviewsNeeded } from '../pulls/required-reviews.ts';
import type { Account, Repository } from '../world/records.ts';
import { guardRulesets } from '../world/rulesets.ts';
import type { World } from '../world/world.ts';

export type RefChange = { ref: string; before: string; after: string };

const mostCommits = 2048;

/** Moves one reference for an API call and announces it. Refuses a non-fast-forward unless forced; `merging` moves it for a pull request. */
export async function updateRef(
  world: World,
  repository: Repository,
  change: RefChange,
  actor: Actor,
  { force = false, merging = false }: { force?: boolean; merging?: boolean } = {},
): Promise<void> {
  const git = openGit(world, repository);
  await guardWorkflows(git, change, actor);
  guardProtection(repository, change, force);
  const branch = change.ref.replace(/^refs\/heads\//, '');
  if (!merging && change.before !== zeroOid && reviewsNeeded(world, repository, branch, actor) > 0)
    throw refused('branch-protected');
  guardRulesets(world, repository, change, actor, merging);
  if (!force && change.before !== zeroOid && change.after !== zeroOid && change.ref.startsWith('refs/heads/')) {
    if (!(await git.isAncestor(change.before, change.after))) throw unprocessable('Update is not a fast forward');
  }
  if (!(await git.moveRef(change.ref, change.before, change.after))) {
    throw unprocessable(change.before === zeroOid ? 'Reference cannot be created' : 'Reference cannot be updated');
  }
  await announceRefs(world, repository, [change], actor);
}

/** The branch rules that stand even for those who may push. */
function guardProtection(repository: Repository, { ref, after }: RefChange, force: boolean): void {
  const rules = repository.protection[ref.replace(/^refs\/heads\//, '')];
  if (!rules) return;
  if (after === zeroOid && rules.allow_deletions !== true) throw unprocessable('Cannot delete this protected branch');
  if (force && rules.allow_force_pushes !== true) throw unprocessable('Cannot force-push to this protected branch');
}

/** An app without `workflows: write` must not bring in or change a workflow file. */
async function guardWorkflows(git: GitRepository, { before, after }: RefChange, actor: Actor): Promise<void> {
  if (actor.kind !== 'installation' || actor.permissions.workflows === 'write' || after === zeroOid) return;
  const tree = async (oid: string) => (oid === zeroOid ? undefined : await git.commit(oid))?.tree ?? emptyTree;
  const known = before === zeroOid ? [...(await git.refs('refs/heads/')).values()] : [before];
  for (const base of known.length > 0 ? known : [zeroOid]) {
    const changes = await diffTrees(git, await tree(base), await tree(after));
    const touched = changes.find((change) => change.path.startsWith('.github/workflows/'));
    if (!touched) return;
    if (base === known.at(-1) || known.length === 0) {
      throw new Refusal(
        403,
        `refusing to allow a GitHub App to create or update workflow \`${touched.path}\` without \`workflows\` permission`,
      );
    }
  }
}

/** After references have moved: times, pull requests, and the push, create and delete events. */
export async function announceRefs(
  world: World,
  repository: Repository,
  changes: readonly RefChange[],
  actor: Actor,
): Promise<void> {
  const sender = senderOf(actor);
  if (!sender || changes.length === 0) return;
  const now = stamp(world.clock.now());
  repository.pushedAt = now;
  repository.updatedAt = now;
  // GitHub tells nothing of a push of more than three tags.
  const silent = changes.filter((change) => change.ref.startsWith('refs/tags/')).length > 3;
  for (const change of changes) {
    if (!/^refs\/(heads|tags)\//.test(change.ref)) continue;
    if (!silent || change.ref.startsWith('refs/heads/')) await announceOne(world, repository, change, sender, actor);
    if (!change.ref.startsWith('refs/heads/')) continue;
    await recordActivity(world, repository, openGit(world, repository), change, sender);
    await followRefs(world, repository, change, actor);
  }
}

async function announceOne(
  world: World,
  repository: Repository,
  change: RefChange,
  sender: Account,
  actor: Actor,
): Promise<void> {
  const { ref, before, after } = change;
  const created = before === zeroOid;
  const deleted = after === zeroOid;
  const common = { sender, repository, actor };
  if (created || deleted) {
    const type = ref.startsWith('refs/tags/') ? 'tag' : 'branch';
    const short = ref.replace(/^refs\/(heads|tags)\//, '');
    const more = created ? { master_branch: repository.defaultBranch, description: repository.description } : {};
    const payload = { ref: short, ref_type: type, ...more, pusher_type: 'user' };
    world.emit({ ...common, event: created ? 'create' : 'delete', payload });
  }
  world.emit({ ...common, event: 'push', payload: await pushPayload(world, repository, change, sender) });
}

async function pushPayload(
  world: World,
  repository: Repository,
  change: RefChange,
  sender: Account,
): Promise<Record<string, unknown>> {
  const { ref, before, after } = change;
  const git = openGit(world, repository);
  const commits = after === zeroOid ? [] : await newCommits(git, change);
  const shown = [];
  for (const commit of commits) shown.push(await pushedCommit(world, repository, git, commit));
  const head = after === zeroOid ? undefined : await git.commit(after);
  const html = `${world.url}/${world.state.fullName(repository)}`;
  const created = before === zeroOid;
  const deleted = after === zeroOid;
  const base = presentRepository(world, repository);
  return {
    ref,
    before,
    after,
    repository: {
      ...base,
      created_at: seconds(base.created_at),
      pushed_at: seconds(base.pushed_at),
      stargazers: 0,
      master_branch: repository.defaultBranch,
      owner: pushOwner(base.owner),
      ...(world.state.organization(repository.owner)
        ? { organization: world.state.account(repository.owner).login }
        : {}),
    },
    pusher: { name: sender.login, email: sender.email },
    created,
    deleted,
    forced: !created && !deleted && !(await git.isAncestor(before, after)),
    base_ref: null,
    compare:
      created || deleted
        ? `${html}/commit/${(created ? after : before).slice(0, 12)}`
        : `${html}/compare/${before.slice(0, 12)}...${after.slice(0, 12)}`,
    commits: shown,
    head_commit:
      shown.at(-1)?.id === after ? shown.at(-1) : head ? await pushedCommit(world, repository, git, head) : null,
  };
}

/** In this event alone the owner has an address, and a second name. */
function pushOwner(owner: unknown): Record<string, unknown> {
  const { login } = owner as { login: string };
  return { ...(owner as object), name: login, email: `${login}@users.noreply.example.com` };
}

const seconds = (time: unknown) => Math.floor(Date.parse(String(time)) / 1000);

async function pushedCommit(
  world: World,
  repository: Repository,
  git: GitRepository,
  commit: Commit,
): Promise<Record<string, unknown>> {
  const parent = commit.parents[0] === undefined ? undefined : await git.commit(commit.parents[0]);
  const changes = await diffTrees(git, parent?.tree ?? emptyTree, commit.tree);
  return presentPushedCommit(world, repository, commit, changes);
}

/** The commits that a change brought to its branch, oldest first. */
async function newCommits(git: GitRepository, { ref, before, after }: RefChange): Promise<Commit[]> {
  const tip = await git.commit(after);
  if (tip && before !== zeroOid && tip.parents.length === 1 && tip.parents[0] === before) return [tip];
  if (tip && before === zeroOid && tip.parents.length === 0) return [tip];
  const others =
    before === zeroOid
      ? [...(await git.refs()).entries()]
          .filter(([name]) => name !== ref && !name.startsWith('refs/pull/'))
          .map(([, oid]) => oid)
      : [before];
  const oids = (await git.commitsOf(after, [...new Set(others)])).slice(0, mostCommits).toReversed();
  const commits: Commit[] = [];
  for (const oid of oids) {
    const commit = await git.commit(oid);
    if (commit) commits.push(commit);
  }
  return commits;
}

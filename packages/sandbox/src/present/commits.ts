// Commits as the REST API and the push event show them.
import { stamp } from '../world/clock.ts';
import type { PathChange } from '../git/diff-trees.ts';
import type { Commit, Identity } from '../git/objects.ts';
import type { Account, Repository } from '../world/records.ts';
import { verificationOf } from '../world/signatures.ts';
import type { World } from '../world/world.ts';
import { nodeId, presentAccount } from './accounts.ts';
import { repositoryApi } from './repository.ts';
import { webFlow } from '../world/web-flow.ts';

type WorldView = Pick<World, 'url' | 'state'>;

/** The address by which GitHub knows its commits as an account's. */
function noreplyAddress(account: Account): string {
  return `${account.id}+${account.login}@users.noreply.github.com`;
}

export function identityOf(account: Account, date: Date): Identity {
  return { name: account.name ?? account.login, email: account.email ?? noreplyAddress(account), date };
}

export const webFlowIdentity = (date: Date): Identity => ({ name: 'GitHub', email: 'noreply@github.com', date });

/** Whose address this is. */
export function accountByEmail({ state }: WorldView, email: string): Account | undefined {
  if (email === webFlow.email) return webFlow;
  const noreply = /^(?:\d+\+)?([^@]+)@users\.noreply\.github\.com$/.exec(email);
  if (noreply?.[1] !== undefined) return state.accountByLogin(noreply[1]);
  return Object.values(state.store.accounts).find((account) => account.email === email);
}

const identity = ({ name, email, date }: Identity) => ({ name, email, date: stamp(date) });

/** "git-commit", of the git data API. */
export function presentGitCommit(world: WorldView, repository: Repository, commit: Commit): Record<string, unknown> {
  const api = repositoryApi(world, repository);
  const html = `${world.url}/${world.state.fullName(repository)}`;
  return {
    sha: commit.oid,
    node_id: nodeId('Commit', `${repository.id}:${commit.oid}`),
    url: `${api}/git/commits/${commit.oid}`,
    html_url: `${html}/commit/${commit.oid}`,
    author: identity(commit.author),
    committer: identity(commit.committer),
    tree: { sha: commit.tree, url: `${api}/git/trees/${commit.tree}` },
    message: commit.message.replace(/\n$/, ''),
    parents: commit.parents.map((sha) => ({
      sha,
      url: `${api}/git/commits/${sha}`,
      html_url: `${html}/commit/${sha}`,
    })),
    verification: verificationOf(world.state, commit),
  };
}

/** "commit", of the commits API; without stats and files. */
export function presentCommit(world: WorldView, repository: Repository, commit: Commit): Record<string, unknown> {
  const api = repositoryApi(world, repository);
  const html = `${world.url}/${world.state.fullName(repository)}`;
  const author = accountByEmail(world, commit.author.email);
  const committer = accountByEmail(world, commit.committer.email);
  return {
    sha: commit.oid,
    node_id: nodeId('Commit', `${repository.id}:${commit.oid}`),
    commit: {
      author: identity(commit.author),
      committer: identity(commit.committer),
      message: commit.message.replace(/\n$/, ''),
      tree: { sha: commit.tree, url: `${api}/git/trees/${commit.tree}` },
      url: `${api}/git/commits/${commit.oid}`,
      comment_count: 0,
      verification: verificationOf(world.state, commit),
    },
    url: `${api}/commits/${commit.oid}`,
    html_url: `${html}/commit/${commit.oid}`,
    comments_url: `${api}/commits/${commit.oid}/comments`,
    author: author ? presentAccount(world, author) : null,
    committer: committer ? presentAccount(world, committer) : null,
    parents: commit.parents.map((sha) => ({ sha, url: `${api}/commits/${sha}`, html_url: `${html}/commit/${sha}` })),
  };
}

/** A commit of the push event. */
export function presentPushedCommit(
  world: WorldView,
  repository: Repository,
  commit: Commit,
  changes: readonly PathChange[],
): Record<string, unknown> {
  const person = ({ name, email, date }: Identity) => {
    const account = accountByEmail(world, email);
    return { name, email, date: stamp(date), ...(account ? { username: account.login } : {}) };
  };
  const paths = (status: PathChange['status']) =>
    changes.filter((change) => change.status === status).map((change) => change.path);
  return {
    id: commit.oid,
    tree_id: commit.tree,
    distinct: true,
    message: commit.message.replace(/\n$/, ''),
    timestamp: stamp(commit.committer.date),
    url: `${world.url}/${world.state.fullName(repository)}/commit/${commit.oid}`,
    author: person(commit.author),
    committer: person(commit.committer),
    added: paths('added'),
    removed: paths('removed'),
    modified: paths('modified'),
  };
}

/** The commit of a run in the short form of runs, suites and pushes. */
export async function presentHeadCommit(
  world: Pick<World, 'git' | 'state' | 'clock'>,
  repository: Repository,
  sha: string,
): Promise<Record<string, unknown>> {
  const commit = await world.git.open(world.state.fullName(repository)).commit(sha);
  const person = (who: { name: string; email: string } | undefined): Record<string, unknown> => ({
    name: who?.name ?? '',
    email: who?.email ?? '',
    username: who?.name ?? '',
  });
  return {
    id: sha,
    tree_id: commit?.tree ?? '',
    message: commit?.message.trimEnd() ?? '',
    timestamp: `${(commit?.committer.date ?? world.clock.now()).toISOString().slice(0, 19)}Z`,
    author: person(commit?.author),
    committer: person(commit?.committer),
  };
}

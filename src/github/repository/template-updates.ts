// A change of the template on its way into a student repository: merged by git, then pushed or proposed.
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TemplateUpdateResult, TemplateUpdates } from '../../ports/repository.ts';
import { defaultHead, headOf, type Head } from './branch.ts';
import type { Octokit } from '@octokit/rest';
import { failure } from '../client/error.ts';
import { credentials, environmentCode, gitIn } from './git.ts';
import { collectMirrors, whileSmall, withScratch } from './scratch-clone.ts';
import { findTemplateCommit } from './find-template-commit.ts';
import { adaptTree, mergeTemplate, type Merge } from './merge-template.ts';
import { Failure, isFailure } from '../../domain/text/failure.ts';

type Settings = {
  octokit: Octokit;
  owner: string;
  webUrl: string;
  home: string;
  /** Who makes the commits. */
  committer: string;
  token: () => Promise<string>;
};

export function templateUpdates(settings: Settings): TemplateUpdates {
  const { octokit, owner } = settings;
  return {
    async apply(asked) {
      const { repository, template, from: recorded, to } = asked;
      const head = await defaultHead({ octokit, owner, repo: repository });
      const shared = await openMirror(settings);
      await fetchMissing(settings, shared, template, recorded === undefined ? [to] : [recorded, to]);
      return withScratch(shared, (mirror) => update(settings, asked, { mirror, head }));
    },
    async supersede(repo, number, body) {
      const { data } = await octokit.rest.pulls.get({ owner, repo, pull_number: number });
      if (data.state !== 'open') return;
      await octokit.rest.issues.createComment({ owner, repo, issue_number: number, body });
      await octokit.rest.pulls.update({ owner, repo, pull_number: number, state: 'closed' });
    },
  };
}

type Asked = Parameters<TemplateUpdates['apply']>[0];
type Place = { mirror: string; head: Head };

/** How much of a history is looked through for what the repository began as, where nobody wrote it down. */
const deepest = 1000;

async function update(
  settings: Settings,
  { repository, from: recorded, to, adapt, describe }: Asked,
  { mirror, head }: Place,
): Promise<TemplateUpdateResult> {
  // What was pushed and deleted again is of no use here.
  await fetchInto(settings, mirror, repository, [`+${head.oid}:refs/students/${repository}`], recorded ? 1 : deepest);
  const identity = identityOf(settings.committer);
  const git = gitIn(mirror, identity);
  const filling = { git, mirror, identity, adapt };
  const filledIn = (commit: string): Promise<string> => adaptTree(filling, commit);
  const from = recorded ?? (await findTemplateCommit({ git, head: head.oid, to, filledIn }));
  if (from === undefined) return { state: 'unknown', files: [], conflicts: [] };
  const merge = await mergeTemplate({ ...filling, repository, head: head.oid, from, to });
  const { files, conflicts } = merge;
  if (!merge.changes) return { state: 'current', from, files, conflicts };
  const words = describe({ files, conflicts });
  const commit = (await git.raw(['commit-tree', merge.tree, '-p', head.oid, '-m', words.message])).trim();
  const done = { settings, mirror, repository, head, commit, merge };
  if (!merge.touched && (await pushDirectly(done))) return { state: 'committed', from, commit, files, conflicts };
  return { ...(await propose(done, words)), from };
}

/** The template's commits, for all repositories of the organisation: whatever students push, it does not grow. */
async function openMirror({ home, owner }: Settings): Promise<string> {
  const mirror = join(home, owner, '.template-updates.git');
  await collectMirrors(mirror);
  if (existsSync(join(mirror, 'ready'))) return mirror;
  await mkdir(mirror, { recursive: true });
  // Again does no harm. Packing in the background would lock what other updates read.
  await gitIn(mirror).raw(['init', '--quiet', '--bare']);
  await gitIn(mirror).raw(['config', 'gc.auto', '0']);
  await writeFile(join(mirror, 'ready'), '');
  return mirror;
}

/** The template's commits are the same for every repository: they are asked for once, and kept by a ref that is written last. */
async function fetchMissing(
  settings: Settings,
  mirror: string,
  repository: string,
  commits: readonly string[],
): Promise<void> {
  const refs = commits.map((commit) => `refs/template/${commit}`);
  const there = (await gitIn(mirror).raw(['for-each-ref', '--format=%(refname)', ...refs])).split('\n');
  const wanted = commits.filter((_, index) => !there.includes(refs[index]!));
  if (wanted.length === 0) return;
  await fetchInto(
    settings,
    mirror,
    repository,
    wanted.map((commit) => `+${commit}:refs/template/${commit}`),
  );
}

async function fetchInto(
  settings: Settings,
  mirror: string,
  repository: string,
  wanted: readonly string[],
  depth?: number,
): Promise<void> {
  const url = `${settings.webUrl}/${settings.owner}/${repository}.git`;
  const variables = credentials(url, await settings.token());
  const bounded = depth === undefined ? [] : [`--depth=${depth}`];
  const options = ['--quiet', '--no-tags', '--no-write-fetch-head', ...bounded];
  const fetch = ['fetch', ...options, url, ...wanted];
  // The template's commits are nobody's doing, and have no depth.
  const counted = depth !== undefined;
  await whileSmall(mirror, (abort) => gitIn(mirror, variables, abort).raw(fetch), { counted }).catch(
    (cause: unknown) => {
      if (isFailure(cause, 'repository-too-large')) throw cause;
      const code = environmentCode(cause) ?? 'repository-unreadable';
      throw new Failure(code, `${repository} cannot be fetched`, { cause });
    },
  );
}

function identityOf(name: string): Record<string, string> {
  const email = `${name}@users.noreply.github.com`;
  return { GIT_AUTHOR_NAME: name, GIT_AUTHOR_EMAIL: email, GIT_COMMITTER_NAME: name, GIT_COMMITTER_EMAIL: email };
}

type Done = { settings: Settings; mirror: string; repository: string; head: Head; commit: string; merge: Merge };

/** False when the branch is protected, so that only a pull request can change it. */
async function pushDirectly(done: Done): Promise<boolean> {
  try {
    await push(done, done.head.branch);
    return true;
  } catch (error) {
    const { message } = error as Error;
    if (/GH006|GH013|protected branch|pre-receive hook declined/i.test(message)) return false;
    // Most often somebody pushed meanwhile: the next attempt starts from there.
    const code = environmentCode(error) ?? 'push-refused';
    throw failure(code, `${done.repository} did not take the template's change`, false, error);
  }
}

/** Never with force: git refuses whatever would lose a commit. */
async function push({ settings, mirror, repository, commit }: Done, branch: string): Promise<void> {
  const url = `${settings.webUrl}/${settings.owner}/${repository}.git`;
  const git = gitIn(mirror, credentials(url, await settings.token()));
  await git.raw(['push', '--quiet', url, `${commit}:refs/heads/${branch}`]);
}

type PullRequestText = { branch: string; title: string; body: string };

/** A branch or pull request of that name was made by an attempt before; what the student did on it stays. */
async function propose(done: Done, { branch, title, body }: PullRequestText): Promise<TemplateUpdateResult> {
  const { settings, repository: repo, head, commit, merge } = done;
  const { octokit, owner } = settings;
  const known = await headOf({ octokit, owner, repo }, branch);
  if (known === undefined) await push(done, branch);
  const pulls = await octokit.rest.pulls.list({ owner, repo, head: `${owner}:${branch}`, state: 'all', per_page: 1 });
  const draft = merge.conflicts.length > 0;
  const create = (more: { draft?: true }) =>
    octokit.rest.pulls.create({ owner, repo, head: branch, base: head.branch, title, body, ...more });
  const pull =
    pulls.data[0] ??
    (
      await (draft
        ? create({ draft }).catch((error: unknown) => {
            // Drafts are not part of every plan of GitHub.
            if (!isFailure(error, 'unprocessable')) throw error;
            return create({});
          })
        : create({}))
    ).data;
  const { files, conflicts } = merge;
  return {
    state: draft ? 'conflict' : 'proposed',
    commit: known ?? commit,
    pullRequest: pull.number,
    files,
    conflicts,
  };
}

// Pull requests that put new files into a repository, for a person to accept: each at most once.
import type { Proposal, Proposals } from '../../ports/repository.ts';
import { commitOn, defaultHead, headOf, type Head } from '../repository/branch.ts';
import type { Octokit } from '@octokit/rest';
import { isNotFound } from '../client/error.ts';
import { isFailure } from '../../domain/text/failure.ts';

/** @param creating the connection that may make repositories */
export function proposals(octokit: Octokit, creating: Octokit, owner: string): Proposals {
  return {
    async propose(repo, proposal) {
      await ensureRepository(octokit, creating, owner, repo);
      const known = await octokit.rest.pulls.list({
        owner,
        repo,
        head: `${owner}:${proposal.branch}`,
        state: 'all',
        per_page: 1,
      });
      if (known.data.length > 0) return 'known';
      const base = await defaultHead(octokit, owner, repo);
      await ensureCommit(octokit, owner, repo, base, proposal);
      const { branch: head, title, body } = proposal;
      const { data } = await octokit.rest.pulls.create({ owner, repo, head, base: base.branch, title, body });
      return { number: data.number };
    },
  };
}

/** With a first commit, since a pull request needs something to go into. */
async function ensureRepository(octokit: Octokit, creating: Octokit, owner: string, repo: string): Promise<void> {
  const found = await octokit.rest.repos.get({ owner, repo }).then(() => true, falseIfMissing);
  if (!found) {
    await creating.rest.repos.createInOrg({ org: owner, name: repo, visibility: 'private', auto_init: true });
    return;
  }
  await defaultHead(octokit, owner, repo).catch(async (error: unknown) => {
    if (!isFailure(error, 'repository-empty')) throw error;
    const content = Buffer.from(`# ${repo}\n`).toString('base64');
    await octokit.rest.repos.createOrUpdateFileContents({ owner, repo, path: 'README.md', message: 'Begin', content });
  });
}

/** A branch that has moved beyond its base was committed to by an attempt before. */
async function ensureCommit(
  octokit: Octokit,
  owner: string,
  repo: string,
  base: Head,
  { branch, message, files }: Proposal,
): Promise<void> {
  const head = await headOf(octokit, owner, repo, branch);
  if (head === undefined) await octokit.rest.git.createRef({ owner, repo, ref: `refs/heads/${branch}`, sha: base.oid });
  else if (head !== base.oid) return;
  const { data } = await octokit.rest.git.getTree({ owner, repo, tree_sha: base.oid, recursive: '1' });
  const there = new Set(data.tree.map(({ path }) => path));
  const fresh = files.filter(({ path }) => !there.has(path));
  await commitOn(octokit, owner, repo, { branch, oid: base.oid }, message, fresh);
}

function falseIfMissing(error: unknown): boolean {
  if (isNotFound(error)) return false;
  throw error;
}

// Pull requests that put new files into a repository, for a person to accept: each at most once.
import type { Proposal, Proposals } from '../../ports/repository.ts';
import { commitOn, defaultHead, headOf, type Head } from '../repository/branch.ts';
import type { Octokit } from '@octokit/rest';
import { isNotFound } from '../client/error.ts';
import type { Repository } from '../client/repository.ts';
import { isFailure } from '../../domain/text/failure.ts';

/** @param creating the connection that may make repositories */
export function proposals(octokit: Octokit, creating: Octokit, owner: string): Proposals {
  return {
    async propose(repo, proposal) {
      const repository = { octokit, owner, repo };
      await ensureRepository(repository, creating);
      const known = await octokit.rest.pulls.list({
        owner,
        repo,
        head: `${owner}:${proposal.branch}`,
        state: 'all',
        per_page: 1,
      });
      if (known.data.length > 0) return 'known';
      const base = await defaultHead(repository);
      await ensureCommit(repository, base, proposal);
      const { branch: head, title, body } = proposal;
      const { data } = await octokit.rest.pulls.create({ owner, repo, head, base: base.branch, title, body });
      return { number: data.number };
    },
  };
}

/** With a first commit, since a pull request needs something to go into. */
async function ensureRepository(repository: Repository, creating: Octokit): Promise<void> {
  const { octokit, owner, repo } = repository;
  const found = await octokit.rest.repos.get({ owner, repo }).then(() => true, falseIfMissing);
  if (!found) {
    await creating.rest.repos.createInOrg({ org: owner, name: repo, visibility: 'private', auto_init: true });
    return;
  }
  await defaultHead(repository).catch(async (error: unknown) => {
    if (!isFailure(error, 'repository-empty')) throw error;
    const content = Buffer.from(`# ${repo}\n`).toString('base64');
    await octokit.rest.repos.createOrUpdateFileContents({ owner, repo, path: 'README.md', message: 'Begin', content });
  });
}

/** A branch that has moved beyond its base was committed to by an attempt before. */
async function ensureCommit(repository: Repository, base: Head, { branch, message, files }: Proposal): Promise<void> {
  const { octokit, owner, repo } = repository;
  const head = await headOf(repository, branch);
  if (head === undefined) await octokit.rest.git.createRef({ owner, repo, ref: `refs/heads/${branch}`, sha: base.oid });
  else if (head !== base.oid) return;
  const { data } = await octokit.rest.git.getTree({ owner, repo, tree_sha: base.oid, recursive: '1' });
  const there = new Set(data.tree.map(({ path }) => path));
  const fresh = files.filter(({ path }) => !there.has(path));
  await commitOn(repository, { branch, oid: base.oid }, message, fresh);
}

function falseIfMissing(error: unknown): boolean {
  if (isNotFound(error)) return false;
  throw error;
}

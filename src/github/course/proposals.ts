// Pull requests that put new files into a repository, for a person to accept: each at most once.
import type { Proposal, Proposals, Revision } from '../../ports/repository.ts';
import { commitOn, defaultHead, headOf, type Head } from '../repository/branch.ts';
import type { Octokit } from '@octokit/rest';
import { failure, isNotFound } from '../client/error.ts';
import type { Repository } from '../client/repository.ts';
import { isFailure } from '../../domain/text/failure.ts';

/** @param creating the connection that may make repositories */
export function proposals(octokit: Octokit, creating: Octokit, owner: string): Proposals {
  return {
    revise: (repo, revision) => revise({ octokit, owner, repo }, revision),
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

/** Of proposals that were closed or merged before, so many. */
const mostTries = 20;

async function revise(repository: Repository, revision: Revision): ReturnType<Proposals['revise']> {
  const { octokit, owner, repo } = repository;
  const { title, body, base } = revision;
  for (let attempt = 1; attempt <= mostTries; attempt++) {
    const branch = attempt === 1 ? revision.branch : `${revision.branch}-${attempt}`;
    const look = async (): Promise<{ number: number; url: string; known: true } | 'over' | undefined> => {
      const asked = { owner, repo, head: `${owner}:${branch}`, state: 'all', per_page: 1 } as const;
      const [found] = (await octokit.rest.pulls.list(asked)).data;
      if (!found) return undefined;
      return found.state === 'open' ? { number: found.number, url: found.html_url, known: true } : 'over';
    };
    const known = await look();
    if (known === 'over') continue;
    if (known) return known;
    try {
      await beginBranch(repository, branch, base.oid);
      await commitOn(repository, { branch, oid: base.oid }, revision.message, revision.files);
      const { data } = await octokit.rest.pulls.create({ owner, repo, head: branch, base: base.branch, title, body });
      return { number: data.number, url: data.html_url, known: false };
    } catch (error) {
      // The same was saved by another process meanwhile, or it was not.
      const found = await look();
      if (typeof found === 'object') return found;
      throw error;
    }
  }
  throw failure('conflict', `${revision.branch} was proposed and closed ${mostTries} times`, true);
}

/** A branch without a pull request is what an attempt left behind: it begins anew. */
async function beginBranch(repository: Repository, branch: string, sha: string): Promise<void> {
  const { octokit, owner, repo } = repository;
  if ((await headOf(repository, branch)) === undefined)
    await octokit.rest.git.createRef({ owner, repo, ref: `refs/heads/${branch}`, sha });
  else await octokit.rest.git.updateRef({ owner, repo, ref: `heads/${branch}`, sha, force: true });
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

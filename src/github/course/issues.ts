// One issue for one matter in a repository: opened once, found by its hidden marker, brought up to date, closed.
import { cutBytes } from '../../domain/text/cut-bytes.ts';
import type { Issues } from '../../ports/github.ts';
import type { Octokit } from '@octokit/rest';
import { isNotFound } from '../client/error.ts';
import type { Repository } from '../client/repository.ts';
import { isFailure } from '../../domain/text/failure.ts';

type Issue = {
  number: number;
  state: string;
  title: string;
  body?: string | null;
  pull_request?: unknown;
  repository_url?: string;
};

export function issues(octokit: Octokit, owner: string, appSlug: string): Issues {
  const search = async (repo: string, marker: string): Promise<Issue | undefined> => {
    const pages = octokit.paginate.iterator(octokit.rest.issues.listForRepo, {
      owner,
      repo,
      state: 'all',
      creator: `${appSlug}[bot]`,
      per_page: 100,
    });
    for await (const { data } of pages) {
      const found = (data as Issue[]).find((issue) => !issue.pull_request && issue.body?.startsWith(marker));
      if (found) return found;
    }
    return undefined;
  };
  const write = async (
    repo: string,
    found: Issue | undefined,
    { title, body }: { title: string; body: string },
  ): Promise<number> => {
    if (!found) return (await octokit.rest.issues.create({ owner, repo, title, body })).data.number;
    if (found.state !== 'open' || found.body !== body || found.title !== title)
      await octokit.rest.issues.update({ owner, repo, issue_number: found.number, title, body, state: 'open' });
    return found.number;
  };
  return {
    async show(repo, marker, { title, body }, number) {
      const text = { title, body: cutBytes(`${marker}\n${body}`, '\n\n… cut: too long for an issue.') };
      try {
        const known = number === undefined ? undefined : await read({ octokit, owner, repo }, number);
        return await write(repo, known ?? (await search(repo, marker)), text);
      } catch (error) {
        if (isFailure(error, 'gone')) return undefined;
        throw error;
      }
    },
    async close(repo, marker, body) {
      const found = await search(repo, marker);
      if (found?.state !== 'open') return;
      await octokit.rest.issues.update({
        owner,
        repo,
        issue_number: found.number,
        body: `${marker}\n${body}`,
        state: 'closed',
        state_reason: 'completed',
      });
    },
  };
}

/** Undefined when it was deleted, or moved: GitHub then answers with the issue in another repository. */
async function read({ octokit, owner, repo }: Repository, issue_number: number): Promise<Issue | undefined> {
  try {
    const { data } = await octokit.rest.issues.get({ owner, repo, issue_number });
    const here = data.repository_url.toLowerCase().endsWith(`/repos/${owner}/${repo}`.toLowerCase());
    return here ? (data as Issue) : undefined;
  } catch (error) {
    // 410 says of one issue that it was deleted; were issues turned off, the search behind this would say so.
    if (isNotFound(error) || isFailure(error, 'gone')) return undefined;
    throw error;
  }
}
